import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import makeFetchCookie from 'fetch-cookie';
import fetch, { type RequestInit } from 'node-fetch';
import { MoneiConnect } from 'passport-monei';
import { type EmulatedUser, type MoneiEmulator, startEmulator } from 'passport-monei/emulator';
import { CookieJar } from 'tough-cookie';
import { createApp } from '../../examples/express/app.js';
import { Connections } from '../../examples/express/connections.js';
import { ConfigError, readConfig } from '../../examples/express/env.js';
import { TokenStore } from '../../examples/express/token-store.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRETS = /mc[rst]_/;
const TOKENS = {
  accessToken: 'mct_1',
  refreshToken: 'mcr_1',
  expiresAt: new Date('2030-01-01T00:00:00Z'),
  scopes: ['wallet:read'],
};

/** What every browser here got to see of the app and of Monei: headers, cookies and bodies. */
const seen: string[] = [];

interface Page {
  url: string;
  status: number;
  headers: { get(name: string): string | null };
  html: string;
  /** Without tags, entities and runs of white space. */
  text: string;
}

/** A browser without scripts: it keeps cookies, follows redirects and links, and submits the forms of a page. */
class Browser {
  readonly jar = new CookieJar();
  readonly #fetch = makeFetchCookie(fetch, this.jar);

  async open(url: string, init: RequestInit = {}): Promise<Page> {
    const signal = AbortSignal.timeout(4000);
    const response = await this.#fetch(url, { redirect: 'manual', signal, ...init });
    const html = await response.text();
    seen.push(url, JSON.stringify([...response.headers]), html);
    const location = response.headers.get('location');
    if (location !== null) return this.open(new URL(location, url).href);
    return { url, status: response.status, headers: response.headers, html, text: textOf(html) };
  }

