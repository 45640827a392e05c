import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type PackedProject, packedProject } from './helpers/packed-project.js';

const require = createRequire(import.meta.url);

describe('the packed package, to those who check packages', () => {
  let project: PackedProject;
  before(() => {
    project = packedProject();
  });

  it('leaves publint nothing to suggest', async () => {
    const tarball = new Uint8Array(readFileSync(project.tarball)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).to.deep.equal([]);
  });

  it('has the types that arethetypeswrong expects, however they are looked for', () => {
    const attw = require.resolve('@arethetypeswrong/cli/package.json');
    const args = [join(dirname(attw), 'dist/index.js'), project.tarball, '--profile', 'strict', '--no-color'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' }, stdout);
  });
});
