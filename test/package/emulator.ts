import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { npm, packedProject } from './helpers/packed-project.js';

describe('the packed emulator alone', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'monei-connect-emulator-'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs npx until the emulator has printed its address and responded to a request, then stops it. */
  const tryEmulator = async (...args: string[]) => {
    const command = ['--yes', ...args, '--port', '0'];
    const child = spawn('npx', command, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const ended = once(child, 'close');
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        const [, url] = /^The Monei emulator runs at (\S+?),? /.exec(line) ?? [];
        if (!url) continue;
        expect((await fetch(`${url}/api/v1/user/me`)).status).to.equal(401);
        return;
      }
      throw new Error('The emulator ended without printing its address.');
    } finally {
      // npx runs the command in a shell, so the signal is sent to the whole process group.
      if (child.exitCode === null) process.kill(-Number(child.pid), 'SIGINT');
      await ended;
    }
  };

  it('runs with npx from its tarball, in an empty folder', () =>
    tryEmulator('--package', packedProject().emulator.tarball, 'monei-connect-emulator'));

  it('runs with npx after it was installed', async () => {
    npm(folder, 'install', '--no-audit', '--no-fund', packedProject().emulator.tarball);
    await tryEmulator('monei-connect-emulator');
  });
});
