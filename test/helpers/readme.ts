import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The pages of the documentation, by their path: the README, and then those of docs/. */
export function pages(): Map<string, string> {
  const names = readdirSync(new URL('docs/', ROOT)).filter((name) => name.endsWith('.md'));
  const paths = ['README.md', ...names.sort().map((name) => `docs/${name}`)];
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, ROOT), 'utf8')]));
}

/** The parts of the snippets that belong together, by their name, in the order of the pages. */
export function snippets(language: 'js' | 'ts' = 'js'): Record<string, string> {
  const found: Record<string, string> = {};
  for (const text of pages().values()) {
    for (const [, name = '', kind, code = ''] of text.matchAll(
      /<!-- snippet: (\w+) -->\n```(js|ts)\n(.*?)```/gs,
    )) {
      if (kind === language) found[name] = `${found[name] ?? ''}${code}\n`;
    }
  }
  return found;
}

/** The snippets that are copied from a file of this repository. */
export function copies(): { file: string; code: string }[] {
  return [...pages().values()].flatMap((text) =>
    [...text.matchAll(/<!-- from: (\S+) -->\n```ts\n(.*?)```/gs)].map(([, file = '', code = '']) => ({
      file,
      code,
    })),
  );
}

/** How many snippets there are: those with a name, those that are copied, and all. */
export function countSnippets(): { named: number; copied: number; all: number } {
  const count = (pattern: RegExp) =>
    [...pages().values()].reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
  return {
    named: count(/<!-- snippet: \w+ -->\n```(js|ts)\n/g),
    copied: count(/<!-- from: \S+ -->\n```ts\n/g),
    all: count(/^```(js|ts|javascript|typescript)$/gm),
  };
}

/** The same code for `require()`, changed as the README says: only how it imports and exports. */
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
