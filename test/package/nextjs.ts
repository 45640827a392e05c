import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { npm, packedProject, ROOT, versionOf } from './helpers/packed-project.js';
import { environmentFor, SIGNED_IN, signInApp } from './helpers/sign-in-app.js';

/** A route that signs a user in. Next.js bundles what it imports. */
const ROUTE = `
export const dynamic = 'force-dynamic';
export async function GET() {
  await main();
  return new Response('done');
}
`;

/** Returns the environment of the route handler of examples/nextjs. */
function routeEnvironment({ client, endpoints }: MoneiEmulator): NodeJS.ProcessEnv {
  return {
    SESSION_SECRET: 'a password of at least thirty-two characters',
    MONEI_CLIENT_ID: client.clientID,
    MONEI_CLIENT_SECRET: client.clientSecret,
    MONEI_AUTHORIZATION_URL: endpoints.authorizationURL,
    MONEI_TOKEN_URL: endpoints.tokenURL,
    MONEI_REVOCATION_URL: endpoints.revocationURL,
    MONEI_USER_PROFILE_URL: endpoints.userProfileURL,
  };
}

/** Signs in with the route handler of examples/nextjs. Returns where its last response redirects to. */
async function signIn(url: string, emulator: MoneiEmulator): Promise<string | null> {
  const start = await fetch(`${url}/auth/monei`, { redirect: 'manual' });
  const cookie = String(start.headers.get('set-cookie')).split(';')[0] ?? '';
  const callback = new URL(await emulator.authorize(String(start.headers.get('location'))));
  callback.host = new URL(url).host;
  return (await fetch(callback, { headers: { cookie }, redirect: 'manual' })).headers.get('location');
}

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
    const route = join(folder, 'app/auth/monei/[[...callback]]');
    mkdirSync(route, { recursive: true });
    copyFileSync(join(ROOT, 'examples/nextjs/route.js'), join(route, 'route.js'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const others = ['passport', 'iron-session'].map((name) => `${name}@${versionOf(name)}`);
    const packages = ['next@16', 'react@19', 'react-dom@19', ...others, packedProject().monei.tarball];
    npm(folder, 'install', '--no-audit', '--no-fund', ...packages);
  });
  after(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  for (const bundler of ['turbopack', 'webpack']) {
    it(`signs in, in routes that ${bundler} bundled`, async () => {
      execFileSync(process.execPath, [next, 'build', `--${bundler}`], { cwd: folder, env: environment });
      const server = spawn(process.execPath, [next, 'start', '--port', '0'], {
        cwd: folder,
        env: { ...environment, ...routeEnvironment(emulator) },
      });
      try {
        const lines = createInterface({ input: server.stdout });
        let output = '';
        lines.on('line', (line) => {
          output += `${line}\n`;
        });
        while (!/Ready/.test(output)) await once(lines, 'line');
        const url = String(/http:\/\/localhost:\d+/.exec(output)?.[0]);
        const response = await fetch(`${url}/sign-in`);
        expect(await response.text()).to.equal('done');
        expect(output).to.include(SIGNED_IN);
        expect(await signIn(url, emulator)).to.equal('/');
      } finally {
        server.kill();
      }
    });
  }
});
