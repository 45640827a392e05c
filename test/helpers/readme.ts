import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The pages of the documentation, by their path: the README, and then those of docs/. */
export function pages(): Map<string, string> {
  const names = readdirSync(new URL('docs/', ROOT)).filter((name) => name.endsWith('.md'));
  const paths = ['README.md', ...names.sort().map((name) => `docs/${name}`)];
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, ROOT), 'utf8')]));
}

/** Code in a page that is quoted from a file of this repository. */
interface Quote {
  page: string;
  file: string;
  code: string;
}

/** Returns the code of all pages that is quoted. A page names the file in a comment above the code. */
export function quotes(): Quote[] {
  return [...pages()].flatMap(([page, text]) =>
    [...text.matchAll(/<!-- from: (\S+) -->\n```(?:js|ts)\n(.*?)```/gs)].map(([, file = '', code = '']) => ({
      page,
      file,
      code,
    })),
  );
}

/** Returns how many pieces of code in JavaScript and TypeScript the pages have, quoted or not. */
export function countCode(): number {
  const blocks = [...pages().values()].map(
    (text) => text.match(/^```(js|ts|javascript|typescript)$/gm) ?? [],
  );
  return blocks.flat().length;
}

/** Returns the names of the files in docs/snippets. */
export function snippetNames(): string[] {
  return readdirSync(new URL('docs/snippets/', ROOT)).sort();
}

/** Returns the text of a file in docs/snippets. */
export function readSnippet(name: string): string {
  return readFileSync(new URL(`docs/snippets/${name}`, ROOT), 'utf8');
}

/** Returns the same code for `require()`: only its imports and exports differ. */
export function asCommonJS(code: string): string {
  const names = [...code.matchAll(/^export (?:class|const) (\w+)/gm)].map(
    ([, name]) => `exports.${name} = ${name};\n`,
  );
  const converted = code
    .replace(/^import (.+) from '(.+)';$/gm, "const $1 = require('$2');")
    .replace(/^export (async function (\w+))/gm, 'exports.$2 = $2;\n$1')
    .replace(/^export (class|const) /gm, '$1 ')
    .concat(...names);
  return /^(const .* = )?await /m.test(converted) ? `(async () => {\n${converted}\n})();\n` : converted;
}
