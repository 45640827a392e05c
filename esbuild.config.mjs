// Run by `npm run build`, after tsc has written the declarations. Bundles src into three CommonJS files and adds the entries,
// which only name what they export: Node reads the whole of a CommonJS file that an ES module imports names from.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/** The folders and files of src in each bundle. All entries need the first one. */
const BUNDLES = {
  common: ['connect', 'scopes', 'internal', 'diagnostics.ts'],
  strategy: ['strategy'],
  keeper: ['tokens'],
};

const ENTRIES = { index: 'src/index.ts', connect: 'src/connect/index.ts', tokens: 'src/tokens/index.ts' };

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
        const [part] = relative('src', resolve(resolveDir, path)).replace(/\.js$/, '.ts').split('/');
        const [bundle] = Object.entries(BUNDLES).find(([, parts]) => parts.includes(part)) ?? [];
        return bundle && bundle !== current ? { path: `./${bundle}.js`, external: true } : undefined;
      });
    },
  };
}

for (const [bundle, parts] of Object.entries(BUNDLES)) {
  const files = filesIn('src').filter((file) => parts.includes(file.split('/')[0]));
  const contents = files.map((file) => `export * from './${file}';`).join('\n');
  await build({
    ...SHARED,
    stdin: { contents, resolveDir: 'src' },
    outfile: `dist/${bundle}.js`,
    plugins: [importBundles(bundle)],
  });
}

// The bundles and the declarations are CommonJS.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
const require = createRequire(import.meta.url);
for (const [entry, file] of Object.entries(ENTRIES)) {
  await build({ ...SHARED, entryPoints: [file], outfile: `dist/${entry}.js`, plugins: [importBundles()] });
  const names = Object.keys(require(`./dist/${entry}.js`));
  const hasDefault = names.includes('default');
  const named = names.filter((name) => name !== 'default').join(', ');
  const types = relative('src', file).replace(/ts$/, 'js');
  const defaultFrom = (from) => (hasDefault ? `export { MoneiStrategy as default } from '${from}';\n` : '');
  writeFileSync(
    `dist/${entry}.mjs`,
    `export { ${named} } from './${entry}.js';\n${defaultFrom(`./${entry}.js`)}`,
  );
  writeFileSync(
    `dist/${entry}.d.mts`,
    `export * from './types/${types}';\n${defaultFrom(`./types/${types}`)}`,
  );
}

// Removes the declarations that no entry leads to.
const declarations = Object.values(ENTRIES).map((file) =>
  resolve('dist/types', relative('src', file).replace(/ts$/, 'd.ts')),
);
const tsc = ['node_modules/typescript/bin/tsc', '--ignoreConfig', '--module', 'nodenext', '--types', 'node'];
const listed = execFileSync(process.execPath, [...tsc, '--listFilesOnly', ...declarations], {
  encoding: 'utf8',
});
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
