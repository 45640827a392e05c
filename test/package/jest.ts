import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packedProject, toolsFolder } from './helpers/packed-project.js';
import { signInApp } from './helpers/sign-in-app.js';

const TEST = "test('signs in', main);";

/** Runs a test in each module format with Jest's default settings. */
describe('a test for Jest 30', () => {
  const runJest = (name: string, files: Record<string, string>, nodeOptions = '') => {
    const folder = join(packedProject().folder, name);
    mkdirSync(folder);
    for (const [file, text] of Object.entries({ 'package.json': '{}', ...files })) {
      writeFileSync(join(folder, file), text);
    }
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(toolsFolder(), 'node_modules/jest/bin/jest.js')],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: nodeOptions },
      },
    );
    expect(stderr).to.include('1 passed, 1 total');
    expect(status).to.equal(0);
  };

  it('uses both packages with require()', () => {
    runJest('jest-require', { 'sign-in.test.js': signInApp('cjs', { ending: TEST }) });
  });

  it('uses both packages with import, which Babel turns into require()', () => {
    const plugin = join(toolsFolder(), 'node_modules/@babel/plugin-transform-modules-commonjs');
    const babel = `module.exports = { plugins: [${JSON.stringify(plugin)}] };`;
    runJest('jest-babel', {
      'sign-in.test.js': signInApp('mjs', { ending: TEST }),
      'babel.config.js': babel,
    });
  });

  it('uses both packages with import, in ES modules that Node runs', () => {
    runJest(
      'jest-import',
      { 'sign-in.test.mjs': signInApp('mjs', { ending: TEST }) },
      '--experimental-vm-modules',
    );
  });
});
