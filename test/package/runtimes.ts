import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { installRuntime } from '../helpers/install-runtime.js';
import versions from '../nodes/versions.json' with { type: 'json' };
import { entryPoints } from './helpers/entry-points.js';
import { packedProject } from './helpers/packed-project.js';
import { SIGNED_IN, writeSignInApp } from './helpers/sign-in-app.js';

const NODES = versions.map((version): [string, () => string[]] => [
  `Node ${version}`,
  () => [installRuntime('node', version), '--throw-deprecation', '--pending-deprecation'],
]);

const RUNTIMES: Record<string, () => string[]> = {
  ...Object.fromEntries(NODES),
  Bun: () => [installRuntime('bun', '1')],
  Deno: () => [installRuntime('deno', '2'), 'run', '--allow-all'],
};

/** Prints the names of exports that differ between `import` and \`require()\`. */
const BOTH = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const entry of ${JSON.stringify(entryPoints())}) {
  const imported = await import(entry);
  const required = require(entry);
  for (const name of new Set([...Object.keys(imported), ...Object.keys(required)])) {
    // Node adds this export to every CommonJS module.
    if (name === 'module.exports' || name === '__esModule') continue;
    if (imported[name] === undefined || imported[name] !== required[name]) console.log(entry, name);
  }
}
`;

for (const [name, install] of Object.entries(RUNTIMES)) {
  describe(`the packed package in ${name}`, () => {
    let folder: string;
    let command: string[];

    before(() => {
      folder = packedProject().folder;
      writeSignInApp(folder);
      writeFileSync(join(folder, 'both.mjs'), BOTH);
      command = install();
    });

    const run = (file: string) => {
      const [program = '', ...args] = [...command, file];
      const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
      return { stdout, stderr };
    };

    it('signs in, with import', () => {
      expect(run('sign-in.mjs')).to.deep.equal({ stdout: SIGNED_IN, stderr: '' });
    });

    it('signs in, with require()', () => {
      expect(run('sign-in.cjs')).to.deep.equal({ stdout: SIGNED_IN, stderr: '' });
    });

    it('has each class once, loaded with import or with require()', () => {
      expect(run('both.mjs')).to.deep.equal({ stdout: '', stderr: '' });
    });

    // Node prints some deprecation warnings only for code outside node_modules, such as a bundle.
    it('signs in from a bundle without a deprecation warning', async () => {
      const outfile = join(folder, 'bundled.cjs');
      const entryPoints = [join(folder, 'sign-in.cjs')];
      await build({ entryPoints, outfile, bundle: true, platform: 'node', logLevel: 'error' });
      expect(run('bundled.cjs')).to.deep.equal({ stdout: SIGNED_IN, stderr: '' });
    });
  });
}
