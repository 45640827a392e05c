import { readFileSync } from 'node:fs';

const README = new URL('../../README.md', import.meta.url);

/** The parts of the README's snippets that belong together, by their name, as ES modules. */
export function snippets(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', code = ''] of readFileSync(README, 'utf8').matchAll(
    /<!-- snippet: (\w+) -->\n```js\n(.*?)```/gs,
  )) {
    found[name] = `${found[name] ?? ''}${code}\n`;
  }
  return found;
}

/** How many snippets of JavaScript the README has, named or not. */
export function countSnippets(): { named: number; all: number } {
  const text = readFileSync(README, 'utf8');
  return {
    named: text.match(/<!-- snippet: \w+ -->\n```js\n/g)?.length ?? 0,
    all: text.match(/```js\n/g)?.length ?? 0,
  };
}

/** The same code for `require()`, changed as the README says: only how it imports and exports. */
export function asCommonJS(code: string): string {
  const converted = code
    .replace(/^import (.+) from '(.+)';$/gm, "const $1 = require('$2');")
    .replace(/^export (async function (\w+))/gm, 'exports.$2 = $2;\n$1');
  return /^(const .* = )?await /m.test(converted) ? `(async () => {\n${converted}\n})();\n` : converted;
}
