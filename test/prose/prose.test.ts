import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const CHECK = fileURLToPath(new URL('check.mjs', import.meta.url));

describe('the prose check', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'passport-monei-prose-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const check = (text: string) => {
    const file = join(folder, 'text.ts');
    writeFileSync(file, text);
    const { status, stderr } = spawnSync(process.execPath, [CHECK, file], { encoding: 'utf8' });
    return { status, lines: stderr.split('\n').filter((line) => line.startsWith(file)) };
  };

  it('accepts plain sentences', () => {
    expect(check('/** Returns the tokens. Another process may refresh them. */')).to.deep.equal({
      status: 0,
      lines: [],
    });
  });

  for (const [what, unclear] of [
    ['a word without a concrete meaning', `// Refreshed by ${'some'}body else.`],
    ['a negated noun', `// This ${'is no'} number.`],
    ['a comment that begins with a clause', `/** ${'What'} the server said. */`],
  ]) {
    it(`refuses ${what}, and names the line`, () => {
      const { status, lines } = check(`\n${unclear}\n`);
      expect(status).to.equal(1);
      expect(lines).to.have.lengthOf(1);
      expect(lines[0]).to.include('text.ts:2: ');
    });
  }
});
