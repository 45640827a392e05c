import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fetch from 'node-fetch';
import { ConfigError, readConfig } from '../../examples/express/env.js';
import { listenOnLoopback } from '../helpers/listen.js';
import { askedOn, PageBrowser, SECRETS, seen } from './page-browser.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Example {
  child: ChildProcess;
  /** Rejects if the process ends without printing its address. */
  url: Promise<string>;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  output(): string;
}

const children: ChildProcess[] = [];

/** Runs `examples/express/main.ts` as readers do. */
function run(env: Record<string, string>): Example {
  const unset = {
    MONEI_CLIENT_ID: '',
    MONEI_CLIENT_SECRET: '',
    TOKEN_KEY: '',
    SESSION_SECRET: '',
    NODE_ENV: '',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/express/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...unset, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  const ended: Example['ended'] = new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [, address] = /^Open (\S+)\n.+\n/.exec(stdout) ?? [];
      if (address) resolve(address);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    ended.then(() => reject(new Error(`it ended: ${stdout}${stderr}`)));
  });
  url.catch(() => {}); // Tests of an example that ends do not wait for its address.
  return { child, url, ended, output: () => stdout + stderr };
}

describe('examples/express', () => {
  after(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  it('has a copy of the emulator’s html.ts, so that the folder can be copied', () => {
    const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(text('examples/express/html.ts')).to.equal(text('emulator/src/html.ts'));
  });

  describe('as readers run it', () => {
    let example: Example;
    let app: string;
    const browser = new PageBrowser();

    before(async () => {
      example = run({});
      app = await example.url;
    });

    it('says where to open it, and that it runs against the emulator', async () => {
      expect(app).to.match(/^http:\/\/localhost:\d+$/);
      const [open, where, ...others] = example.output().split('\n');
      expect([open, others]).to.deep.equal([`Open ${app}`, ['']]);
      expect(where).to.match(
        /^It runs against the Monei emulator at http:\/\/127\.0\.0\.1:\d+: no account, no money\.$/,
      );
    });

    it('listens on loopback only', async () => {
      const { port } = new URL(app);
      // Every address of 127.0.0.0/8 is loopback, but only one is listened on.
      const error = await fetch(`http://127.0.0.2:${port}`).catch((error) => error);
      expect(error).to.have.property('code', 'ECONNREFUSED');
    });

    it('has a home page that loads nothing from elsewhere, and runs no script', async () => {
      const page = await browser.open(app);
      expect(page.status).to.equal(200);
      expect(page.headers.get('content-security-policy')).to.match(/^default-src 'none'; style-src 'self';/);
      expect(page.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(page.headers.get('x-powered-by')).to.equal(null);
      expect(page.html).to.not.match(/<script|<style|style="|https?:/);
      const style = await browser.open(`${app}/style.css`);
      expect([style.status, style.headers.get('content-type')]).to.deep.equal([
        200,
        'text/css; charset=utf-8',
      ]);
      expect(style.html).to.not.match(/@import|url\(/);
    });

    it('starts no session for visitors who are not signed in', async () => {
      for (const path of ['/account', '/budget', '/payroll', '/swap', '/savings']) {
        expect((await browser.open(app + path)).url, path).to.equal(`${app}/`);
      }
      expect(await browser.jar.getCookies(app)).to.deep.equal([]);
    });

    it('signs users in with their profile only, and asks for more when they open an app', async () => {
      const consentPage = await browser.click(await browser.open(app), 'Connect Monei');
      expect(askedOn(consentPage)).to.deep.equal(['profile:read']);
      const start = await browser.consent(consentPage);
      expect([start.url, start.status, start.title]).to.deep.equal([
        `${app}/`,
        200,
        'Hello, Adébáyọ̀ Ọlá · Example app',
      ]);
      const budget = await browser.consent(await browser.click(start, 'Budget'));
      expect(budget.url).to.equal(`${app}/budget`);
      expect(budget.text).to.match(/NGN [1-9]/);
      const account = await browser.open(`${app}/account`);
      for (const detail of ['Adébáyọ̀ Ọlá', 'adebayo@example.com', '+2348012345678', 'wallet:read']) {
        expect(account.text).to.contain(detail);
      }
    });

    it('keeps personal data out of caches, and the cookie from scripts and other sites', async () => {
      const page = await browser.open(`${app}/account`);
      expect(page.headers.get('cache-control')).to.equal('no-store');
      const [cookie, ...others] = await browser.jar.getCookies(app);
      expect(others).to.deep.equal([]);
      expect(cookie).to.include({ httpOnly: true, sameSite: 'lax', secure: false });
    });

    it('refuses forms of another site or port', async () => {
      const origin = 'http://localhost:1';
      for (const headers of [{ origin }, { 'sec-fetch-site': 'same-site' }, { origin: 'null' }]) {
        for (const path of ['/payroll', '/swap', '/disconnect', '/logout']) {
          const page = await browser.open(app + path, { method: 'POST', headers });
          expect(page.status, path).to.equal(403);
        }
      }
      expect((await browser.open(`${app}/account`)).url).to.equal(`${app}/account`);
    });

    it('has a page for addresses that do not exist', async () => {
      for (const path of ['/nothing', '/%E0%A4%A', '/..%2fapp.ts', '/app.ts', '/refresh']) {
        const page = await browser.open(app + path);
        expect(page.status, path).to.equal(404);
        expect(page.text).to.contain('This page does not exist');
      }
    });

    it('shows no token and no secret in a page, a header, a cookie or its output', () => {
      expect(seen.length).to.be.above(50);
      expect(seen.filter((text) => SECRETS.test(text))).to.deep.equal([]);
      expect(example.output()).to.not.match(SECRETS);
    });

    it('stops with exit code 0', async () => {
      example.child.kill('SIGTERM');
      const { code, stderr } = await example.ended;
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  });

  describe('started with settings that', () => {
    const occupant = createServer();
    let examples: Record<string, Example>;
    let port: number;

    before(async () => {
      ({ port } = await listenOnLoopback(occupant));
      const real = { MONEI_CLIENT_ID: 'mc_1', MONEI_CLIENT_SECRET: 'mcs_topsecret' };
      examples = {
        real: run(real),
        port: run({ PORT: '3000.5' }),
        taken: run({ PORT: String(port) }),
        half: run({ ...real, MONEI_CLIENT_ID: '' }),
        swapped: run({ MONEI_CLIENT_ID: 'mcs_topsecret', MONEI_CLIENT_SECRET: 'mc_1' }),
        key: run({ TOKEN_KEY: 'topsecret' }),
      };
    });
    after(() => {
      occupant.close();
    });

    const complaints: [string, string, () => string][] = [
      [
        'have an invalid port',
        'port',
        () => 'PORT must be a whole number from 0 (any free port) to 65535, not "3000.5".',
      ],
      [
        'name a port in use',
        'taken',
        () => `Can't listen on port ${port}: another program uses it. Set PORT to another one.`,
      ],
      [
        'lack the client ID',
        'half',
        () =>
          'MONEI_CLIENT_ID is not set. Set both MONEI_CLIENT_ID and MONEI_CLIENT_SECRET, or neither to use the emulator.',
      ],
      [
        'have ID and secret in the wrong places',
        'swapped',
        () =>
          'passport-monei: the option `clientID` holds a client secret (mcs_…). Pass the client ID (mc_…) there.',
      ],
      ['have a bad key', 'key', () => 'TOKEN_KEY must be 64 hex digits. Make one with: openssl rand -hex 32'],
    ];
    for (const [what, name, line] of complaints) {
      it(`${what}, it says so in one line and exits with code 1`, async () => {
        expect(await examples[name]?.ended).to.deep.equal({ code: 1, stdout: '', stderr: `${line()}\n` });
      });
    }

    it('name an app at Monei, it uses the real Monei, says what to register, and stops on SIGINT', async () => {
      const app = await examples.real?.url;
      const callbackURL = `${app}/auth/monei/callback`;
      const response = await fetch(`${app}/auth/monei`, { redirect: 'manual' });
      const asked = new URL(response.headers.get('location') ?? '');
      expect(asked.origin + asked.pathname).to.equal('https://monei.cc/connect/authorize');
      expect(asked.searchParams.get('redirect_uri')).to.equal(callbackURL);
      examples.real?.child.kill('SIGINT');
      expect(await examples.real?.ended).to.deep.equal({
        code: 0,
        stdout: `Open ${app}\nIt runs against Monei. This redirect URI must be registered there: ${callbackURL}\n`,
        stderr: '',
      });
    });
  });

  describe('readConfig', () => {
    it('takes ports from 0 to 65535, and 3000 by default', () => {
      const ports = [undefined, '', '0', '080', '65535'].map((PORT) => readConfig({ PORT }).port);
      expect(ports).to.deep.equal([3000, 3000, 0, 80, 65535]);
    });

    it('refuses other ports, half of the credentials and other keys', () => {
      for (const PORT of ['-1', '65536', 'http', '0x50', '1e3', ' 80', '80\n', 'Infinity']) {
        expect(() => readConfig({ PORT }), PORT).to.throw(ConfigError, 'PORT must be');
      }
      expect(() => readConfig({ MONEI_CLIENT_ID: 'mc_1' })).to.throw(
        ConfigError,
        'MONEI_CLIENT_SECRET is not set',
      );
      for (const TOKEN_KEY of ['f'.repeat(63), 'f'.repeat(65), 'g'.repeat(64)]) {
        expect(() => readConfig({ TOKEN_KEY })).to.throw(ConfigError, 'TOKEN_KEY must be');
      }
    });

    it('makes a random key and secret by default', () => {
      const [one, other] = [readConfig({}), readConfig({})];
      expect(one.tokenKey).to.have.lengthOf(32).and.to.not.deep.equal(other.tokenKey);
      expect(one.sessionSecret).to.have.lengthOf(64).and.to.not.equal(other.sessionSecret);
      expect(readConfig({ TOKEN_KEY: 'Ab'.repeat(32) }).tokenKey).to.deep.equal(Buffer.alloc(32, 0xab));
    });
  });
});
