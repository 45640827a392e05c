import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { asCommonJS, pages, readSnippet } from '../helpers/readme.js';
import { packedProject, ROOT, toolsFolder } from './helpers/packed-project.js';

/** The folder with the packages of each test runner, and a file name that it finds. */
const RUNNERS = {
  Mocha: { modules: () => join(ROOT, 'node_modules'), main: 'mocha/bin/mocha.js', file: 'test/app.mjs' },
  Vitest: {
    modules: () => join(toolsFolder(), 'node_modules'),
    main: 'vitest/vitest.mjs',
    file: 'app.test.mjs',
  },
  Jest: { modules: () => join(toolsFolder(), 'node_modules'), main: 'jest/bin/jest.js', file: 'app.test.js' },
};

describe('the test of an app in docs/testing.md', () => {
  for (const [name, { modules, main, file }] of Object.entries(RUNNERS)) {
    it(`runs in ${name}, with the import of the page`, () => {
      const line = new RegExp(`^\\| ${name} \\| \`(.+)\` \\|$`, 'm').exec(
        String(pages().get('docs/testing.md')),
      );
      const test = readSnippet('app-test.mjs').replace(/^import .* from 'node:test';$/m, String(line?.[1]));
      const folder = join(packedProject().folder, `runs-in-${name}`);
      mkdirSync(join(folder, 'test'), { recursive: true });
      mkdirSync(join(folder, 'node_modules'));
      const [runner = ''] = main.split('/');
      symlinkSync(join(modules(), runner), join(folder, 'node_modules', runner));
      writeFileSync(join(folder, 'package.json'), '{}');
      writeFileSync(join(folder, file), file.endsWith('.mjs') ? test : asCommonJS(test));
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(modules(), main)], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, CI: 'true', NO_COLOR: 'true' },
      });
      expect(stdout + stderr).to.match(/\b2 pass(ed|ing)/);
      expect(status).to.equal(0);
    });
  }
});
