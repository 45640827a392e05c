import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Consent, type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import { type Browser, locationOf, openBrowser } from '../helpers/browser.js';
import { freePort } from '../helpers/free-port.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CREDENTIALS = { MONEI_CLIENT_ID: 'mc_1', MONEI_CLIENT_SECRET: 'mcs_1' };

describe('examples/nestjs-one-file', () => {
  let emulator: MoneiEmulator;
  let app: ChildProcess;
  let url: string;
  let printed = '';

  before(async () => {
    emulator = await startEmulator();
    const { client, endpoints } = emulator;
    const port = await freePort();
    url = `http://localhost:${port}`;
    app = spawn(process.execPath, ['--import', 'tsx', 'examples/nestjs-one-file/main.ts'], {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        PORT: String(port),
        SESSION_SECRET: 'nestjs',
        MONEI_CLIENT_ID: client.clientID,
        MONEI_CLIENT_SECRET: client.clientSecret,
        MONEI_AUTHORIZATION_URL: endpoints.authorizationURL,
        MONEI_TOKEN_URL: endpoints.tokenURL,
        MONEI_REVOCATION_URL: endpoints.revocationURL,
        MONEI_USER_PROFILE_URL: endpoints.userProfileURL,
      },
    });
    const opened = new Promise<void>((resolve, reject) => {
      const read = (text: Buffer) => {
        printed += text;
        if (printed.includes(`Open ${url}`)) resolve();
      };
      app.stdout?.on('data', read);
      app.stderr?.on('data', read);
      app.once('exit', () => reject(new Error(`the app ended: ${printed}`)));
    });
    await opened;
  });
  after(async () => {
    const ended = once(app, 'exit');
    app.kill();
    await ended;
    await emulator.close();
  });

  /** Starts a sign-in, decides on the consent page, and returns the response of the callback route. */
  const signIn = async (browser: Browser, consent?: Consent) => {
    const start = await browser(`${url}/auth/monei`);
    return browser(await emulator.authorize(locationOf(start), consent));
  };

  it('signs a user in', async () => {
    const browser = openBrowser();
    expect(await (await browser(url)).json()).to.deep.equal({ signIn: '/auth/monei' });
    expect(locationOf(await signIn(browser))).to.equal('/');
    const { hello, scopes } = (await (await browser(url)).json()) as { hello: string; scopes: string[] };
    expect(hello).to.be.a('string').that.is.not.empty;
    expect(scopes).to.have.members(['profile:read', 'wallet:read']);
  });

  it('sends a signed-in user on whose second tab comes back', async () => {
    const browser = openBrowser();
    const starts = [await browser(`${url}/auth/monei`), await browser(`${url}/auth/monei`)];
    for (const start of starts) {
      const callback = await browser(await emulator.authorize(locationOf(start)));
      expect(locationOf(callback)).to.equal('/');
    }
    expect(await (await browser(url)).json()).to.have.property('hello');
  });

  it('ends with exit code 1 if its port is in use', async () => {
    const other = spawn(process.execPath, app.spawnargs.slice(1), {
      cwd: ROOT,
      env: { ...process.env, PORT: new URL(url).port, SESSION_SECRET: 'nestjs', ...CREDENTIALS },
    });
    let errors = '';
    other.stderr.on('data', (text) => {
      errors += text;
    });
    const [code] = await once(other, 'close');
    expect(code).to.equal(1);
    expect(errors).to.include('EADDRINUSE');
  });

  it('responds to a denial with 401 and its code', async () => {
    const response = await signIn(openBrowser(), { deny: true });
    expect(response.status).to.equal(401);
    expect(await response.json()).to.deep.equal({
      statusCode: 401,
      message: 'The sign-in failed. Please try again.',
      code: 'access_denied',
    });
  });

  it('responds to an unknown state with 403 and its reason', async () => {
    const response = await openBrowser()(`${url}/auth/monei/callback?code=a&state=b`);
    expect(response.status).to.equal(403);
    expect(await response.json()).to.include({ code: 'invalid_state', reason: 'no_cookie' });
  });

  it('responds with 502 when Monei fails, and logs the error without secrets', async () => {
    emulator.fail({ endpoint: 'token', status: 500 });
    const response = await signIn(openBrowser());
    expect(response.status).to.equal(502);
    expect(await response.json()).to.deep.equal({ statusCode: 502, message: 'Please try again later.' });
    expect(printed).to.include('MoneiConnectError').and.not.include(emulator.client.clientSecret);
  });
});
