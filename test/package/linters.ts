import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packedProject } from './helpers/packed-project.js';

const require = createRequire(import.meta.url);

for (const name of ['monei', 'emulator'] as const) {
  const tarballOf = () => packedProject()[name].tarball;

  describe(`a linter for packages, on the packed ${name}`, () => {
    it('publint reports no problem', async () => {
      const tarball = new Uint8Array(readFileSync(tarballOf())).buffer;
      const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion', strict: true });
      expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).to.deep.equal([]);
    });

    it('arethetypeswrong finds the types under every module resolution', () => {
      const attw = require.resolve('@arethetypeswrong/cli/package.json');
      const args = [join(dirname(attw), 'dist/index.js'), tarballOf(), '--profile', 'strict', '--no-color'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' }, stdout);
    });
  });
}
