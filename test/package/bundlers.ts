import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { packedProject, ROOT, toolsFolder } from './helpers/packed-project.js';
import { environmentFor, SIGNED_IN, writeSignInApp } from './helpers/sign-in-app.js';

/** The module format of an app, and that of its bundle. */
const BUNDLES = [
  { bundler: 'esbuild', entry: 'mjs', output: 'cjs' },
  { bundler: 'esbuild', entry: 'cjs', output: 'cjs' },
  { bundler: 'esbuild', entry: 'mjs', output: 'mjs' },
  { bundler: 'webpack', entry: 'mjs', output: 'cjs' },
  { bundler: 'webpack', entry: 'cjs', output: 'cjs' },
  { bundler: 'rollup', entry: 'mjs', output: 'mjs' },
  { bundler: 'rollup', entry: 'mjs', output: 'cjs' },
  { bundler: 'vite', entry: 'mjs', output: 'mjs' },
] as const;

describe('an app that a bundler put into one file with the package', () => {
  let emulator: MoneiEmulator;
  let project: string;
  let tools: string;
  let output: string;

  before(async () => {
    emulator = await startEmulator();
    project = packedProject().folder;
    writeSignInApp(project, { emulator: 'other' });
    tools = toolsFolder();
    copyFileSync(join(ROOT, 'test/package/helpers/bundle.mjs'), join(tools, 'bundle.mjs'));
    output = mkdtempSync(join(tmpdir(), 'passport-monei-bundles-'));
  });
  after(async () => {
    await emulator.close();
    rmSync(output, { recursive: true });
  });

  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, args, { env: environmentFor(emulator) });

  for (const { bundler, entry, output: kind } of BUNDLES) {
    it(`runs as .${kind}, bundled by ${bundler} from .${entry}`, async () => {
      // In a folder from which no package can be loaded.
      const folder = join(output, `${bundler}-${entry}-${kind}`);
      mkdirSync(folder);
      const file = join(folder, `bundle.${kind}`);
      const { stderr } = await run(
        join(tools, 'bundle.mjs'),
        bundler,
        join(project, `sign-in.${entry}`),
        file,
      );
      expect(stderr).to.equal('');
      expect(await run(file)).to.deep.equal({ stdout: SIGNED_IN, stderr: '' });
    });
  }
});
