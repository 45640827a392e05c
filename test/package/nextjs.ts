import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { npm, packedProject, versionOf } from './helpers/packed-project.js';
import { environmentFor, SIGNED_IN, signInApp } from './helpers/sign-in-app.js';

/** A route that signs a user in. Next.js bundles what it imports. */
const ROUTE = `
export const dynamic = 'force-dynamic';
export async function GET() {
  await main();
  return new Response('done');
}
`;

describe('an app made with Next.js', () => {
  let environment: NodeJS.ProcessEnv;
  let emulator: MoneiEmulator;
  let folder: string;
  let next: string;

  before(async () => {
    emulator = await startEmulator();
    environment = { ...environmentFor(emulator), NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
    folder = mkdtempSync(join(tmpdir(), 'passport-monei-next-'));
    next = join(folder, 'node_modules/next/dist/bin/next');
    mkdirSync(join(folder, 'app/sign-in'), { recursive: true });
    writeFileSync(
      join(folder, 'app/sign-in/route.js'),
      signInApp('mjs', { ending: ROUTE, emulator: 'other' }),
    );
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const passport = `passport@${versionOf('passport')}`;
    const packages = ['next@16', 'react@19', 'react-dom@19', passport, packedProject().monei.tarball];
    npm(folder, 'install', '--no-audit', '--no-fund', ...packages);
  });
  after(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  for (const bundler of ['turbopack', 'webpack']) {
    it(`signs in, in a route that ${bundler} bundled`, async () => {
      execFileSync(process.execPath, [next, 'build', `--${bundler}`], { cwd: folder, env: environment });
      const server = spawn(process.execPath, [next, 'start', '--port', '0'], {
        cwd: folder,
        env: environment,
      });
      try {
        const lines = createInterface({ input: server.stdout });
        let output = '';
        lines.on('line', (line) => {
          output += `${line}\n`;
        });
        while (!/Ready/.test(output)) await once(lines, 'line');
        const response = await fetch(`${/http:\/\/localhost:\d+/.exec(output)?.[0]}/sign-in`);
        expect(await response.text()).to.equal('done');
        expect(output).to.include(SIGNED_IN);
      } finally {
        server.kill();
      }
    });
  }
});
