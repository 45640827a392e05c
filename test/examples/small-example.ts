import { type ChildProcess, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fetch from 'node-fetch';
import { type Browser, locationOf, openBrowser } from '../helpers/browser.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Page {
  url: string;
  status: number;
  html: string;
  /** The cookies that were set on the way to this page, as they were set. */
  cookies: string[];
}

/** Opens a page, redirects included. */
async function open(browser: Browser, url: string, init: Parameters<Browser>[1] = {}): Promise<Page> {
  const response = await browser(url, init);
  const cookies = response.headers.raw()['set-cookie'] ?? [];
  const html = await response.text();
  if (!response.headers.has('location')) return { url, status: response.status, html, cookies };
  const page = await open(browser, new URL(locationOf(response), url).href);
  return { ...page, cookies: [...cookies, ...page.cookies] };
}

/** Follows the link with this text. */
function click(browser: Browser, page: Page, text: string): Promise<Page> {
  const link = [...page.html.matchAll(/<a [^>]*href="([^"]*)">([^<]*)<\/a>/g)].find(
    ([, , label]) => label === text,
  );
  if (!link) throw new Error(`no link “${text}” in: ${page.html}`);
  return open(browser, new URL(link[1] ?? '', page.url).href);
}

/** The scopes that a consent page asks about. */
function askedOn(page: Page): string[] {
  return [...page.html.matchAll(/name="scope:([^"]*)" value="allow"/g)].map(([, scope = '']) => scope);
}

/** The scopes that the account page lists below a heading. */
function scopesUnder({ html }: Page, heading: string): string[] {
  const [, list = ''] = new RegExp(`<h2>${heading}</h2>(.*?)</ul>`, 's').exec(html) ?? [];
  return [...list.matchAll(/<code>([^<]*)</g)].map(([, scope = '']) => scope);
}

