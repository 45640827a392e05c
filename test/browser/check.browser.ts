import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { decisionOf } from '../../emulator/test/contract/check-user.js';
import { MONEI_SCOPES, type MoneiScope } from '../../src/scopes/catalogue.js';
import { freePort } from '../helpers/free-port.js';
import { browser } from './chromium.js';
import { decide } from './person.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('monei-connect-emulator check, with Chromium as the user', function () {
  this.timeout(120_000);

  const running: ChildProcessByStdio<null, Readable, Readable>[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  const start = (args: string[], env: Record<string, string | undefined> = {}) => {
    const child = spawn(process.execPath, ['emulator/bin/monei-connect-emulator.cjs', ...args], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'test', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text;
    });
    return { child, output, ended: once(child, 'close') };
  };

  it('finds that the emulator keeps the contract', async () => {
    const redirectURI = `http://localhost:${await freePort()}/callback`;
    const emulator = start(['--port', '0', '--client', `mc_check:mcs_check:${redirectURI}`]);
    while (!/MONEI_API_URL=\S+\n/.test(emulator.output.stdout)) await once(emulator.child.stdout, 'data');
    const variables = [...emulator.output.stdout.matchAll(/^(MONEI_\w+)=(\S+)$/gm)];

    const { child, output, ended } = start(['check', '--yes', '--json', '--delay', '0'], {
      ...Object.fromEntries(variables.map(([, name, value]) => [name, value])),
      MONEI_REDIRECT_URI: redirectURI,
    });
    const context = await browser().newContext();
    try {
      const page = await context.newPage();
      let consents = 0;
      let working = Promise.resolve();
      let failure: unknown;
      let seen = '';
      child.stderr.on('data', (text) => {
        seen += text;
        const found = /Consent \d+\. (.*) Open in a browser:\n(\S+)\n/.exec(seen);
        if (!found) return;
        seen = seen.slice(found.index + found[0].length);
        const [, instruction = '', url = ''] = found;
        consents++;
        working = working
          .then(() => follow(page, instruction, url))
          .catch((error: unknown) => {
            failure ??= error;
            child.kill();
          });
      });
      const exit = await ended;
      await working;
      if (failure) throw failure;
      expect(exit, output.stderr).to.deep.equal([0, null]);
      expect(consents).to.be.within(5, 10);
      expect(JSON.parse(output.stdout).counts).to.include({ differs: 0 });
    } finally {
      await context.close();
    }
  });
});

/** Follows an instruction of the command. */
async function follow(page: Page, instruction: string, url: string): Promise<void> {
  const { allow, deny } = decisionOf(instruction);
  await page.goto(url);
  if (deny) {
    await page.getByRole('button', { name: 'Refuse everything' }).click();
  } else {
    const denied = Object.entries(MONEI_SCOPES).filter(
      ([scope]) => allow && !allow.includes(scope as MoneiScope),
    );
    await decide(page, { deny: denied.map(([, { description }]) => description) });
  }
  await page.getByText('Go back to the terminal').waitFor();
}
