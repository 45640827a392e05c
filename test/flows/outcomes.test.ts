import type http from 'node:http';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { type MoneiProfile, MoneiStrategy, type MoneiVerifyFunction } from '../../src/index.js';
import { type Outcome, startApp, type TestApp } from '../helpers/app.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { comeBack, optionsFor, signIn, start, strategyFor } from '../helpers/flow.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { startRecordingProxy } from '../helpers/recording-proxy.js';

/** One test for each row of the table of outcomes. A server in front of the emulator counts the requests. */
describe('outcome:', () => {
  let emulator: MoneiEmulator;
  let api: LoopbackServer;
  let faulty: http.RequestListener | undefined;
  let app: TestApp;
  let browser: Browser;

  beforeEach(async () => {
    faulty = undefined;
    emulator = await startEmulator();
    api = await startRecordingProxy(emulator.url, () => faulty);
    browser = openBrowser();
    const throughApi = (url: string) => url.replace(emulator.url, api.url);
    app = await startApp(
      strategyFor(emulator, {
        scope: ['wallet:read', 'wallet:send'],
        requiredScopes: ['wallet:read'],
        tokenURL: throughApi(emulator.endpoints.tokenURL),
        userProfileURL: throughApi(emulator.endpoints.userProfileURL),
      }),
      { authenticateOptions: (name) => (name === 'send' ? { state: { returnTo: '/send' } } : {}) },
    );
  });
  afterEach(async () => {
    await app.close();
    await api.close();
    await emulator.close();
  });

  const callsToMonei = () => api.seen.map(({ url }) => url?.split('/').at(-1));
  const callback = (query: Record<string, string>) => `${app.callbackURL}?${new URLSearchParams(query)}`;
  const stateOf = async (who = browser) => (await start(app, who)).searchParams.get('state') ?? '';
  const expectOneAction = () => expect(app.outcomes).to.have.lengthOf(1);

  it('code, known state, every required scope granted: verify runs', async () => {
    const outcome = await signIn(app, emulator, { allow: ['profile:read', 'wallet:read'] }, { browser });
    expect(outcome).to.include({ status: 200, outcome: 'success' });
    expect(callsToMonei()).to.deep.equal(['token', 'me']);
    expectOneAction();
  });

  describe('[S41] a required scope not granted: 403 missing_scope', () => {
    it('names all of them if there are several', async () => {
      const { info } = await signIn(app, emulator, { allow: ['wallet:send'] });
      expect(info?.message).to.equal(
        'This needs permissions that you did not allow at Monei: profile:read, wallet:read.',
      );
    });

    it('names the scope, and has the grant', async () => {
      const { status, outcome, info } = await signIn(app, emulator, {
        allow: ['profile:read', 'wallet:send'],
      });
      expect({ status, outcome }).to.deep.equal({ status: 403, outcome: 'fail' });
      expect(info).to.have.keys('message', 'code', 'missing', 'grant');
      expect(info).to.deep.include({
        code: 'missing_scope',
        missing: ['wallet:read'],
        grant: {
          requested: ['profile:read', 'wallet:read', 'wallet:send'],
          granted: ['profile:read', 'wallet:send'],
          missing: ['wallet:read'],
          unrequested: [],
          partial: true,
        },
      });
      expect(info?.message).to.equal('This needs permissions that you did not allow at Monei: wallet:read.');
      expectOneAction();
    });

    it('has the app’s own state, if there is one', async () => {
      const { info } = await signIn(app, emulator, { allow: ['wallet:send'] }, { as: 'send' });
      expect(info).to.have.keys('message', 'code', 'missing', 'grant', 'state');
      expect(info?.state).to.deep.equal({ returnTo: '/send' });
    });

    it('[S26] has no token, and the profile is not loaded', async () => {
      const { info } = await signIn(app, emulator, { allow: ['profile:read'] });
      expect(JSON.stringify(info)).to.not.match(/mct_|mcr_/);
      expect(callsToMonei()).to.deep.equal(['token']);
    });

    it('applies to profile:read, which is always required', async () => {
      const { status, info } = await signIn(app, emulator, { allow: ['wallet:read'] });
      expect(status).to.equal(403);
      expect(info).to.deep.include({ code: 'missing_scope', missing: ['profile:read'] });
      expect(callsToMonei()).to.deep.equal(['token']);
    });
  });

  describe('error=access_denied, known state: 401 access_denied', () => {
    it('has Monei’s words', async () => {
      const { status, outcome, info } = await signIn(app, emulator, { deny: true });
      expect({ status, outcome, info }).to.deep.equal({
        status: 401,
        outcome: 'fail',
        info: { message: 'The user denied the request', code: 'access_denied' },
      });
      expect(callsToMonei()).to.deep.equal([]);
      expectOneAction();
    });

    it('has the app’s own state, if there is one', async () => {
      const { info } = await signIn(app, emulator, { deny: true }, { as: 'send' });
      expect(info).to.deep.equal({
        message: 'The user denied the request',
        code: 'access_denied',
        state: { returnTo: '/send' },
      });
    });

    it('has words of this package if Monei sent none', async () => {
      const state = await stateOf();
      const { status, info } = await comeBack(callback({ error: 'access_denied', state }), browser);
      expect(status).to.equal(401);
      expect(info?.code).to.equal('access_denied');
      expect(info?.message).to.be.a('string').and.not.empty;
    });

    it('uses up the state', async () => {
      const state = await stateOf();
      await comeBack(callback({ error: 'access_denied', state }), browser);
      const { status, info } = await comeBack(callback({ error: 'access_denied', state }), browser);
      expect([status, info?.code]).to.deep.equal([403, 'invalid_state']);
    });
  });

  describe('another error, known state: an AuthorizationError', () => {
    const errors: [error: string, description: string, status: number][] = [
      ['invalid_scope', 'Unknown scope: a:b', 500],
      ['temporarily_unavailable', 'Try again later', 503],
      ['server_error', 'Something broke', 502],
    ];
    for (const [code, description, status] of errors) {
      it(`with Monei’s code and description: ${code}`, async () => {
        const state = await stateOf();
        const query = { error: code, error_description: description, state };
        expect(await comeBack(callback(query), browser)).to.deep.include({
          status,
          outcome: 'error',
          error: { name: 'AuthorizationError', message: description, code, status },
        });
        expectOneAction();
      });
    }

    it('with words of this package if Monei sent none', async () => {
      const { error } = await comeBack(callback({ error: 'server_error', state: await stateOf() }), browser);
      expect(error?.message).to.include('server_error');
    });
  });

  describe('[S1] an invalid state: 403 invalid_state, and no request to Monei:', () => {
    const refuses = async (reason: string, query: Record<string, string>, who = browser) => {
      const { status, outcome, info } = await comeBack(callback(query), who);
      expect({ status, outcome, code: info?.code }).to.deep.equal({
        status: 403,
        outcome: 'fail',
        code: 'invalid_state',
      });
      expect(info).to.have.keys('message', 'code', 'reason');
      expect(info?.reason).to.equal(reason);
      expect(JSON.stringify(info)).to.not.include('ATTACKER');
      expect(callsToMonei()).to.deep.equal([]);
    };

    it('missing', async () => {
      await stateOf();
      await refuses('no_state', { code: 'ATTACKER' });
      await refuses('no_state', { code: 'ATTACKER', state: '' });
      await refuses('no_state', { error: 'access_denied', error_description: 'ATTACKER' });
    });

    it('unknown', async () => {
      await stateOf();
      for (const state of ['ATTACKER', '__proto__', 'constructor', '0']) {
        await refuses('unknown', { code: 'ATTACKER', state });
        await refuses('unknown', { error: 'access_denied', error_description: 'ATTACKER', state });
        await refuses('unknown', {
          error: 'ATTACKER',
          error_description: 'ATTACKER',
          error_uri: 'https://ATTACKER',
          state,
        });
      }
    });

    it('unknown, in a browser that never started a sign-in', async () => {
      await refuses('no_cookie', { code: 'ATTACKER', state: 'ATTACKER' }, openBrowser());
    });

    it('of another session', async () => {
      const state = await stateOf(openBrowser());
      await stateOf();
      await refuses('unknown', { code: 'ATTACKER', state });
    });

    it('used', async () => {
      const asked = await start(app, browser);
      const back = await emulator.authorize(asked.href);
      await comeBack(back, browser);
      api.seen = [];
      await refuses('no_sign_in', Object.fromEntries(new URL(back).searchParams));
    });

    it('expired', async () => {
      const clock = FakeTimers.install({ toFake: ['Date'], now: Date.now() });
      try {
        const state = await stateOf();
        clock.tick(60 * 60 * 1000);
        await refuses('expired', { code: 'ATTACKER', state });
      } finally {
        clock.uninstall();
      }
    });

    it('with a message that the app can change without an effect on other requests', async () => {
      app.express.get('/scribble', (req, res, next) => {
        app.passport.authenticate('monei', (_error: unknown, _user: unknown, info: object) => {
          res.json({ outcome: 'fail', info: { ...info } });
          Object.assign(info, { message: 'ATTACKER' });
        })(req, res, next);
      });
      for (let i = 0; i < 2; i++) {
        const { info } = await comeBack(`${app.url}/scribble?code=c&state=s`, browser);
        expect(JSON.stringify(info)).to.not.include('ATTACKER');
      }
    });

    it('and other pending sign-ins stay usable', async () => {
      const asked = await start(app, browser);
      await refuses('unknown', { code: 'ATTACKER', state: 'ATTACKER' });
      expect(await comeBack(await emulator.authorize(asked.href), browser)).to.include({
        outcome: 'success',
      });
    });
  });

  describe('a callback that Monei does not send: 400 invalid_callback, and no request to Monei:', () => {
    const queries: [name: string, query: (state: string) => string][] = [
      ['a repeated code', (state) => `code=a&code=b&state=${state}`],
      ['a repeated state', (state) => `code=a&state=${state}&state=${state}`],
      ['a repeated error', (state) => `error=access_denied&error=x&state=${state}`],
      [
        'a repeated description',
        (state) => `error=access_denied&error_description=a&error_description=b&state=${state}`,
      ],
      ['a code and an error', (state) => `code=a&error=access_denied&state=${state}`],
      ['a state alone', (state) => `state=${state}`],
      ['an empty code', (state) => `code=&state=${state}`],
      ['an empty error', (state) => `error=&state=${state}`],
    ];
    for (const [name, query] of queries) {
      it(name, async () => {
        const asked = await start(app, browser);
        const state = asked.searchParams.get('state') ?? '';
        const { status, outcome, info } = await comeBack(`${app.callbackURL}?${query(state)}`, browser);
        expect({ status, outcome }).to.deep.equal({ status: 400, outcome: 'fail' });
        expect(info).to.have.keys('message', 'code').and.to.include({ code: 'invalid_callback' });
        expect(callsToMonei()).to.deep.equal([]);
        expectOneAction();
        // The pending sign-in stays usable.
        expect(await comeBack(await emulator.authorize(asked.href), browser)).to.include({
          outcome: 'success',
        });
      });
    }

    it('parameters that the query parser made objects', async () => {
      app.express.set('query parser', 'extended');
      const state = await stateOf();
      for (const query of [
        `code[a]=b&state=${state}`,
        `code=a&state[b]=${state}`,
        `error[]=access_denied&state=${state}`,
      ]) {
        const { status, info } = await comeBack(`${app.callbackURL}?${query}`, browser);
        expect([status, info?.code]).to.deep.equal([400, 'invalid_callback']);
      }
      expect(callsToMonei()).to.deep.equal([]);
    });
  });

  describe('a bad response of Monei, or none: a MoneiConnectError:', () => {
    const json = (status: number, body: unknown, headers = {}): http.RequestListener => {
      return (_request, response) => response.writeHead(status, headers).end(JSON.stringify(body));
    };
    const onProfile = (listener: http.RequestListener): http.RequestListener => {
      const granted = {
        access_token: 'mct_a',
        refresh_token: 'mcr_r',
        token_type: 'Bearer',
        expires_in: 3600,
        scopes: ['profile:read', 'wallet:read', 'wallet:send'],
      };
      return (request, response) =>
        (request.url?.endsWith('/me') ? listener : json(200, granted))(request, response);
    };
    const faults: [
      name: string,
      listener: http.RequestListener,
      code: string,
      status: number,
      message: RegExp,
    ][] = [
      [
        '401 from the token endpoint',
        json(401, { message: 'Invalid client credentials' }),
        'unauthorized',
        502,
        /token.*401: Invalid client/,
      ],
      [
        '429 from the token endpoint',
        json(429, { message: 'Slow down' }, { 'retry-after': '7' }),
        'rate_limited',
        503,
        /429: Slow down/,
      ],
      ['500 from the token endpoint', json(500, {}), 'unavailable', 502, /500/],
      ['HTML from the token endpoint', (_q, r) => r.end('<html>'), 'malformed_response', 502, /token/],
      [
        'a token response without scopes',
        json(200, { access_token: 'mct_a', refresh_token: 'mcr_r', token_type: 'Bearer', expires_in: 1 }),
        'malformed_response',
        502,
        /scopes/,
      ],
      ['a reset by the token endpoint', (q) => q.socket.resetAndDestroy(), 'network', 502, /token/],
      [
        '401 from the profile',
        onProfile(json(401, { message: 'Invalid or expired token' })),
        'unauthorized',
        502,
        /profile.*401/,
      ],
      ['403 from the profile', onProfile(json(403, {})), 'forbidden', 502, /profile.*403/],
      ['null for a profile', onProfile(json(200, null)), 'malformed_response', 502, /profile/],
      [
        'a profile without an id',
        onProfile(json(200, { data: { name: 'Ada' } })),
        'malformed_response',
        502,
        /profile.*id/,
      ],
      ['a reset by the profile', onProfile((q) => q.socket.resetAndDestroy()), 'network', 502, /profile/],
    ];
    for (const [name, listener, code, status, message] of faults) {
      it(name, async () => {
        faulty = listener;
        const outcome = await signIn(app, emulator, {}, { browser });
        expect(outcome).to.include({ status, outcome: 'error' });
        expect(outcome.error).to.include({ name: 'MoneiConnectError', code, status });
        expect(outcome.error?.message)
          .to.match(message)
          .and.to.not.match(/mct_|mcr_|mcs_/);
        expectOneAction();
      });
    }

    for (const [name, wrap] of [
      ['the token endpoint', (l: http.RequestListener) => l],
      ['the profile', onProfile],
    ] as const) {
      it(`${name} that never responds`, async () => {
        const asked = await start(app, browser);
        const back = await emulator.authorize(asked.href);
        const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
        try {
          let waiting = false;
          faulty = wrap(() => {
            waiting = true;
          });
          const outcome = comeBack(back, browser);
          while (!waiting) await new Promise(setImmediate);
          clock.tick(10_000);
          const { status, error } = await outcome;
          expect(status).to.equal(504);
          expect(error).to.include({ name: 'MoneiConnectError', code: 'timeout' });
        } finally {
          clock.uninstall();
        }
        expectOneAction();
      });
    }

    it('a code that Monei refuses', async () => {
      const outcome = await comeBack(callback({ code: 'made-up-code', state: await stateOf() }), browser);
      expect(outcome.error).to.include({ name: 'MoneiConnectError', code: 'bad_request' });
      expect(JSON.stringify(outcome)).to.not.include('made-up-code');
    });
  });

  describe('exactly one action for a verify that ends with', () => {
    type Verify = (
      accessToken: string,
      refreshToken: string,
      profile: MoneiProfile,
      done: (...a: unknown[]) => void,
    ) => unknown;
    const cases: [name: string, verify: Verify, expected: Partial<Outcome> & { status: number }][] = [
      [
        'no user',
        (_a, _r, _p, done) => done(null, false, { message: 'Banned' }),
        { status: 401, outcome: 'fail' },
      ],
      ['an error', (_a, _r, _p, done) => done(new Error('database')), { status: 500, outcome: 'error' }],
      [
        'a throw',
        () => {
          throw new Error('database');
        },
        { status: 500, outcome: 'error' },
      ],
      [
        'a rejection',
        async () => {
          throw new Error('database');
        },
        { status: 500, outcome: 'error' },
      ],
      ['a promise of null', async () => null, { status: 401, outcome: 'fail' }],
      [
        'a promise of undefined, although it takes done',
        async (_a, _r, _p, _done) => undefined,
        { status: 401, outcome: 'fail' },
      ],
      [
        'done twice',
        (_a, _r, p, done) => {
          done(null, p);
          done(new Error('late'));
        },
        { status: 200, outcome: 'success' },
      ],
      [
        'done and a throw',
        (_a, _r, p, done) => {
          done(null, p);
          throw new Error('late');
        },
        { status: 200, outcome: 'success' },
      ],
      [
        'done and a promise',
        async (_a, _r, p, done) => {
          done(null, p);
          return null;
        },
        { status: 200, outcome: 'success' },
      ],
    ];
    for (const [name, verify, expected] of cases) {
      it(name, async () => {
        const own = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), verify as never));
        try {
          expect(await signIn(own, emulator)).to.include(expected);
          await new Promise(setImmediate);
          expect(own.outcomes).to.have.lengthOf(1);
        } finally {
          await own.close();
        }
      });
    }
  });

  describe('an error after 30 s for a function of the app that gives no result:', () => {
    type Make = (callbackURL: string, called: () => void) => MoneiStrategy;
    const takeProfile: MoneiVerifyFunction = (_a, _r, profile, done) => done(null, profile);
    const silent: [name: string, make: Make, leg: 'auth' | 'whole'][] = [
      [
        'verify',
        (url, called) => new MoneiStrategy(optionsFor(emulator, url), (_a, _r, _p, _done) => called()),
        'whole',
      ],
      [
        'userProfile',
        (url, called) => {
          const strategy = new MoneiStrategy(optionsFor(emulator, url), takeProfile);
          return Object.assign(strategy, { userProfile: called });
        },
        'whole',
      ],
      [
        '_oauth2.getOAuthAccessToken',
        (url, called) => {
          const strategy = new MoneiStrategy(optionsFor(emulator, url), takeProfile);
          const { _oauth2: oauth2 } = strategy as unknown as { _oauth2: object };
          Object.assign(oauth2, { getOAuthAccessToken: called });
          return strategy;
        },
        'whole',
      ],
      [
        'store.store',
        (url, called) => {
          const store = { store: (_req: object, _done: object) => called(), verify: () => {} };
          return new MoneiStrategy({ ...optionsFor(emulator, url), store }, takeProfile);
        },
        'auth',
      ],
      [
        'store.verify',
        (url, called) => {
          const store = {
            store: (_req: object, done: (error: null, state: string) => void) => done(null, 'state'),
            verify: (_req: object, _state: string, _done: object) => called(),
          };
          return new MoneiStrategy({ ...optionsFor(emulator, url), store }, takeProfile);
        },
        'whole',
      ],
    ];
    for (const [name, make, leg] of silent) {
      it(name, async () => {
        const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
        let called = false;
        const own = await startApp((url) =>
          make(url, () => {
            called = true;
          }),
        );
        try {
          const outcome = leg === 'auth' ? comeBack(`${own.url}/auth`, browser) : signIn(own, emulator);
          while (!called) await new Promise(setImmediate);
          clock.tick(30_000);
          const { status, error } = await outcome;
          expect(status).to.equal(500);
          expect(error?.message).to.include(`${name} gave no result within 30 s`);
          expect(own.outcomes).to.have.lengthOf(1);
        } finally {
          clock.uninstall();
          await own.close();
        }
      });
    }

    const inherited: [name: string, options: (url: string) => object, body: object][] = [
      ['userProfile', (url) => ({ userProfileURL: url }), { data: { id: 'u1' } }],
      [
        '_oauth2.getOAuthAccessToken',
        (url) => ({ tokenURL: url, skipUserProfile: true, scope: ['kyc:read'] }),
        { access_token: 'a', refresh_token: 'r', scopes: ['kyc:read'] },
      ],
    ];
    for (const [name, options, body] of inherited) {
      it(`not for the inherited ${name}, which has the time limit of a request to Monei`, async () => {
        const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
        let respond: (() => void) | undefined;
        const server = await startLoopbackServer((_request, response) => {
          respond = () => response.end(JSON.stringify(body));
        });
        const own = await startApp(
          (url) =>
            new MoneiStrategy(
              { ...optionsFor(emulator, url), ...options(server.url), timeout: 60_000 },
              takeProfile,
            ),
        );
        try {
          const outcome = signIn(own, emulator);
          while (!respond) await new Promise(setImmediate);
          clock.tick(40_000);
          respond();
          expect(await outcome).to.deep.include({ status: 200, outcome: 'success' });
        } finally {
          clock.uninstall();
          await own.close();
          await server.close();
        }
      });
    }
  });
});
