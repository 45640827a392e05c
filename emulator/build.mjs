// Run by `npm run build --workspace emulator`, after tsc has written the declarations. Bundles each entry into one CommonJS
// file with all that it needs, the catalogue of scopes included, and adds an ES module that re-exports it.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

await build({
  entryPoints: ['src/index.ts', 'src/main.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
});

// What tsc and esbuild write here is CommonJS, declarations included.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
const names = Object.keys(createRequire(import.meta.url)('./dist/index.cjs')).join(', ');
writeFileSync('dist/index.mjs', `export { ${names} } from './index.cjs';\n`);
writeFileSync('dist/index.d.mts', "export * from './emulator/src/index.js';\n");
