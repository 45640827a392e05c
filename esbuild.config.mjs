// Run by `npm run build`, after tsc has written the declarations: bundles the code and drops declarations of what no user
// can import. Few files load faster than many, and take less room.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { build } from 'esbuild';

const ENTRIES = ['index', 'tokens/index', 'emulator/index'];
const COMMAND = 'cli';

await build({
  entryPoints: [...ENTRIES, COMMAND].map((entry) => `src/${entry}.ts`),
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  // What entries have in common is loaded once: an error of one has to be `instanceof` the class of another.
  splitting: true,
  chunkNames: 'shared-[hash]',
  packages: 'external',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // Names and lines stay, so that a stack trace tells something.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
});

const reached = new Set();
const follow = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\..*?)\.js['"]/g)) {
    follow(normalize(join(dirname(file), `${path}.d.ts`)));
  }
};
for (const entry of ENTRIES) follow(normalize(`dist/${entry}.d.ts`));
for (const file of readdirSync('dist', { recursive: true })) {
  if (file.endsWith('.d.ts') && !reached.has(join('dist', file))) rmSync(join('dist', file));
}
