// Run by `npm run build --workspace emulator`, after tsc has written CommonJS and declarations to dist. Adds an ES module to
// each entry that exports the same objects.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Each is a path under src. */
const ENTRIES = ['index', 'contract/index'];

const require = createRequire(import.meta.url);
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
mkdirSync('dist/esm');
for (const entry of ENTRIES) {
  const compiled = `emulator/src/${entry}.js`;
  const names = Object.keys(require(`./dist/${compiled}`)).join(', ');
  const name = entry.replace('/index', '');
  writeFileSync(`dist/esm/${name}.mjs`, `export { ${names} } from '../${compiled}';\n`);
  writeFileSync(`dist/esm/${name}.d.mts`, `export * from '../${compiled}';\n`);
}
