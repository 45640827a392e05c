// Run by `npm run build`, after tsc has written the declarations. Bundles src into three CommonJS files and adds the entries,
// which only name what they export: Node reads the whole of a CommonJS file that an ES module imports names from.
// esbuild keeps comments on members of classes, which would be a tenth of the code, so tsc removes them before.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/** The folders and files of src in each bundle. All entries need the first one. */
const BUNDLES = {
  common: ['connect', 'scopes', 'internal', 'diagnostics.js'],
  strategy: ['strategy'],
  keeper: ['tokens'],
};

/** The entries, by the name that they get in dist. */
const ENTRIES = { index: 'index', connect: 'connect/index', tokens: 'tokens/index' };

/** The folder of src in JavaScript, without comments. */
const COMPILED = 'dist/compiled';

const SHARED = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  packages: 'external',
  // Names and lines stay as they are, for stack traces.
  minifySyntax: true,
};

/** Turns each import of a file of another bundle into an import of that bundle. `current`: the bundle that is built. */
function importBundles(current) {
  return {
    name: 'import bundles',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined;
        const [part] = relative(COMPILED, resolve(resolveDir, path)).split(sep);
        const [bundle] = Object.entries(BUNDLES).find(([, parts]) => parts.includes(part)) ?? [];
        return bundle && bundle !== current ? { path: `./${bundle}.js`, external: true } : undefined;
      });
    },
  };
}

const compile = [
  '--project',
  'tsconfig.build.json',
  '--declaration',
  'false',
  '--emitDeclarationOnly',
  'false',
];
tsc(...compile, '--removeComments', '--outDir', COMPILED);

for (const [bundle, parts] of Object.entries(BUNDLES)) {
  const files = filesIn(COMPILED).filter((file) => parts.includes(file.split('/')[0]));
  const contents = files.map((file) => `export * from './${file}';`).join('\n');
  await build({
    ...SHARED,
    stdin: { contents, resolveDir: COMPILED },
    outfile: `dist/${bundle}.js`,
    plugins: [importBundles(bundle)],
  });
}

// The bundles and the declarations are CommonJS.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
const require = createRequire(import.meta.url);
for (const [entry, file] of Object.entries(ENTRIES)) {
  await build({
    ...SHARED,
    entryPoints: [`${COMPILED}/${file}.js`],
    outfile: `dist/${entry}.js`,
    plugins: [importBundles()],
  });
  const names = Object.keys(require(`./dist/${entry}.js`));
  const hasDefault = names.includes('default');
  const named = names.filter((name) => name !== 'default').join(', ');
  const defaultFrom = (from) => (hasDefault ? `export { MoneiStrategy as default } from '${from}';\n` : '');
  writeFileSync(
    `dist/${entry}.mjs`,
    `export { ${named} } from './${entry}.js';\n${defaultFrom(`./${entry}.js`)}`,
  );
  writeFileSync(
    `dist/${entry}.d.mts`,
    `export * from './types/${file}.js';\n${defaultFrom(`./types/${file}.js`)}`,
  );
}

rmSync(COMPILED, { recursive: true });

// Removes the declarations that no entry leads to.
const declarations = Object.values(ENTRIES).map((file) => `dist/types/${file}.d.ts`);
const settings = ['--ignoreConfig', '--module', 'nodenext', '--types', 'node'];
const listed = tsc(...settings, '--listFilesOnly', ...declarations);
const reached = new Set(listed.split('\n').map((file) => resolve(file)));
for (const file of filesIn('dist/types')) {
  if (!reached.has(resolve('dist/types', file))) rmSync(`dist/types/${file}`);
}

/** Returns the paths of all files in a folder, with slashes. */
function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** Runs the TypeScript compiler, and returns its output. */
function tsc(...args) {
  return execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...args], { encoding: 'utf8' });
}
