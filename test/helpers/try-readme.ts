import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { TokenStore } from '../../src/tokens/index.js';
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

/** An app with a strategy, but without the way back from Monei. */
const STRATEGY_APP = {
  before: `
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { MoneiStrategy } from 'passport-monei';

const port = process.env.PORT;
const app = express();
app.use(session({ secret: 'readme', resave: false, saveUninitialized: false }), passport.session());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
passport.use(
  new MoneiStrategy(
    {
      clientID: process.env.MONEI_CLIENT_ID,
      clientSecret: process.env.MONEI_CLIENT_SECRET,
      callbackURL: 'http://localhost:' + port + '/auth/monei/callback',
    },
    async (accessToken, refreshToken, { id }) => ({ id }),
  ),
);
app.get('/auth/monei', passport.authenticate('monei'));
app.get('/', (req, res) => res.json({ user: req.user?.id ?? null }));
`,
  after: `
app.listen(port, () => console.log('Open http://localhost:' + port));
`,
};

/** What the loop of a worker takes for granted: a keeper, two users, and what becomes of them. */
const WORKER = {
  before: `
import { MoneiConnect } from 'passport-monei/connect';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';

const connect = new MoneiConnect({ clientID: 'mc_a', clientSecret: 'mcs_a' });
const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
const [recorded, asked] = [[], []];
await keeper.save('u1', { accessToken: 'mct_nock', refreshToken: 'mcr_nock', scopes: ['wallet:read'] });
const usersWithSavingsPlan = async () => ['u1', 'u2'];
const recordBalance = async (userId) => recorded.push(userId);
const askToSignInAgain = async (userId) => asked.push(userId);
`,
  inside: 'console.log(JSON.stringify({ recorded, asked }));',
};

