// Run by `npm run build`, after tsc has written the declarations. Bundles the code into CommonJS, as all of Passport is,
// and puts an ES module before each entry that re-exports it: whoever loads it how gets the same classes. Few files load
// faster than many, and take less room.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, transform } from 'esbuild';

const ENTRIES = ['index', 'connect/index', 'tokens/index'];
const DEFAULT_EXPORT = 'MoneiStrategy';
const SHARED = {
  platform: 'node',
  target: 'node20.19',
  supported: { 'regexp-unicode-property-escapes': true },
};

const entryPoints = ENTRIES.map((entry) => `src/${entry}.ts`).filter((file) => existsSync(file));
const { outputFiles, metafile } = await build({
  ...SHARED,
  entryPoints,
  // Reaches all that the entries reach, so that all of it is in shared files, and an entry has only names: Node reads
  // the whole of a file that an ES module imports names from, character by character, and this takes as long as the rest.
  stdin: {
    contents: ENTRIES.map((entry) => `export * from './src/${entry}.ts';`).join(''),
    resolveDir: '.',
  },
  outdir: 'dist',
  outbase: 'src',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  // What entries have in common is loaded once: an error of one has to be `instanceof` the class of another.
  splitting: true,
  chunkNames: 'shared-[hash]',
  packages: 'external',
  format: 'esm', // esbuild splits nothing else. Each file becomes CommonJS below.
  metafile: true,
  write: false,
});

for (const { path, text } of outputFiles) {
  if (path.endsWith('stdin.cjs') || text === '') continue;
  const { code } = await transform(withRequire(text), {
    ...SHARED,
    format: 'cjs',
    // Names and lines stay, so that a stack trace tells something. Lines that esbuild breaks (`lineLimit`) go through strings,
    // where bundlers indent them.
    minifySyntax: true,
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
}

for (const entry of ENTRIES) {
  const names = metafile.outputs[`dist/${entry}.cjs`].exports;
  const from = `from './${basename(entry)}.cjs';\n`;
  const theDefault = names.includes('default') ? `export { ${DEFAULT_EXPORT} as default } ${from}` : '';
  const named = names.filter((name) => name !== 'default').join(', ');
  writeFileSync(`dist/${entry}.mjs`, `export { ${named} } ${from}${theDefault}`);
  writeFileSync(`dist/${entry}.d.mts`, `export * ${from}${theDefault}`);
}

/** Declarations that an entry leads to, and no others: nobody can import those. */
const reached = new Set();
const follow = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\..*?)\.js['"]/g)) {
    follow(join(dirname(file), `${path}.d.ts`));
  }
};
for (const entry of ENTRIES) follow(join('dist', `${entry}.d.ts`));

for (const name of readdirSync('dist', { recursive: true })) {
  const file = join('dist', name);
  if (!file.endsWith('.d.ts')) continue;
  if (reached.has(file)) writeFileSync(file.replace(/ts$/, 'cts'), asCommonJS(readFileSync(file, 'utf8')));
  rmSync(file);
}
for (const folder of readdirSync('dist', { recursive: true, withFileTypes: true }).filter((e) =>
  e.isDirectory(),
)) {
  const path = join(folder.parentPath, folder.name);
  if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
}

/**
 * Plain `require()` of other packages, where esbuild would copy all properties of what it gives. A file of which nothing is
 * used is not loaded.
 */
function withRequire(code) {
  return code
    .replace(/^import ".*?";\n/gm, '')
    .replace(/^import (\w+) from (".*?");$/gm, 'const $1 = require($2);');
}

/** The declarations of a CommonJS module. `import … from` a class would need `esModuleInterop` in the app. */
function asCommonJS(declarations) {
  return declarations
    .replace(/((?:from |import\()['"]\..*?)\.js(?=['"])/g, '$1.cjs')
    .replace(/^import (type )?(\w+) from ('.*?');$/gm, 'import $1$2 = require($3);');
}
