import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type Browser, locationOf, openBrowser } from './browser.js';
import { asCommonJS, snippets } from './readme.js';

const run = promisify(execFile);
// In its test environment, Express does not log the errors that it answers.
const ENVIRONMENT = {
  NODE_ENV: 'test',
  MONEI_CLIENT_ID: 'mc_readme',
  MONEI_CLIENT_SECRET: 'mcs_readme',
  SESSION_SECRET: 'readme',
  TOKEN_KEY: 'ab'.repeat(32),
};

/** What the README takes for granted where it links accounts: an app whose users sign in with something else. */
const OTHER_APP = `
import express from 'express';
import session from 'express-session';
import passport from 'passport';

const port = process.env.PORT;
const app = express();
app.use(session({ secret: 'readme', resave: false, saveUninitialized: false }), passport.session());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
app.get('/login/:id', (req, res, next) => {
  req.logIn({ id: req.params.id }, { keepSessionInfo: true }, (error) => (error ? next(error) : res.end()));
});
app.get('/', (req, res) => {
  res.json({ user: req.user?.id, links: Object.fromEntries(links), revoked: globalThis.revokedTokens });
});
app.listen(port, () => console.log('Open http://localhost:' + port));
`;

/** What stands before and after the middleware for cookie-session in an app. */
const COOKIE_APP = {
  before: `
import express from 'express';
import passport from 'passport';

const app = express();
`,
  after: `
app.use(passport.session());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
app.get('/visit', (req, res) => res.json(Object.assign(req.session, { visited: true })));
app.get('/login', (req, res, next) => {
  req.logIn({ id: 'ada' }, (error) => (error ? next(error) : res.end()));
});
app.get('/logout', (req, res, next) => {
  req.logOut((error) => (error ? next(error) : res.end()));
});
app.get('/', (req, res) => res.json({ user: req.user?.id ?? null, visited: req.session.visited ?? false }));
const { PORT } = process.env;
app.listen(PORT, () => console.log('Open http://localhost:' + PORT));
`,
};

/** Runs each of the README's snippets in a folder where the package and its peers can be found. */
export class ReadmeTrial {
  readonly #folder: string;
  readonly #preload: string;

  /** @param preload the URL of the module that stands in for Monei */
  constructor(folder: string, preload: string) {
    this.#folder = folder;
    this.#preload = preload;
  }

  /** The whole app: signs in with everything, a part, too little, and uses the guarded routes. */
  async app(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('app', kind), driveApp);
  }

  /** The routes that link accounts, in an app whose users sign in with something else. */
  async link(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('link', kind, { before: OTHER_APP }), driveLinking);
  }

  /** The middleware that cookie-session needs, in an app that logs people in and out. */
  async cookie(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('cookie', kind, COOKIE_APP), driveCookieSession);
  }

  /** The functions for workers: a token that Monei refuses is refreshed, used and revoked. */
  async worker(kind: 'mjs' | 'cjs'): Promise<void> {
    const finish = `
      (async () => {
        const profile = { id: 'u1', displayName: 'Ada Obi', grant: { granted: ['wallet:read', 'wallet:send'] } };
        const user = await verify('mct_old', 'mcr_old', profile);
        const shown = await wallet(user);
        const sent = await send(user, { amount: 5000 });
        await disconnect(user);
        const { code } = await wallet(user).catch((error) => error);
        console.log(JSON.stringify({ user, shown, sent, code, revoked: globalThis.revokedTokens }));
      })();`;
    const { stdout, stderr } = await this.#run(this.#write('worker', kind, { after: finish }));
    expect(stderr).to.equal('');
    expect(JSON.parse(stdout)).to.deep.equal({
      user: { moneiId: 'u1', name: 'Ada Obi' },
      shown: { calledWith: 'Bearer mct_nock' },
      sent: true,
      code: 'reconnect_required',
      revoked: ['mct_nock'],
    });
  }

  /** The store for several processes. Needs a Redis server at `url`. */
  async redis(kind: 'mjs' | 'cjs', url: string, prefix: string): Promise<void> {
    const finish = `
      (async () => {
        const saved = redisStore({ client, prefix: '${prefix}' });
        await saved.save('ada', 'tokens');
        console.log(await saved.load('ada'), typeof store.lock);
        await client.close();
      })();`;
    // `inside`, because in CommonJS a snippet with top-level `await` is wrapped in a function.
    const { stdout, stderr } = await this.#run(this.#write('redis', kind, { inside: finish }), {
      REDIS_URL: url,
    });
    expect([stdout, stderr]).to.deep.equal(['tokens function\n', '']);
  }

  /** The test against the emulator, which checks itself. */
  async test(kind: 'mjs' | 'cjs'): Promise<void> {
    const { stdout, stderr } = await this.#run(this.#write('test', kind));
    expect([stdout, stderr]).to.deep.equal(['', '']);
  }

  #write(name: string, kind: 'mjs' | 'cjs', { before = '', inside = '', after = '' } = {}): string {
    const snippet = snippets()[name];
    if (!snippet) throw new Error(`the README has no snippet named ${name}`);
    const file = join(this.#folder, `${name}.${kind}`);
    const code = `${before}${snippet}${inside}`;
    writeFileSync(file, `${kind === 'cjs' ? asCommonJS(code) : code}\n${after}\n`);
    return file;
  }

  /** Runs an app while `drive` uses it. */
  async #serve(file: string, drive: (url: string) => Promise<void>): Promise<void> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--import', this.#preload, file], {
      env: { ...process.env, ...ENVIRONMENT, PORT: String(port) },
    });
    const complaints = collect(child.stderr);
    try {
      await untilReady(child, complaints);
      await drive(`http://localhost:${port}`);
    } finally {
      child.kill();
    }
    expect(complaints()).to.equal('', 'nothing may be printed to stderr');
  }

  #run(file: string, env: Record<string, string> = {}) {
    return run(process.execPath, ['--import', this.#preload, file], {
      env: { ...process.env, ...ENVIRONMENT, ...env },
    });
  }
}

