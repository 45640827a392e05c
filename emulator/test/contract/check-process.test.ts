import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { freePort } from '../../../test/helpers/free-port.js';
import { contract } from '../../src/contract/index.js';
import { type EmulatedRequest, startEmulator } from '../../src/index.js';
import { CheckUser } from './check-user.js';
import { CLIENT, USER } from './emulated-monei.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('monei-connect-emulator check, as a process', function () {
  this.timeout(40_000);

  const running: ChildProcessByStdio<null, Readable, Readable>[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  /** Starts `monei-connect-emulator`. */
  const start = (args: string[], env: Record<string, string> = {}) => {
    const { NODE_ENV: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [...process.execArgv, 'emulator/src/main.ts', ...args], {
      cwd: ROOT,
      env: { ...inherited, ...env },
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

  it('finds no difference in the emulator, and prints no secret', async () => {
    const redirectURI = `http://127.0.0.1:${await freePort()}/callback`;
    const { clientID, clientSecret } = CLIENT;
    const emulator = start(['--port', '0', '--client', `${clientID}:${clientSecret}:${redirectURI}`]);
    while (!/MONEI_API_URL=\S+\n/.test(emulator.output.stdout)) await once(emulator.child.stdout, 'data');
    const variables = Object.fromEntries(
      [...emulator.output.stdout.matchAll(/^(MONEI_\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );

    const user = new CheckUser();
    const { child, output, ended } = start(['check', '--yes', '--json', '--delay', '0'], {
      ...variables,
      MONEI_REDIRECT_URI: redirectURI,
    });
    child.stderr.on('data', (text) => {
      user.read(text);
      user.done().catch(() => child.kill());
    });
    const exit = await ended;
    await user.done();
    expect(exit, output.stderr).to.deep.equal([0, null]);

    const { apiURL, counts, assumptions } = JSON.parse(output.stdout);
    expect(apiURL).to.equal(variables.MONEI_API_URL);
    expect(counts.differs).to.equal(0);
    expect(counts.holds).to.be.above(80);
    expect(assumptions.map(({ name }: { name: string }) => name)).to.deep.equal(
      contract.map(({ name }) => name),
    );
    expect(user.consents).to.be.at.most(10);
    const printed = output.stdout + output.stderr;
    expect(printed).to.not.match(/mc[tr]_[\w-]{20,}/);
    for (const secret of [clientSecret, 'adebayo@example.com', '125000', '125,000', ...user.codes]) {
      expect(printed).to.not.include(secret);
    }
  });

  it('revokes its tokens on Ctrl-C', async () => {
    const redirectURI = `http://127.0.0.1:${await freePort()}/callback`;
    const { clientID, clientSecret } = CLIENT;
    const requests: EmulatedRequest[] = [];
    const emulator = await startEmulator({
      clients: [{ clientID, clientSecret, redirectURIs: [redirectURI] }],
      users: [USER],
      onRequest: (request) => requests.push(request),
    });
    try {
      const { authorizationURL, tokenURL, revocationURL, userProfileURL } = emulator.endpoints;
      const { child, output, ended } = start(['check', '--yes', '--delay', '0'], {
        MONEI_CLIENT_ID: clientID,
        MONEI_CLIENT_SECRET: clientSecret,
        MONEI_REDIRECT_URI: redirectURI,
        MONEI_AUTHORIZATION_URL: authorizationURL,
        MONEI_TOKEN_URL: tokenURL,
        MONEI_REVOCATION_URL: revocationURL,
        MONEI_USER_PROFILE_URL: userProfileURL,
        MONEI_API_URL: emulator.apiURL,
      });
      const user = new CheckUser();
      user.before = (consent) => {
        if (consent < 4) return true;
        return !child.kill('SIGINT');
      };
      child.stderr.on('data', (text) => user.read(text));
      expect(await ended).to.deep.equal([130, null]);
      expect(output.stdout).to.equal('');
      expect(output.stderr.match(/^Consent \d+/gm)).to.deep.equal(
        [1, 2, 3, 4].map((number) => `Consent ${number}`),
      );
      expect(output.stderr).to.include('The tokens of this check are revoked.');
      const revoked = requests.filter(({ path }) => path.endsWith('/revoke'));
      expect(revoked.map(({ status }) => status)).to.deep.equal([200, 200]);
    } finally {
      await emulator.close();
    }
  });
});
