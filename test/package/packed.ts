import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ReadmeTrial } from '../helpers/try-readme.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STAND_IN = 'monei-by-nock.mjs';

/** What a newcomer does: the packed package in an empty project, and the README's snippets pasted into it. */
describe('the packed package in an empty project', () => {
  let folder: string;
  let trial: ReadmeTrial;
  let packed: { filename: string; files: { path: string }[] };

  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8' });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'passport-monei-'));
    [packed] = JSON.parse(npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder));
    const others = ['passport', 'express', 'express-session', 'nock'].map(
      (name) => `${name}@${versionOf(name)}`,
    );
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    npm(folder, 'install', '--no-audit', '--no-fund', join(folder, packed.filename), ...others);
    copyFileSync(join(ROOT, 'test/helpers', STAND_IN), join(folder, STAND_IN));
    trial = new ReadmeTrial(folder, pathToFileURL(join(folder, STAND_IN)).href);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('holds what was built, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).to.include.members(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']);
    expect(paths).to.include.members(['dist/index.js', 'dist/index.d.ts', 'dist/emulator/index.js']);
    const others = paths.filter((path) => !/^dist\/[\w/-]+\.(js|d\.ts|d\.ts\.map)$/.test(path));
    expect(others).to.have.members(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']);
  });

  const loads: Record<string, string[]> = {
    'require()': ['--eval', "require('passport-monei'); require('passport-monei/emulator');"],
    import: ['--input-type=module', '--eval', "import 'passport-monei'; import 'passport-monei/emulator';"],
  };
  for (const [how, args] of Object.entries(loads)) {
    it(`loads without a word, with ${how}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: '', stderr: '' });
    });
  }

  for (const kind of ['mjs', 'cjs'] as const) {
    const how = kind === 'mjs' ? 'import' : 'require()';
    it(`runs the README’s app, with ${how}`, () => trial.app(kind));
    it(`runs the README’s worker, with ${how}`, () => trial.worker(kind));
    it(`runs the README’s test, with ${how}`, () => trial.test(kind));
  }
});

/** The version that this repository tests with. */
function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}