/** Tests of the suite that calls this: every snippet that needs nothing but Node. */
export function itRunsTheReadme(trial: () => ReadmeTrial): void {
  for (const kind of ['mjs', 'cjs'] as const) {
    const how = kind === 'mjs' ? 'import' : 'require()';
    it(`has an app that works, with ${how}`, () => trial().app(kind));
    it(`has routes that link accounts, with ${how}`, () => trial().link(kind));
    it(`has what cookie-session lacks, with ${how}`, () => trial().cookie(kind));
    it(`has a worker that works, with ${how}`, () => trial().worker(kind));
    it(`has a test that works, with ${how}`, () => trial().test(kind));
  }
}

async function driveApp(url: string): Promise<void> {
  const browser = openBrowser();
  const text = async (path: string) => (await browser(url + path)).text();
  const signIn = async (start: string, code: string, who: Browser = browser) => {
    const { scope, callback } = await goToMonei(url + start, `${url}/auth/monei/callback`, code, who);
    return { scope, location: locationOf(await who(callback)) };
  };

  expect(await text('/')).to.include('Connect Monei');
  expect((await browser(`${url}/send`, { method: 'POST' })).status).to.equal(403);
  expect((await signIn('/auth/monei', 'little', openBrowser())).location).to.equal('/failed');
  const first = await signIn('/auth/monei', 'part');
  expect(first).to.deep.equal({ scope: 'profile:read wallet:read wallet:send', location: '/' });
  expect(await text('/')).to.equal('Hello Ada Obi');
  expect((await browser(`${url}/send`, { method: 'POST' })).status).to.equal(403);
  expect(locationOf(await browser(`${url}/send`))).to.equal('/enable-send');
  expect(await signIn('/enable-send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:send',
    location: '/',
  });
  expect(await text('/send')).to.include('<form');
  expect(await (await browser(`${url}/send`, { method: 'POST' })).text()).to.equal('Sent');
  expect((await browser(`${url}/failed`)).status).to.equal(401);
}

async function driveLinking(url: string): Promise<void> {
  const browser = openBrowser();
  const shown = async () => (await (await browser(`${url}/`)).json()) as Record<string, unknown>;
  const start = (path: string, code: string) =>
    goToMonei(url + path, `${url}/link/monei/callback`, code, browser);
  const link = async (path: string, code: string) => {
    const { scope, callback } = await start(path, code);
    return { scope, status: (await browser(callback)).status };
  };
  const account = { moneiId: 'u1', accessToken: 'mct_nock', refreshToken: 'mcr_nock' };
  const linked = { ada: { ...account, scopes: ['profile:read', 'wallet:read', 'wallet:send'] } };

  expect(locationOf(await browser(`${url}/link/monei`))).to.equal('/');
  await browser(`${url}/login/ada`);
  expect(await link('/link/monei', 'part')).to.deep.equal({
    scope: 'profile:read wallet:read',
    status: 302,
  });
  expect(await shown()).to.deep.equal({
    user: 'ada',
    links: { ada: { ...account, scopes: ['profile:read', 'wallet:read'] } },
    revoked: [],
  });
  expect(await link('/link/monei/send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:send',
    status: 302,
  });
  expect(await shown()).to.deep.equal({ user: 'ada', links: linked, revoked: [] });

  expect((await link('/link/monei/send', 'other')).status).to.equal(409);
  expect(await shown()).to.deep.equal({ user: 'ada', links: linked, revoked: ['mct_other'] });

  const startedByAda = await start('/link/monei', 'other');
  await browser(`${url}/login/ben`);
  expect((await browser(startedByAda.callback)).status).to.equal(409);
  expect((await link('/link/monei', 'all')).status).to.equal(409);
  expect(await shown()).to.deep.equal({
    user: 'ben',
    links: linked,
    revoked: ['mct_other', 'mct_other', 'mct_nock'],
  });
}

async function driveCookieSession(url: string): Promise<void> {
  const browser = openBrowser();
  const shown = async () => (await browser(`${url}/`)).json();
  await browser(`${url}/visit`);
  expect(await shown()).to.deep.equal({ user: null, visited: true });
  expect((await browser(`${url}/login`)).status).to.equal(200);
  expect(await shown()).to.deep.equal({ user: 'ada', visited: false });
  expect((await browser(`${url}/logout`)).status).to.equal(200);
  expect(await shown()).to.deep.equal({ user: null, visited: false });
}

/** Starts a sign-in. Gives the scopes that it asks for, and where Monei would send the user back to. */
async function goToMonei(start: string, redirectURI: string, code: string, browser: Browser) {
  const asked = new URL(locationOf(await browser(start)));
  expect(asked.origin + asked.pathname).to.equal('https://monei.cc/connect/authorize');
  expect(asked.searchParams.get('redirect_uri')).to.equal(redirectURI);
  const query = new URLSearchParams({ code, state: asked.searchParams.get('state') ?? '' });
  return { scope: asked.searchParams.get('scope'), callback: `${redirectURI}?${query}` };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

function untilReady(child: ChildProcess, complaints: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes('Open http') && resolve());
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${complaints()}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