  /** Follows the link with this text. */
  click(page: Page, text: string): Promise<Page> {
    const links = [...page.html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)];
    const link = links.find(([, , content = '']) => textOf(content) === text);
    if (!link) throw new Error(`no link “${text}” in: ${page.text}`);
    return this.open(new URL(unescapeHtml(link[1] ?? ''), page.url).href);
  }

  /** Submits the form with this action: its hidden fields, and `fields`. */
  submit(page: Page, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const form = new RegExp(`<form method="post" action="${action}">(.*?)</form>`, 's').exec(page.html)?.[1];
    if (form === undefined) throw new Error(`no form ${action} in: ${page.text}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    const entries = hidden.map(([, name = '', value = '']) => [unescapeHtml(name), unescapeHtml(value)]);
    const body = new URLSearchParams({ ...Object.fromEntries(entries), ...fields });
    const { href, origin } = new URL(action, page.url);
    return this.open(href, { method: 'POST', body, headers: { origin, 'sec-fetch-site': 'same-origin' } });
  }

  /** Decides on Monei's consent page: allows what is not denied. */
  consent(page: Page, deny: string[] = []): Promise<Page> {
    const choices = askedOn(page).map((scope) => [`scope:${scope}`, deny.includes(scope) ? 'deny' : 'allow']);
    return this.submit(page, '/connect/authorize', { ...Object.fromEntries(choices), decision: 'approve' });
  }

  /** Connects to Monei, in the app at `url`. */
  async connect(url: string, { deny = [] }: { deny?: string[] } = {}): Promise<Page> {
    return this.consent(await this.open(`${url}/auth/monei`), deny);
  }
}

/** The scopes that a consent page asks about. */
function askedOn(page: Page): string[] {
  return [...page.html.matchAll(/name="scope:([^"]*)" value="allow"/g)].map(([, scope = '']) => scope);
}

/** The rows of the table of permissions: scope and status. */
function grantOn(page: Page): Record<string, string> {
  const rows = [...page.html.matchAll(/<code>([^<]*)<\/code>.*?class="status \w+">(\w+)</gs)];
  return Object.fromEntries(rows.map(([, scope = '', status = '']) => [scope, status]));
}

function textOf(html: string): string {
  return unescapeHtml(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(lt|gt|quot|#39);/g, (entity) => characters[entity] ?? '').replaceAll('&amp;', '&');
}

/** A page, and what the app logged as errors meanwhile. */
async function withLog(visit: () => Promise<Page>): Promise<{ page: Page; logged: unknown[] }> {
  const logged: unknown[] = [];
  const { error } = console;
  console.error = (...what) => logged.push(...what);
  try {
    return { page: await visit(), logged };
  } finally {
    console.error = error;
  }
}

interface Example {
  child: ChildProcess;
  /** Rejects when it ends without saying where it listens. */
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
  url.catch(() => {}); // Those that are meant to end are asked how, not where.
  return { child, url, ended, output: () => stdout + stderr };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

describe('examples/express', function () {
  this.timeout(8000);

  after(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  describe('as readers run it', () => {
    let example: Example;
    let app: string;
    const browser = new Browser();

    before(async () => {
      example = run({});
      app = await example.url;
    });

    it('says where to open it, and that it runs against the emulator', async () => {
      expect(app).to.match(/^http:\/\/localhost:\d+$/);
      expect(example.output().split('\n')).to.deep.equal([
        `Open ${app}`,
        'It runs against the Monei emulator: no account, no money.',
        '',
      ]);
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

    it('sends nobody to an account who is not signed in, and starts no session for them', async () => {
      for (const path of ['/account', '/auth/monei/more?scope=wallet:send']) {
        const page = await browser.open(app + path);
        expect(page.url, path).to.equal(`${app}/`);
      }
      expect(await browser.jar.getCookies(app)).to.deep.equal([]);
    });

    it('asks Monei for its scopes, and shows who signed in, what is missing, and the wallet', async () => {
      const consentPage = await browser.click(await browser.open(app), 'Connect Monei');
      expect(new URL(consentPage.url).pathname).to.equal('/connect/authorize');
      expect(askedOn(consentPage)).to.deep.equal(['profile:read', 'wallet:read', 'wallet:send', 'bills:pay']);

      const page = await browser.consent(consentPage, ['wallet:send']);
      expect([page.url, page.status]).to.deep.equal([`${app}/account`, 200]);
      for (const detail of ['Hello, Adébáyọ̀ Ọlá', 'adebayo@example.com', '+2348012345678']) {
        expect(page.text).to.contain(detail);
      }
      expect(grantOn(page)).to.deep.equal({
        'profile:read': 'Allowed',
        'wallet:read': 'Allowed',
        'wallet:send': 'Missing',
        'bills:pay': 'Allowed',
      });
      expect(page.text).to.contain(
        'Send money to other Monei users wallet:send Moves or converts money Missing',
      );
      expect(page.text).to.contain('NGN 125,000.50').and.to.contain('USDT 42.25');
    });

    it('keeps personal data out of caches, and the cookie from scripts and other sites', async () => {
      const page = await browser.open(`${app}/account`);
      expect(page.headers.get('cache-control')).to.equal('no-store');
      const [cookie, ...others] = await browser.jar.getCookies(app);
      expect(others).to.deep.equal([]);
      expect(cookie).to.include({ httpOnly: true, sameSite: 'lax', secure: false });
    });

    it('asks for just the missing scope, and shows the whole grant afterwards', async () => {
      const account = await browser.open(`${app}/account`);
      const consentPage = await browser.click(account, 'Ask Monei for: Send money to other Monei users');
      expect(new URL(consentPage.url).searchParams.get('scope')).to.equal('profile:read wallet:send');
      expect(askedOn(consentPage)).to.deep.equal(['wallet:send']);

      const page = await browser.consent(consentPage);
      expect(page.url).to.equal(`${app}/account`);
      expect(new Set(Object.values(grantOn(page)))).to.deep.equal(new Set(['Allowed']));
      expect(page.html).to.not.contain('/auth/monei/more');
    });

    it('answers 400 when asked for a scope that Monei does not have', async () => {
      for (const query of [
        'scope=wallet:steal',
        'scope=constructor',
        'scope=',
        '',
        'scope=wallet:send&scope=a',
      ]) {
        const page = await browser.open(`${app}/auth/monei/more?${query}`);
        expect([page.status, page.url], query).to.deep.equal([400, `${app}/auth/monei/more?${query}`]);
        expect(page.text).to.contain('There is no such permission').and.to.contain('Back to your account');
      }
    });

    it('does not believe a forged callback, and shows none of its text', async () => {
      const query = 'error=access_denied&error_description=ATTACKER&state=x';
      for (const visitor of [new Browser(), browser]) {
        const page = await visitor.open(`${app}/auth/monei/callback?${query}`);
        expect(page.status).to.equal(403);
        expect(page.text).to.contain('This sign-in was not started in this browser');
        expect(page.html).to.not.contain('ATTACKER');
      }
      expect((await browser.open(`${app}/account`)).text).to.contain('Hello, Adébáyọ̀ Ọlá');
    });

    it('answers 400 to a callback that Monei does not make', async () => {
      const page = await new Browser().open(`${app}/auth/monei/callback?code=a&error=b&state=x`);
      expect(page.status).to.equal(400);
      expect(page.text).to.contain('both a code and an error').and.to.contain('Try again');
    });

    it('tells a user who refuses everything what happened, and lets them try again', async () => {
      const other = new Browser();
      const consentPage = await other.open(`${app}/auth/monei`);
      const page = await other.submit(consentPage, '/connect/authorize', { decision: 'deny' });
      expect(page.status).to.equal(401);
      expect(page.text).to.contain('You did not connect Monei The user denied the request Try again');
      const again = await other.click(page, 'Try again');
      expect(new URL(again.url).pathname).to.equal('/connect/authorize');
    });

    it('refreshes the tokens, and says until when the new access token is good', async () => {
      const page = await browser.submit(await browser.open(`${app}/account`), '/refresh');
      expect(page.url).to.equal(`${app}/account`);
      expect(page.text).to.match(/Tokens refreshed\. The new access token is good until \w+ \d+, 20\d\d/);
      expect(page.text).to.contain('NGN 125,000.50');
      expect((await browser.open(page.url)).text).to.not.contain('Tokens refreshed');
    });

    it('takes no form from another site or port', async () => {
      const origin = 'http://localhost:1';
      for (const headers of [{ origin }, { 'sec-fetch-site': 'same-site' }, { origin: 'null' }]) {
        for (const path of ['/refresh', '/disconnect', '/logout']) {
          const page = await browser.open(app + path, { method: 'POST', headers });
          expect(page.status, path).to.equal(403);
        }
      }
      expect((await browser.open(`${app}/account`)).url).to.equal(`${app}/account`);
    });

    it('logs out and keeps the connection, so that Monei asks for nothing new', async () => {
      const page = await browser.submit(await browser.open(`${app}/account`), '/logout');
      expect(page.url).to.equal(`${app}/`);
      expect(page.text).to.contain('You are logged out.').and.to.contain('Connect Monei');
      expect((await browser.open(`${app}/account`)).url).to.equal(`${app}/`);
      const consentPage = await browser.open(`${app}/auth/monei`);
      expect(askedOn(consentPage)).to.deep.equal([]);
      expect((await browser.consent(consentPage)).text).to.contain('Hello, Adébáyọ̀ Ọlá');
    });

    it('disconnects, in every browser of this user', async () => {
      const other = new Browser();
      await other.connect(app);
      const page = await browser.submit(await browser.open(`${app}/account`), '/disconnect');
      expect(page.url).to.equal(`${app}/`);
      expect(page.text).to.contain('Monei is disconnected, and you are logged out.');
      expect((await other.open(`${app}/account`)).url).to.equal(`${app}/`);
    });

    it('has a page for addresses that do not exist', async () => {
      for (const path of ['/nothing', '/%E0%A4%A', '/..%2fapp.ts', '/app.ts']) {
        const page = await browser.open(app + path);
        expect(page.status, path).to.equal(404);
        expect(page.text).to.contain('There is no such page');
      }
    });

    it('shows no token and no secret: not in a page, a header, a cookie, or its output', () => {
      expect(seen.length).to.be.above(100);
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
      port = await listen(occupant);
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
        'are no port',
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

    it('name an app at Monei, it goes to the real Monei, says what to register, and stops on SIGINT', async () => {
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
    it('takes the ports that there are, and 3000 when none is named', () => {
      const ports = [undefined, '', '0', '080', '65535'].map((PORT) => readConfig({ PORT }).port);
      expect(ports).to.deep.equal([3000, 3000, 0, 80, 65535]);
    });

    it('refuses everything else, and everything by halves', () => {
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

    it('makes a key and a secret for this run when none are given', () => {
      const [one, other] = [readConfig({}), readConfig({})];
      expect(one.tokenKey).to.have.lengthOf(32).and.to.not.deep.equal(other.tokenKey);
      expect(one.sessionSecret).to.have.lengthOf(64).and.to.not.equal(other.sessionSecret);
      expect(readConfig({ TOKEN_KEY: 'Ab'.repeat(32) }).tokenKey).to.deep.equal(Buffer.alloc(32, 0xab));
    });
  });

  describe('the app', () => {
    const WALLET = '/api/v1/wallet/me';
    const ADA: EmulatedUser = { id: 'ada', name: 'Ada', firstName: 'Ada', email: 'ada@example.com' };
    const BOB: EmulatedUser = { id: 'bob', name: '<b>Bob</b> & "co"', email: "'><script>alert(1)</script>" };
    let emulator: MoneiEmulator;
    let api: Server;
    let web: Server;
    let app: string;
    let store: TokenStore;
    let rows: Map<string, Buffer>;
    let browser: Browser;
    /** The tokens that the wallet was asked with. */
    let walletCalls: (string | undefined)[];
    /** What the wallet answers instead of the emulator. */
    let wallet: RequestListener | undefined;

    beforeEach(async () => {
      emulator = await startEmulator({
        clients: [{ clientID: 'mc_1', clientSecret: 'mcs_1' }],
        users: [ADA, BOB],
      });
      walletCalls = [];
      wallet = undefined;
      api = createServer(async (request, response) => {
        const { authorization = '' } = request.headers;
        if (request.url === WALLET) walletCalls.push(authorization);
        if (request.url === WALLET && wallet) return wallet(request, response);
        const answer = await fetch(`${emulator.url}${request.url}`, { headers: { authorization } });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      });
      browser = new Browser();
      rows = new Map();
      store = new TokenStore(randomBytes(32), rows);
      await serve();
    });
    afterEach(async () => {
      for (const server of [web, api]) {
        server.close();
        server.closeAllConnections();
      }
      await emulator.close();
    });

    async function serve(): Promise<void> {
      if (!api.listening) await listen(api);
      const userProfileURL = `http://127.0.0.1:${portOf(api)}/api/v1/user/me`;
      web = createServer();
      app = `http://localhost:${await listen(web)}`;
      web.on(
        'request',
        createApp({
          credentials: emulator.client,
          endpoints: { ...emulator.endpoints, userProfileURL },
          callbackURL: `${app}/auth/monei/callback`,
          tokens: store,
          sessionSecret: 'test',
          timeout: 300,
        }),
      );
    }

    it('does not ask for a wallet that it may not see, and says what it would be for', async () => {
      const page = await browser.connect(app, { deny: ['wallet:read'] });
      expect(page.status).to.equal(200);
      expect(grantOn(page)).to.include({ 'wallet:read': 'Missing', 'wallet:send': 'Allowed' });
      expect(page.text).to.contain('you did not allow this app to see them');
      expect(walletCalls).to.deep.equal([]);
    });

    it('asks for the profile again when that was denied, because it is who they are', async () => {
      const page = await browser.connect(app, { deny: ['profile:read'] });
      expect(page.status).to.equal(403);
      expect(page.text).to.contain('A permission is missing').and.to.contain('profile:read');
      expect(rows.size).to.equal(0);
      expect(askedOn(await browser.click(page, 'Try again'))).to.deep.equal(['profile:read']);
    });

    it('forgets its tokens when the user took the access back at Monei, and offers to reconnect', async () => {
      await browser.connect(app);
      emulator.revokeGrant();
      const page = await browser.open(`${app}/account`);
      expect(page.status).to.equal(200);
      expect(page.text).to.contain('Monei is not connected any more').and.to.contain('ada@example.com');
      expect(grantOn(page)).to.deep.equal({});
      expect(await store.load('ada')).to.equal(undefined);
      expect(walletCalls).to.have.lengthOf(2);

      const later = await browser.open(`${app}/account`);
      expect(walletCalls).to.have.lengthOf(2);
      const reconnected = await browser.consent(await browser.click(later, 'Reconnect Monei'));
      expect(reconnected.text).to.contain('NGN 125,000.50');
    });

    const troubles: [string, RequestListener, string][] = [
      ['refuses', (_, res) => res.writeHead(403).end(), 'does not let this app see your wallet'],
      ['is asked too often', (_, res) => res.writeHead(429).end(), 'asked too often'],
      [
        'fails',
        (_, res) => res.writeHead(500).end('<h1>Oops</h1>'),
        'could not show your wallet (status 500)',
      ],
      ['sends no JSON', (_, res) => res.end('<h1>Hello</h1>'), 'sent no usable answer'],
      ['redirects', (_, res) => res.writeHead(302, { location: '/' }).end(), 'sent no usable answer'],
      ['hangs up', (req) => req.socket.destroy(), 'could not be reached'],
      ['never answers', () => {}, 'did not answer in time'],
      ['never ends', (_, res) => res.write('{'), 'did not answer in time'],
      ['fails and never ends', (_, res) => res.writeHead(500).write('{'), 'could not show your wallet'],
    ];
    for (const [what, answer, words] of troubles) {
      it(`still shows the page when the wallet ${what}`, async () => {
        wallet = answer;
        const page = await browser.connect(app);
        expect(page.status).to.equal(200);
        expect(page.text).to.contain(words).and.to.contain('ada@example.com').and.to.not.contain('Oops');
        expect(Object.keys(grantOn(page))).to.have.lengthOf(4);
        expect(await store.load('ada')).to.be.an('object');
      });
    }

    const forms: [string, unknown, string][] = [
      [
        'balances as text',
        { data: { balances: [{ currency: 'BTC', balance: '0.10000000' }] } },
        'BTC 0.10000000',
      ],
      [
        'another form',
        { data: { naira: '<script>alert(1)</script>' } },
        '"naira": "<script>alert(1)</script>"',
      ],
      ['balances of another form', { data: { balances: [{ NGN: 1 }] } }, '"NGN": 1'],
      ['no envelope', { balances: [{ currency: 'NGN', balance: 5 }] }, 'NGN 5.00'],
      ['a list', [1, 2], '[ 1, 2 ]'],
      ['nothing', null, 'null'],
    ];
    for (const [what, body, words] of forms) {
      it(`shows a wallet of ${what}`, async () => {
        wallet = (_, res) => res.end(JSON.stringify(body));
        const page = await browser.connect(app);
        expect(page.text).to.contain(words);
        expect(page.html).to.not.contain('<script');
      });
    }

    it('refreshes an access token that has expired before it uses it, and stores the new pair', async () => {
      await browser.connect(app);
      const old = await store.load('ada');
      if (!old) throw new Error('nothing is stored');
      await store.save('ada', { ...old, expiresAt: new Date(Date.now() + 30_000) });
      const page = await browser.open(`${app}/account`);
      expect(page.text).to.contain('NGN 125,000.50');
      const fresh = await store.load('ada');
      expect(fresh?.accessToken).to.match(/^mct_/);
      expect(fresh?.refreshToken).to.match(/^mcr_/);
      expect(fresh?.refreshToken).to.not.equal(old.refreshToken);
      expect(walletCalls).to.deep.equal([`Bearer ${old.accessToken}`, `Bearer ${fresh?.accessToken}`]);
    });

    it('refreshes once when two pages need it at the same time', async () => {
      await browser.connect(app);
      const old = await store.load('ada');
      if (!old) throw new Error('nothing is stored');
      await store.save('ada', { ...old, expiresAt: new Date(0) });
      const pages = await Promise.all([browser.open(`${app}/account`), browser.open(`${app}/account`)]);
      for (const page of pages) expect(page.text).to.contain('NGN 125,000.50');
    });

    it('stores the new pair when it is told to refresh', async () => {
      const account = await browser.connect(app);
      const old = await store.load('ada');
      await browser.submit(account, '/refresh');
      const fresh = await store.load('ada');
      expect(fresh?.refreshToken).to.match(/^mcr_/);
      expect(fresh?.refreshToken).to.not.equal(old?.refreshToken);
    });

    it('offers to reconnect when Monei refuses to refresh', async () => {
      // Without wallet:read, so that the refresh is the only call that can find out.
      const account = await browser.connect(app, { deny: ['wallet:read'] });
      emulator.revokeGrant();
      const page = await browser.submit(account, '/refresh');
      expect([page.status, page.url]).to.deep.equal([200, `${app}/account`]);
      expect(page.text).to.contain('Monei is not connected any more');
      expect(rows.size).to.equal(0);
    });

    it('keeps the tokens when Monei cannot be reached to refresh them', async () => {
      const account = await browser.connect(app);
      await emulator.close();
      const { page, logged } = await withLog(() => browser.submit(account, '/refresh'));
      expect([page.status, logged]).to.deep.equal([502, []]);
      expect(page.text).to.contain('Monei could not be reached').and.to.contain('Back to your account');
      expect(page.text).to.not.contain('ECONNREFUSED');
      expect(rows.size).to.equal(1);
    });

    it('revokes the tokens at Monei when the user disconnects', async () => {
      const account = await browser.connect(app);
      const tokens = await store.load('ada');
      await browser.submit(account, '/disconnect');
      expect(rows.size).to.equal(0);
      const headers = { authorization: `Bearer ${tokens?.accessToken}` };
      expect((await fetch(emulator.endpoints.userProfileURL, { headers })).status).to.equal(401);
    });

    it('forgets the tokens even if Monei cannot be reached to revoke them, and says so', async () => {
      const account = await browser.connect(app);
      await emulator.close();
      const page = await browser.submit(account, '/disconnect');
      expect([page.status, page.url]).to.deep.equal([200, `${app}/`]);
      expect(page.text).to.contain('Monei did not confirm that it is revoked');
      expect(rows.size).to.equal(0);
      expect((await browser.open(`${app}/account`)).url).to.equal(`${app}/`);
    });

    it('says when Monei sends back another account, and mixes nothing', async () => {
      await browser.connect(app, { deny: ['wallet:send'] });
      const asked = await browser.open(`${app}/auth/monei/more?scope=wallet:send`);
      const page = await browser.consent(await browser.open(`${asked.url}&user=bob`));
      expect(page.text).to.contain('You are signed in with another Monei account now: <b>Bob</b>');
      expect(page.text).to.contain('Hello, <b>Bob</b>').and.to.not.contain('ada@example.com');
      expect(page.html).to.not.match(/<b>|<script/);
      expect(grantOn(page)).to.deep.equal({
        'profile:read': 'Allowed',
        'wallet:read': 'Missing',
        'wallet:send': 'Allowed',
        'bills:pay': 'Missing',
      });
      expect((await store.load('ada'))?.scopes).to.deep.equal(['profile:read', 'wallet:read', 'bills:pay']);
      expect((await store.load('bob'))?.scopes).to.deep.equal(['profile:read', 'wallet:send']);
    });

    it('shows a page without a word of it when the fault is its own, and logs it', async () => {
      await browser.connect(app);
      rows.set('ada', Buffer.from('a row that nobody encrypted'.repeat(3)));
      const { page, logged } = await withLog(() => browser.open(`${app}/account`));
      expect(page.status).to.equal(500);
      expect(page.text)
        .to.contain('The fault is ours')
        .and.to.not.match(/authenticate|at /);
      expect(logged).to.have.lengthOf(1);
      expect(logged[0]).to.be.an('error');
    });

    it('shows whatever else the user allowed', async () => {
      await browser.connect(app);
      const page = await browser.consent(await browser.open(`${app}/auth/monei/more?scope=kyc:read`));
      expect(grantOn(page)).to.include({ 'kyc:read': 'Allowed', 'wallet:read': 'Allowed' });
    });

    it('gives a new session to who signs in', async () => {
      const consentPage = await browser.open(`${app}/auth/monei`);
      const [before] = await browser.jar.getCookies(app);
      await browser.consent(consentPage);
      const [after] = await browser.jar.getCookies(app);
      expect(after?.value).to.be.a('string').and.to.not.equal(before?.value);
    });

    it('stores tokens as ciphertext only', async () => {
      await browser.connect(app);
      const row = rows.get('ada') ?? Buffer.alloc(0);
      expect(row.length).to.be.above(100);
      expect(row.toString('latin1')).to.not.match(SECRETS);
    });

    it('shows a page when Monei fails in the middle of a sign-in', async () => {
      const consentPage = await browser.open(`${app}/auth/monei`);
      const callback = await emulator.authorize(consentPage.url);
      await emulator.close();
      const page = await browser.open(callback);
      expect(page.status).to.equal(502);
      expect(page.text).to.contain('Monei could not be reached').and.to.contain('Try again');
    });

    it('shows a page when Monei refuses the request, with what Monei says about it', async () => {
      const consentPage = await browser.open(`${app}/auth/monei`);
      const state = new URL(consentPage.url).searchParams.get('state');
      const query = `error=temporarily_unavailable&error_description=%3Cb%3EBack%20soon&state=${state}`;
      const page = await browser.open(`${app}/auth/monei/callback?${query}`);
      expect(page.status).to.equal(503);
      expect(page.text).to.contain('<b>Back soon').and.to.contain('Try again');
      expect(page.html).to.not.contain('<b>');
    });
  });

  describe('Connections', () => {
    it('does not bring tokens back that the user disconnected during a refresh', async () => {
      const store = new TokenStore(randomBytes(32));
      class SlowConnect extends MoneiConnect {
        override async refresh() {
          await connections.disconnect('ada');
          return {
            ...TOKENS,
            accessToken: 'mct_2',
            refreshToken: 'mcr_2',
            tokenType: 'Bearer',
            expiresIn: 3600,
          };
        }
        override async revoke() {}
      }
      const connections = new Connections(
        new SlowConnect({ clientID: 'mc_1', clientSecret: 'mcs_1' }),
        store,
      );
      await store.save('ada', TOKENS);
      expect(await connections.refresh('ada')).to.equal(undefined);
      expect(await store.load('ada')).to.equal(undefined);
    });
  });

  describe('TokenStore', () => {
    const key = randomBytes(32);

    async function failure(promise: Promise<unknown>): Promise<unknown> {
      return promise.then(
        () => undefined,
        (error) => error,
      );
    }

    it('gives back what was saved, and nothing for others', async () => {
      const store = new TokenStore(key);
      await store.save('ada', TOKENS);
      expect(await store.load('ada')).to.deep.equal(TOKENS);
      expect(await store.load('bob')).to.equal(undefined);
      await store.delete('ada');
      expect(await store.load('ada')).to.equal(undefined);
    });

    it('stores no more than it has to', async () => {
      const store = new TokenStore(key);
      await store.save('ada', { ...TOKENS, tokenType: 'Bearer', expiresIn: 3600 } as typeof TOKENS);
      expect(await store.load('ada')).to.deep.equal(TOKENS);
    });

    it('encrypts the same tokens differently each time', async () => {
      const rows = new Map<string, Buffer>();
      const store = new TokenStore(key, rows);
      await store.save('ada', TOKENS);
      const first = rows.get('ada');
      await store.save('ada', TOKENS);
      expect(rows.get('ada')?.subarray(0, 12)).to.not.deep.equal(first?.subarray(0, 12));
    });

    it('refuses a row in which any byte was changed', async () => {
      const rows = new Map<string, Buffer>();
      const store = new TokenStore(key, rows);
      await store.save('ada', TOKENS);
      const row = rows.get('ada') ?? Buffer.alloc(0);
      expect(row.length).to.be.above(28);
      for (const index of row.keys()) {
        const tampered = Buffer.from(row);
        tampered[index] = (row[index] ?? 0) ^ 1;
        rows.set('ada', tampered);
        expect(await failure(store.load('ada')), `byte ${index}`).to.be.an('error');
      }
      for (const length of [0, 12, 20, 28, row.length - 1]) {
        rows.set('ada', row.subarray(0, length));
        expect(await failure(store.load('ada')), `${length} bytes`).to.be.an('error');
      }
    });

    it("refuses another user's row", async () => {
      const rows = new Map<string, Buffer>();
      const store = new TokenStore(key, rows);
      await store.save('ada', TOKENS);
      rows.set('bob', rows.get('ada') ?? Buffer.alloc(0));
      expect(await failure(store.load('bob'))).to.be.an('error');
      expect(await store.load('ada')).to.deep.equal(TOKENS);
    });

    it('refuses a row that another key wrote, and a key of the wrong size', async () => {
      const rows = new Map<string, Buffer>();
      await new TokenStore(key, rows).save('ada', TOKENS);
      expect(await failure(new TokenStore(randomBytes(32), rows).load('ada'))).to.be.an('error');
      expect(() => new TokenStore(randomBytes(16))).to.throw(TypeError, '32 bytes');
    });
  });
});