/** Decides on Monei's consent page: allows what is not denied. */
function consent(browser: Browser, page: Page, decision: { deny: string[] } | 'deny'): Promise<Page> {
  const hidden = [...page.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  const body = new URLSearchParams();
  for (const [, field = '', value = ''] of hidden) body.set(field, value);
  body.set('decision', decision === 'deny' ? 'deny' : 'approve');
  if (decision !== 'deny') {
    for (const scope of askedOn(page)) {
      body.set(`scope:${scope}`, decision.deny.includes(scope) ? 'deny' : 'allow');
    }
  }
  const { origin } = new URL(page.url); // Browsers send it with forms.
  return open(browser, `${origin}/connect/authorize`, { method: 'POST', body, headers: { origin } });
}

interface Example {
  child: ChildProcess;
  /** Rejects if the process ends without printing its address. */
  url: Promise<string>;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Runs an example as readers do. */
function run(name: string, env: Record<string, string>): Example {
  const unset = { MONEI_CLIENT_ID: '', MONEI_CLIENT_SECRET: '', SESSION_SECRET: '', NODE_ENV: '' };
  const child = spawn(process.execPath, ['--import', 'tsx', `examples/${name}/main.ts`], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...unset,
      PORT: '0',
      NODE_OPTIONS: '--disable-warning=PASSPORT_MONEI_SIGN_IN',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const ended: Example['ended'] = new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [, address] = /^Open (\S+)\n/.exec(stdout) ?? [];
      if (address) resolve(address);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    ended.then(() => reject(new Error(`it ended: ${stdout}${stderr}`)));
  });
  url.catch(() => {}); // Tests of an example that ends do not wait for its address.
  return { child, url, ended };
}

/** Defines the tests of a small example, which are the same for each framework. */
export function describeSmallExample(name: string): void {
  describe(`examples/${name}`, () => {
    const started: Example[] = [];
    let example: Example;
    let withCredentials: Example;
    let app: string;
    let browser: Browser;

    function start(env: Record<string, string> = {}): Example {
      const one = run(name, env);
      started.push(one);
      return one;
    }

    before(async () => {
      example = start();
      withCredentials = start({ MONEI_CLIENT_ID: 'mc_1', MONEI_CLIENT_SECRET: 'mcs_1' });
      app = await example.url;
    });
    beforeEach(() => {
      browser = openBrowser();
    });
    after(() => {
      for (const { child } of started) child.kill('SIGKILL');
    });

    /** Goes to Monei's consent page from the start page. */
    async function depart(): Promise<Page> {
      return click(browser, await open(browser, app), 'Sign in with Monei');
    }

    // The emulator remembers grants, so these tests run in this order.
    it('says that the user did not connect Monei, and offers to try again', async () => {
      const consentPage = await depart();
      expect(askedOn(consentPage)).to.deep.equal(['profile:read', 'wallet:read', 'wallet:send']);
      const page = await consent(browser, consentPage, 'deny');
      expect(page.status).to.equal(401);
      expect(page.html).to.include('You did not connect Monei').and.to.not.include('The user');
      const again = await click(browser, page, 'Try again');
      expect(new URL(again.url).pathname).to.equal('/connect/authorize');
      expect((await open(browser, app)).html).to.not.include('Hello');
    });

    it('shows the user, the granted and the missing scopes, and asks for the missing one only', async () => {
      const partial = await consent(browser, await depart(), { deny: ['wallet:send'] });
      expect([partial.url, partial.status]).to.deep.equal([`${app}/`, 200]);
      expect(partial.html).to.include('Hello, Adébáyọ̀ Ọlá');
      expect(scopesUnder(partial, 'Allowed')).to.deep.equal(['profile:read', 'wallet:read']);
      expect(scopesUnder(partial, 'Missing')).to.deep.equal(['wallet:send']);

      const refused = await consent(browser, await click(browser, partial, 'Allow sending money'), 'deny');
      expect(refused.status).to.equal(401);
      const unchanged = await open(browser, app);
      expect(unchanged.html).to.include('Hello, Adébáyọ̀ Ọlá');
      expect(scopesUnder(unchanged, 'Missing')).to.deep.equal(['wallet:send']);

      const more = await click(browser, unchanged, 'Allow sending money');
      expect(askedOn(more)).to.deep.equal(['wallet:send']);
      const complete = await consent(browser, more, { deny: [] });
      expect(complete.url).to.equal(`${app}/`);
      expect(scopesUnder(complete, 'Allowed')).to.deep.equal(['profile:read', 'wallet:read', 'wallet:send']);
      expect(complete.html).to.not.include('Missing').and.to.not.include('<a ');
    });

    it('refuses a forged callback, and shows none of its text', async () => {
      const query = 'error=access_denied&error_description=ATTACKER&state=forged';
      const page = await open(browser, `${app}/auth/monei/callback?${query}`);
      expect(page.status).to.equal(403);
      expect(page.html).to.include('This sign-in can’t be finished').and.to.not.include('ATTACKER');
    });

    it('says that Monei is not available, without the text of the callback', async () => {
      const state = new URL((await depart()).url).searchParams.get('state');
      const query = `error=temporarily_unavailable&error_description=ATTACKER&state=${state}`;
      const page = await open(browser, `${app}/auth/monei/callback?${query}`);
      expect(page.status).to.equal(503);
      expect(page.html).to.include('Monei is not available right now').and.to.not.include('ATTACKER');
    });

    it('has pages with a style sheet and no script, and cookies that scripts and other sites can’t read', async () => {
      const { cookies } = await depart();
      expect(cookies).to.have.lengthOf(1);
      expect(cookies[0])
        .to.match(/; *HttpOnly/i)
        .and.to.match(/; *SameSite=Lax/i);
      const response = await browser(app);
      expect(response.headers.get('content-security-policy')).to.match(
        /^default-src 'none'; style-src 'self';/,
      );
      expect(await response.text()).to.include('<link rel="stylesheet" href="/style.css">');
      const style = await browser(`${app}/style.css`);
      expect([style.status, style.headers.get('content-type')]).to.deep.equal([
        200,
        'text/css; charset=utf-8',
      ]);
      expect(response.headers.get('cache-control')).to.equal('no-store');
    });

    it('starts no session for visitors who are not signed in', async () => {
      expect((await browser(app)).headers.get('set-cookie')).to.equal(null);
    });

    it('responds with 404 to an unknown path', async () => {
      expect((await open(browser, `${app}/nothing?<b>`)).status).to.equal(404);
    });

    it('says that the user is already signed in if a sign-in is finished again, and sends the user on', async () => {
      const consentPage = await depart();
      await consent(browser, consentPage, { deny: [] });
      const page = await consent(browser, consentPage, { deny: [] });
      expect(page.status).to.equal(403);
      expect((await click(browser, page, 'Go on')).html).to.include('Hello, Adébáyọ̀ Ọlá');
    });

    it('limits callbacks with a code to five a minute for each address, and to eight for the whole app', async () => {
      const { port } = new URL(await withCredentials.url);
      const comeBack = (localAddress: string, query = 'code=false') => {
        const agent = new Agent({ localAddress });
        return browser(`http://127.0.0.1:${port}/auth/monei/callback?state=s&${query}`, { agent });
      };
      for (let i = 0; i < 5; i++) expect((await comeBack('127.0.0.1')).status).to.equal(403);
      const tooMany = await comeBack('127.0.0.1');
      for (let i = 0; i < 3; i++) expect((await comeBack('127.0.0.2')).status).to.equal(403);
      const busy = await comeBack('127.0.0.3');
      for (const [response, status, title] of [
        [tooMany, 429, 'Too many attempts'],
        [busy, 503, 'Too many people are signing in'],
      ] as const) {
        expect(response.status).to.equal(status);
        expect(Number(response.headers.get('retry-after'))).to.be.within(1, 60);
        expect(response.headers.get('content-type')).to.match(/^text\/html/);
        expect(await response.text()).to.include(`<h1>${title}</h1>`);
      }
      expect((await comeBack('127.0.0.3', 'error=access_denied')).status).to.equal(403);
      expect((await browser(await withCredentials.url)).status).to.equal(200);
    });

    it('says so and exits with code 1 if its port is in use', async () => {
      const { port } = new URL(app);
      const { code, stdout, stderr } = await start({ PORT: port }).ended;
      expect([code, stdout]).to.deep.equal([1, '']);
      const line = `Can't listen on port ${port}: another program uses it. Set PORT to another one.`;
      expect(stderr.trimEnd().split('\n').at(-1)).to.equal(line); // Nest logs a line of its own before it.
    });

    it('limits each user to sixty pages a minute, and other visitors to no number', async () => {
      await consent(browser, await depart(), { deny: [] });
      let pages = 0;
      let response = await browser(app);
      for (; response.status === 200; response = await browser(app)) pages++;
      expect(pages).to.be.within(20, 60);
      expect(response.status).to.equal(429);
      expect(Number(response.headers.get('retry-after'))).to.be.within(1, 60);
      for (let i = 0; i < 61; i++) expect((await openBrowser()(app)).status).to.equal(200);
    });

    it('listens on loopback only', async () => {
      // Every address of 127.0.0.0/8 is loopback, but only one is listened on.
      const error = await fetch(`http://127.0.0.2:${new URL(app).port}`).catch((error) => error);
      expect(error).to.have.property('code', 'ECONNREFUSED');
    });

    it('uses the real Monei with credentials', async () => {
      const url = await withCredentials.url;
      const asked = new URL(locationOf(await browser(`${url}/auth/monei`)));
      expect(asked.origin + asked.pathname).to.equal('https://monei.cc/connect/authorize');
      expect(asked.searchParams.get('client_id')).to.equal('mc_1');
      expect(asked.searchParams.get('redirect_uri')).to.equal(`${url}/auth/monei/callback`);
    });

    it('does not start with half of the credentials, and says which half is missing', async () => {
      const { code, stdout, stderr } = await start({ MONEI_CLIENT_ID: 'mc_1' }).ended;
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^MONEI_CLIENT_SECRET is not set.*\n$/);
    });

    it('stops on SIGTERM and SIGINT, and prints its address only', async () => {
      const endings = [
        [example, 'SIGTERM'],
        [withCredentials, 'SIGINT'],
      ] as const;
      for (const [one, signal] of endings) {
        const url = await one.url;
        one.child.kill(signal);
        expect(await one.ended).to.deep.equal({ code: 0, stdout: `Open ${url}\n`, stderr: '' });
      }
    });
  });
}
