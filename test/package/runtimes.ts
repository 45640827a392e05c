import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { installRuntime } from '../helpers/install-runtime.js';
import { entryPoints } from './helpers/entry-points.js';
import { packedProject } from './helpers/packed-project.js';
import { SIGNED_IN, writeSignInApp } from './helpers/sign-in-app.js';

const RUNTIMES: Record<string, () => string[]> = {
  'Node 20.19': () => [installRuntime('node', '20.19.0')],
  'Node 22': () => [installRuntime('node', '22')],
  'Node 24': () => [installRuntime('node', '24')],
  Bun: () => [installRuntime('bun', '1')],
  Deno: () => [installRuntime('deno', '2'), 'run', '--allow-all'],
};

/** Prints the names of what `import` and \`require()\` do not give alike. */
const BOTH = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const entry of ${JSON.stringify(entryPoints())}) {
  const imported = await import(entry);
  const required = require(entry);
  for (const name of new Set([...Object.keys(imported), ...Object.keys(required)])) {
    // How Node shows CommonJS, whatever it exports.
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

    it('has each class once, whoever loads it how', () => {
      expect(run('both.mjs')).to.deep.equal({ stdout: '', stderr: '' });
    });
  });
}