/** What stands around the limit of a callback route. */
const LIMITED_APP = {
  before: `
import express from 'express';

const app = express();
app.set('trust proxy', 1);
`,
  after: `
app.get('/auth/monei/callback', (req, res) => res.send('called'));
app.listen(process.env.PORT, () => console.log('Open http://localhost:' + process.env.PORT));
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

  /** Expects an app to end with exit code 1 if another process listens on its port. */
  async usedPort(name: string, kind: 'mjs' | 'cjs'): Promise<void> {
    const occupant = createServer();
    const port = await new Promise<number>((resolve) => {
      occupant.listen(0, () => resolve((occupant.address() as AddressInfo).port));
    });
    try {
      const { code, stderr } = await this.#run(this.#write(name, kind), { PORT: String(port) }).catch(
        (error) => error,
      );
      expect(code).to.equal(1);
      expect(stderr).to.include(`EADDRINUSE: address already in use :::${port}`);
    } finally {
      occupant.close();
    }
  }

  /** The routes that link accounts, in an app whose users sign in with something else. */
  async link(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('link', kind, { before: OTHER_APP }), driveLinking);
  }

  /** The middleware that cookie-session needs, in an app that logs people in and out. */
  async cookie(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('cookie', kind, COOKIE_APP), driveCookieSession);
  }

  /** The routes that tell people what happened, and where errors go. */
  async words(kind: 'mjs' | 'cjs'): Promise<void> {
    const complaints = await this.#serve(this.#write('words', kind, STRATEGY_APP), driveWords, true);
    expect(complaints)
      .to.match(/^MoneiConnectError: /)
      .and.not.include('mcs_readme');
  }

  /** The limit of the callback route. */
  async limit(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('limit', kind, LIMITED_APP), async (url) => {
      const request = (query: string, address: string) =>
        fetch(`${url}/auth/monei/callback?${query}`, { headers: { 'x-forwarded-for': address } });
      const statusOf = async (query: string, address: string) => (await request(query, address)).status;
      for (let time = 0; time < 9; time++)
        expect(await statusOf('error=access_denied', '192.0.2.1')).to.equal(200);
      for (let time = 0; time < 5; time++) expect(await statusOf('code=good', '192.0.2.1')).to.equal(200);
      for (let time = 0; time < 5; time++) expect(await statusOf('code=good', '192.0.2.1')).to.equal(429);
      for (let time = 0; time < 3; time++) expect(await statusOf('code=good', '192.0.2.2')).to.equal(200);
      const { status, headers } = await request('code=good', '192.0.2.3');
      expect(status).to.equal(503);
      expect(Number(headers.get('retry-after'))).to.be.within(1, 60);
    });
  }

  /** The app with the emulator in it. */
  async whole(kind: 'mjs' | 'cjs'): Promise<void> {
    await this.#serve(this.#write('whole', kind), driveWholeApp);
  }

  /** The test of an app, which runs itself. */
  async apptest(kind: 'mjs' | 'cjs'): Promise<void> {
    // Without it, the form of the output depends on the version of Node.
    const reporter = { NODE_OPTIONS: '--test-reporter=tap' };
    const { stdout, stderr } = await this.#run(this.#write('apptest', kind), reporter);
    expect(stdout)
      .to.match(/^# pass 2$/m)
      .and.match(/^# fail 0$/m);
    expect(stderr).to.equal('');
  }

  /** The sentence about scopes. */
  async scopes(kind: 'mjs' | 'cjs'): Promise<void> {
    const after = 'console.log(JSON.stringify({ missing, description, sensitive, needed }));';
    const { stdout } = await this.#run(this.#write('scopes', kind, { after }));
    const { description, ...rest } = JSON.parse(stdout);
    expect(description).to.be.a('string').that.is.not.empty;
    expect(rest).to.deep.equal({ missing: ['wallet:send'], sensitive: true, needed: ['wallet:send'] });
  }

  /** The subclass that adds to the profile. */
  async subclass(kind: 'mjs' | 'cjs'): Promise<void> {
    const after = `
      new TierStrategy(
        { clientID: 'mc_a', clientSecret: 'mcs_a', callbackURL: 'http://localhost/cb' },
        async () => false,
      ).userProfile('mct_nock', (error, { id, canSend }) => console.log(error, id, canSend));`;
    const { stdout } = await this.#run(this.#write('subclass', kind, { after }));
    expect(stdout).to.equal('null u1 false\n');
  }

  /** The subscriber that counts refused states. */
  async watch(kind: 'mjs' | 'cjs'): Promise<void> {
    const after = `
      import('passport-monei').then(({ MoneiStrategy }) => {
        const options = { clientID: 'mc_a', clientSecret: 'mcs_a', callbackURL: 'http://localhost/cb' };
        const strategy = Object.create(new MoneiStrategy(options, async () => false));
        strategy.fail = () => console.log(refused.join());
        strategy.authenticate({ query: { code: 'a', state: 'b' }, headers: {}, session: {} }, {});
      });`;
    const { stdout } = await this.#run(this.#write('watch', kind, { after }));
    expect(stdout).to.equal('no_cookie\n');
  }

  /** The emulator in a few lines. */
  async emulator(kind: 'mjs' | 'cjs'): Promise<void> {
    const { stdout, stderr } = await this.#run(this.#write('emulator', kind));
    expect([stdout, stderr]).to.deep.equal(['', '']);
  }

  /** What the emulator can be told to do wrong. */
  async trouble(kind: 'mjs' | 'cjs'): Promise<void> {
    const { stdout, stderr } = await this.#run(this.#write('trouble', kind));
    expect([stdout, stderr]).to.deep.equal(['', '']);
  }

  /** The loop of a worker, for a user with tokens and one without. */
  async worker(kind: 'mjs' | 'cjs'): Promise<void> {
    const { stdout, stderr } = await this.#run(this.#write('worker', kind, WORKER));
    expect(stderr).to.equal('');
    expect(JSON.parse(stdout)).to.deep.equal({ recorded: ['u1'], asked: ['u2'] });
  }

  /** The functions for workers: a token that Monei refuses is refreshed, used and revoked. */
  async tokens(kind: 'mjs' | 'cjs'): Promise<void> {
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
    const { stdout, stderr } = await this.#run(this.#write('tokens', kind, { after: finish }));
    expect(stderr).to.equal('');
    expect(JSON.parse(stdout)).to.deep.equal({
      user: { id: 'u1', name: 'Ada Obi' },
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

  /** The store in PostgreSQL, which makes its table. Needs a server at `url`. */
  async postgres(kind: 'mjs' | 'cjs', url: string): Promise<void> {
    const inside = `
      (async () => {
        await store.save('ada', 'tokens');
        console.log(await store.load('ada'));
        await pool.end();
      })();`;
    const { stdout, stderr } = await this.#run(this.#write('postgres', kind, { inside }), {
      DATABASE_URL: url,
    });
    expect([stdout, stderr]).to.deep.equal(['tokens\n', '']);
  }

  /** The module with a store of one's own. */
  async ownStore(): Promise<{ sqlStore(query: (sql: string, values: unknown[]) => unknown): TokenStore }> {
    return import(pathToFileURL(this.#write('ownstore', 'mjs')).href);
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
  async #serve(file: string, drive: (url: string) => Promise<void>, mayComplain = false): Promise<string> {
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
    if (!mayComplain) expect(complaints()).to.equal('', 'nothing may be printed to stderr');
    return complaints();
  }

  #run(file: string, env: Record<string, string> = {}) {
    return run(process.execPath, ['--import', this.#preload, file], {
      env: { ...process.env, ...ENVIRONMENT, ...env },
    });
  }
}

const SNIPPETS = {
  app: 'an app that works',
  link: 'routes that link accounts',
  cookie: 'what cookie-session lacks',
  tokens: 'calls as a user that work',
  worker: 'a worker that asks people to sign in again',
  words: 'words for people when a sign-in fails',
  limit: 'limits for the token requests of callbacks',
  scopes: 'what to know of a scope',
  subclass: 'a subclass that adds to the profile',
  watch: 'a count of refused states',
  emulator: 'the emulator in a few lines',
  trouble: 'trouble to rehearse',
  test: 'a test that works',
  whole: 'a whole app against the emulator',
  apptest: 'a test of an app',
};

/** Tests of the suite that calls this: every snippet that needs nothing but Node. */
export function itRunsTheReadme(trial: () => ReadmeTrial): void {
  for (const kind of ['mjs', 'cjs'] as const) {
    const how = kind === 'mjs' ? 'import' : 'require()';
    for (const [name, what] of Object.entries(SNIPPETS) as [keyof typeof SNIPPETS, string][]) {
      it(`have ${what}, with ${how}`, () => trial()[name](kind));
    }
    for (const name of ['app', 'whole']) {
      it(`report a used port in the snippet ${name}, with ${how}`, () => trial().usedPort(name, kind));
    }
  }
}

async function driveApp(url: string): Promise<void> {
  const browser = openBrowser();
  const text = async (path: string) => (await browser(url + path)).text();
  const signIn = async (start: string, code: string, who: Browser = browser) => {
    const { scope, callback } = await goToMonei(url + start, `${url}/auth/monei/callback`, code, who);
    return { scope, location: locationOf(await who(callback)) };
  };

  const post = (origin: string) => browser(`${url}/send`, { method: 'POST', headers: { origin } });

  expect(await text('/')).to.include('Connect Monei');
  expect((await post(url)).status).to.equal(403);
  expect((await signIn('/auth/monei', 'little', openBrowser())).location).to.equal('/failed');
  const first = await signIn('/auth/monei', 'part');
  expect(first).to.deep.equal({ scope: 'profile:read wallet:read wallet:send', location: '/' });
  const hello = await browser(`${url}/`);
  expect(hello.headers.get('content-type')).to.match(/^text\/plain/);
  expect(await hello.text()).to.equal('Hello Ada Obi');
  expect((await post(url)).status).to.equal(403);
  expect(locationOf(await browser(`${url}/send`))).to.equal('/enable-send');
  expect(await signIn('/enable-send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:read wallet:send',
    location: '/send',
  });
  expect(await text('/send')).to.include('<form');
  expect(await (await post(url)).text()).to.equal('Sent');
  expect((await post('https://other.example')).status).to.equal(403);
  expect(await text('/failed')).to.include('already signed in');
  expect((await openBrowser()(`${url}/failed`)).status).to.equal(401);
}

async function driveLinking(url: string): Promise<void> {
  const browser = openBrowser();
  const shown = async () => (await (await browser(`${url}/`)).json()) as Record<string, unknown>;
  const start = (path: string, code: string) =>
    goToMonei(url + path, `${url}/link/monei/callback`, code, browser);
  const link = async (path: string, code: string) => {
    const { scope, callback } = await start(path, code);
    const answer = await browser(callback);
    return { scope, status: answer.status, outcome: answer.headers.get('location') };
  };
  const account = { moneiId: 'u1', accessToken: 'mct_nock', refreshToken: 'mcr_nock' };
  const linked = { ada: { ...account, scopes: ['profile:read', 'wallet:read', 'wallet:send'] } };

  expect(locationOf(await browser(`${url}/link/monei`))).to.equal('/?monei=sign-in-first');
  await browser(`${url}/login/ada`);
  expect(await link('/link/monei', 'part')).to.deep.equal({
    scope: 'profile:read wallet:read',
    status: 302,
    outcome: '/?monei=linked',
  });
  expect(await shown()).to.deep.equal({
    user: 'ada',
    links: { ada: { ...account, scopes: ['profile:read', 'wallet:read'] } },
    revoked: [],
  });
  expect(await link('/link/monei/send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:send',
    status: 302,
    outcome: '/?monei=linked',
  });
  expect(await shown()).to.deep.equal({ user: 'ada', links: linked, revoked: [] });

  const declined = (await start('/link/monei', 'all')).callback.replace('code=all', 'error=access_denied');
  expect(locationOf(await browser(declined))).to.equal('/?monei=declined');
  expect(locationOf(await browser(declined))).to.equal('/?monei=try-again');

  expect((await link('/link/monei/send', 'other')).status).to.equal(409);
  expect(await shown()).to.deep.equal({ user: 'ada', links: linked, revoked: ['mct_other'] });

  const startedByAda = await start('/link/monei', 'other');
  await browser(`${url}/login/ben`);
  expect(locationOf(await browser(startedByAda.callback))).to.equal('/?monei=try-again');
  expect((await link('/link/monei', 'all')).status).to.equal(409);
  expect(await shown()).to.deep.equal({
    user: 'ben',
    links: linked,
    revoked: ['mct_other', 'mct_nock'],
  });
}

async function driveWords(url: string): Promise<void> {
  const browser = openBrowser();
  const text = async (address: string) => (await browser(address)).text();
  const start = async (code: string) =>
    (await goToMonei(`${url}/auth/monei`, `${url}/auth/monei/callback`, code, browser)).callback;

  expect(await text((await start('all')).replace('code=all', 'error=access_denied'))).to.equal(
    'You chose not to connect Monei.',
  );
  const failed = await browser(await start('broken'));
  expect([failed.status, await failed.text()]).to.deep.equal([
    502,
    'Something went wrong. Please try again later.',
  ]);
  const finished = await start('all');
  expect(locationOf(await browser(finished))).to.equal('/');
  expect(JSON.parse(await text(`${url}/`))).to.deep.equal({ user: 'u1' });
  expect(locationOf(await browser(finished))).to.equal('/');
  await browser(`${url}/logout`, { method: 'POST' });
  const again = await browser(finished);
  expect([again.status, await again.text()]).to.deep.equal([
    403,
    'This sign-in was finished before, took too long, or was begun in another browser.',
  ]);
}

async function driveWholeApp(url: string): Promise<void> {
  const browser = openBrowser();
  const consent = await browser(locationOf(await browser(`${url}/auth/monei`)));
  expect(consent.status).to.equal(200);
  expect(await consent.text()).to.include('/auth/monei/callback');
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

/** Returns a free port that no system gives to another process by itself before the app listens on it. */
function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(freePort()));
    server.listen(port, () => server.close(() => resolve(port)));
  });
}
