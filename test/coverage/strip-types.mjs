import { readFile } from 'node:fs/promises';
import blankSpace from 'ts-blank-space';

const SOURCES = new URL('../../src/', import.meta.url).href;

/**
 * Loads src with its types blanked out, so that all else stays where it stands in the file. What tsx makes has to go
 * back through source maps, and branches get lost there.
 *
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, nextLoad) {
  const [file] = url.split('?');
  if (!file.startsWith(SOURCES) || !file.endsWith('.ts')) return nextLoad(url, context);
  const source = blankSpace(await readFile(new URL(file), 'utf8'), refuse);
  return { format: 'module', source, shortCircuit: true };
}

/** @param {import('typescript').Node} node */
function refuse(node) {
  throw new SyntaxError(`More than a type, so it can’t be blanked out: ${node.getText()}`);
}
