import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import type { MoneiStateStore } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, signIn, start, strategyFor } from '../helpers/flow.js';

type Stored = (error: Error | null, state?: string) => void;
type Verified = (error: Error | null, ok?: boolean | string, state?: unknown) => void;
interface Metadata {
  clientID: string;
  callbackURL: string;
}

describe('a state store of the app’s own', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let kept: Map<string, { verifier?: string; state?: unknown; meta?: Metadata }>;

  const keep = (what: { verifier?: string; state?: unknown; meta?: Metadata }, done: Stored) => {
    const handle = `handle-${kept.size}`;
    kept.set(handle, what);
    done(null, handle);
  };
  const take = (handle: string, done: Verified) => {
    const what = kept.get(handle);
    kept.delete(handle);
    if (what) done(null, what.verifier ?? true, what.state);
    else done(null, false, { message: 'In the words of the store' });
  };

  /** Stores of passport-oauth2, by the number of parameters of their `store`. */
  const stores: Record<string, MoneiStateStore> = {
    '(req, done)': {
      store: (_req: object, done: Stored) => keep({}, done),
      verify: (_req: object, state: string, done: Verified) => take(state, done),
    },
    '(req, meta, done)': {
      store: (_req: object, meta: Metadata, done: Stored) => keep({ meta }, done),
      verify: (_req: object, state: string, _meta: Metadata, done: Verified) => take(state, done),
    },
    '(req, state, meta, done)': {
      store: (_req: object, state: unknown, meta: Metadata, done: Stored) => keep({ state, meta }, done),
      verify: (_req: object, state: string, _meta: Metadata, done: Verified) => take(state, done),
    },
    '(req, verifier, state, meta, done)': {
      store: (_req: object, verifier: string, state: unknown, meta: Metadata, done: Stored) =>
        keep({ ...(verifier && { verifier }), state, meta }, done),
      verify: (_req: object, state: string, _meta: Metadata, done: Verified) => take(state, done),
    },
  };

  const options: Record<string, object> = {
    own: { scope: ['wallet:send'], requiredScopes: ['wallet:send'], state: { returnTo: '/' } },
    state: { state: 'text' },
  };

  beforeEach(async () => {
    emulator = await startEmulator();
    kept = new Map();
  });
  afterEach(async () => {
    await app?.close();
    await emulator.close();
  });

  for (const [form, store] of Object.entries(stores)) {
    describe(`with store${form}`, () => {
      beforeEach(async () => {
        app = await startApp(
          strategyFor(emulator, { store, scope: ['wallet:read'], requiredScopes: ['wallet:read'] }),
          {
            authenticateOptions: (name) => options[name] ?? {},
          },
        );
      });

      it('makes the state on the wire, and checks it once', async () => {
        const browser = openBrowser();
        const asked = await start(app, browser);
        expect(asked.searchParams.get('state')).to.equal('handle-0');
        const back = await emulator.authorize(asked.href);
        expect(await comeBack(back, browser)).to.include({ outcome: 'success' });
        const again = await comeBack(back, browser);
        expect(again).to.include({ status: 403, outcome: 'fail' });
        expect(again.info).to.include({ code: 'invalid_state', reason: 'store' });
      });

      it('is not called for a callback without a state', async () => {
        const { info } = await comeBack(`${app.callbackURL}?code=c`, openBrowser());
        expect(info).to.include({ code: 'invalid_state', reason: 'no_state' });
      });

      it('does not weaken the strategy’s required scopes', async () => {
        const { info } = await signIn(app, emulator, { allow: ['profile:read'] });
        expect(info).to.deep.include({ code: 'missing_scope', missing: ['wallet:read'] });
      });

      if (store.store.length >= 4) {
        it('carries the options of a single sign-in', async () => {
          const refused = await signIn(app, emulator, { allow: ['profile:read'] }, { as: 'own' });
          expect(refused.info).to.deep.include({
            code: 'missing_scope',
            missing: ['wallet:read', 'wallet:send'],
          });
          const allowed = await signIn(app, emulator, {}, { as: 'own' });
          expect(allowed.user)
            .to.have.nested.property('grant.requested')
            .that.deep.equals(['profile:read', 'wallet:read', 'wallet:send']);
          expect(allowed.authInfo).to.deep.equal({ state: { returnTo: '/' } });
          expect((await signIn(app, emulator, {}, { as: 'state' })).authInfo).to.deep.equal({
            state: 'text',
          });
        });
      } else {
        it('is refused for a sign-in with options of its own, which it can’t carry', async () => {
          for (const as of ['own', 'state']) {
            const response = await openBrowser()(`${app.url}/auth?as=${as}`);
            expect(response.status).to.equal(500);
            expect(await response.text()).to.include('store.store');
          }
          expect(kept.size).to.equal(0);
        });
      }
    });
  }

  it('gets the same metadata as in passport-oauth2', async () => {
    app = await startApp(strategyFor(emulator, { store: stores['(req, meta, done)'] }));
    await start(app);
    expect([...kept.values()][0]?.meta).to.deep.equal({
      authorizationURL: emulator.endpoints.authorizationURL,
      tokenURL: emulator.endpoints.tokenURL,
      clientID: 'mc_emulator',
      callbackURL: app.callbackURL,
    });
  });

  it('carries the code verifier of PKCE, if it has a parameter for it', async () => {
    app = await startApp(
      strategyFor(emulator, { pkce: true, store: stores['(req, verifier, state, meta, done)'] }),
    );
    expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
  });

  it('is refused with PKCE, if it has no parameter for the code verifier', async () => {
    app = await startApp(strategyFor(emulator, { pkce: true, store: stores['(req, state, meta, done)'] }));
    const response = await openBrowser()(`${app.url}/auth`);
    expect(response.status).to.equal(500);
    expect(await response.text()).to.include('verifier');
  });

  it('can return a state of its own, which becomes req.authInfo.state', async () => {
    app = await startApp(
      strategyFor(emulator, {
        store: {
          store: (_req: object, done: Stored) => done(null, 'fixed'),
          verify: (_req: object, state: string, done: Verified) =>
            done(null, state === 'fixed', { from: 'the store' }),
        },
      }),
    );
    expect((await signIn(app, emulator)).authInfo).to.deep.equal({ state: { from: 'the store' } });
  });

  const boom = new Error('the store is down');
  const broken: Record<string, MoneiStateStore> = {
    'calls back with an error': {
      store: (_req: object, done: Stored) => done(boom),
      verify: (_req: object, _state: string, done: Verified) => done(boom),
    },
    'is async and rejects': {
      store: async (_req: object, _done: Stored) => {
        throw boom;
      },
      verify: async (_req: object, _state: string, _done: Verified) => {
        throw boom;
      },
    },
    throws: {
      store: (_req: object, _done: Stored) => {
        throw boom;
      },
      verify: (_req: object, _state: string, _done: Verified) => {
        throw boom;
      },
    },
  };
  it('is named in the error, if it fails with a falsy value', async () => {
    const silent: MoneiStateStore = {
      store: (_req: object, _done: Stored) => Promise.reject(),
      verify: (_req: object, _state: string, _done: Verified) => Promise.reject(),
    };
    app = await startApp(strategyFor(emulator, { store: silent }));
    for (const [name, url] of [
      ['store.store', `${app.url}/auth`],
      ['store.verify', `${app.callbackURL}?code=c&state=s`],
    ] as const) {
      const { error } = await comeBack(url, openBrowser());
      expect(error?.message).to.equal(`passport-monei: ${name} failed without saying why.`);
    }
  });

  for (const [name, store] of Object.entries(broken)) {
    it(`ends the start and the callback with an error, if it ${name}`, async () => {
      app = await startApp(strategyFor(emulator, { store }));
      for (const url of [`${app.url}/auth`, `${app.callbackURL}?code=c&state=s`]) {
        const { error } = await comeBack(url, openBrowser());
        expect(error?.message).to.equal('the store is down');
      }
      expect(app.outcomes).to.have.lengthOf(2);
    });
  }

  describe('that does not return the state that it gets', () => {
    beforeEach(async () => {
      const forgetful: MoneiStateStore = {
        store: (_req: object, _state: unknown, _meta: Metadata, done: Stored) => done(null, 'handle'),
        verify: (_req: object, state: string, done: Verified) => done(null, state === 'handle'),
      };
      const required = { scope: ['wallet:read'], requiredScopes: ['wallet:read'] };
      app = await startApp(strategyFor(emulator, { store: forgetful, ...required }), {
        authenticateOptions: (name) => options[name] ?? {},
      });
    });

    it('is refused, because the required scopes are lost', async () => {
      for (const as of ['', 'own']) {
        const { outcome, error } = await signIn(app, emulator, { allow: ['profile:read'] }, { as });
        expect(outcome).to.equal('error');
        expect(error?.message).to.include('store.verify');
      }
    });
  });

  for (const [name, own] of Object.entries({
    scope: { scope: ['kyc:read'] },
    requiredScopes: { requiredScopes: ['profile:read'] },
    callbackURL: { callbackURL: 'http://127.0.0.1/callback' },
    state: { state: 'mine' },
  })) {
    it(`of two parameters is refused for a sign-in with a ${name} of its own`, async () => {
      const store = stores['(req, done)'] as MoneiStateStore;
      app = await startApp(strategyFor(emulator, { store }), { authenticateOptions: () => own });
      const { error } = await comeBack(`${app.url}/auth`, openBrowser());
      expect(error?.message).to.include('`store` that carries them');
    });
  }

  it('of two parameters repeats the strategy’s callbackURL, not that of the callback route', async () => {
    const store = stores['(req, done)'] as MoneiStateStore;
    app = await startApp(strategyFor(emulator, { store }), {
      routes: ({ express, passport, url }) => {
        const options = { callbackURL: `${url}/other`, callback: true, session: false } as object;
        express.get('/other', passport.authenticate('monei', options), (req, res) =>
          res.json({ outcome: 'success', user: req.user }),
        );
      },
    });
    const browser = openBrowser();
    const asked = await start(app, browser);
    const back = await emulator.authorize(asked.href);
    expect(await comeBack(back.replace('/callback?', '/other?'), browser)).to.include({ outcome: 'success' });
  });

  for (const [takes, expected] of [
    ['carries the sign-in: the host of the callback is not needed', 'store'],
    ['takes the metadata, which the host of the callback completes', undefined],
  ] as const) {
    it(`that ${takes}`, async () => {
      const store: MoneiStateStore = {
        store: (_req: object, _state: unknown, _meta: Metadata, done: Stored) => done(null, 'handle'),
        verify: expected
          ? (_req: object, _state: string, done: Verified) => done(null, false)
          : (_req: object, _state: string, _meta: Metadata, done: Verified) => done(null, false),
      };
      const strategy = strategyFor(emulator, { store, callbackURL: '/callback' });
      app = await startApp(strategy, {
        middleware: [
          (req, _res, next) => {
            delete req.headers.host;
            next();
          },
        ],
      });
      const { info, error } = await comeBack(`${app.callbackURL}?code=c&state=handle`, openBrowser());
      expect(info?.reason).to.equal(expected);
      if (!expected) expect(error?.message).to.include('no host');
    });
  }

  it('is refused, if it gives no state that could be checked', async () => {
    const states: (string | undefined)[] = [undefined, ''];
    const stateless: MoneiStateStore = {
      store: (_req: object, done: Stored) => done(null, states.shift()),
      verify: (_req: object, _state: string, done: Verified) => done(null, true),
    };
    app = await startApp(strategyFor(emulator, { store: stateless }));
    while (states.length > 0) {
      const { outcome, error } = await comeBack(`${app.url}/auth`, openBrowser());
      expect(outcome).to.equal('error');
      expect(error?.message).to.include('gave no state');
    }
  });

  it('can return the state as JSON', async () => {
    let kept = '';
    const json: MoneiStateStore = {
      store(_req: object, state: unknown, _meta: Metadata, done: Stored) {
        kept = JSON.stringify(state);
        done(null, 'handle');
      },
      verify: (_req: object, _state: string, done: Verified) => done(null, true, kept),
    };
    app = await startApp(strategyFor(emulator, { store: json }), {
      authenticateOptions: (name) => options[name] ?? {},
    });
    const refused = await signIn(app, emulator, { allow: ['profile:read'] }, { as: 'own' });
    expect(refused.info).to.deep.include({ code: 'missing_scope', missing: ['wallet:send'] });
    expect((await signIn(app, emulator, {}, { as: 'own' })).authInfo).to.deep.equal({
      state: { returnTo: '/' },
    });
  });

  const garbled: Record<string, (kept: object) => unknown> = {
    'a text which is no JSON': () => '{"required":[',
    'JSON of nothing': () => 'null',
    'a number': () => 7,
    'a list': () => [],
    'no scopes': (kept) => ({ ...kept, requested: undefined }),
    'a text for scopes': (kept) => ({ ...kept, requested: 'profile:read' }),
    'no required scopes': (kept) => ({ ...kept, required: undefined }),
    'required scopes of which one is not a scope': (kept) => ({ ...kept, required: ['profile:read', 7] }),
    'no callback URL': (kept) => ({ ...kept, callbackURL: undefined }),
    'no strategy': (kept) => ({ ...kept, strategy: undefined }),
    'no user': (kept) => ({ ...kept, user: undefined }),
  };
  for (const [name, garble] of Object.entries(garbled)) {
    it(`is refused, if it returns ${name}`, async () => {
      let kept = {};
      const garbling: MoneiStateStore = {
        store(_req: object, state: object, _meta: Metadata, done: Stored) {
          kept = state;
          done(null, 'handle');
        },
        verify: (_req: object, _state: string, done: Verified) => done(null, true, garble(kept)),
      };
      app = await startApp(strategyFor(emulator, { store: garbling }));
      const { outcome, error } = await signIn(app, emulator);
      expect(outcome).to.equal('error');
      expect(error?.message).to.match(/store\.verify.*Call `done\(null, true, state\)` with it\.$/);
    });
  }

  for (const [name, state] of Object.entries({ undefined, null: null })) {
    it(`has no state of its own, if it returns ${name}`, async () => {
      const store: MoneiStateStore = {
        store: (_req: object, done: Stored) => done(null, 'handle'),
        verify: (_req: object, _state: string, done: Verified) => done(null, true, state),
      };
      app = await startApp(strategyFor(emulator, { store }));
      expect((await signIn(app, emulator)).authInfo).to.deep.equal({});
    });
  }

  it('that calls back twice is used once', async () => {
    const twice: MoneiStateStore = {
      store(_req: object, done: Stored) {
        done(null, 'handle');
        done(boom);
      },
      verify(_req: object, _state: string, done: Verified) {
        done(null, true);
        done(null, true);
      },
    };
    app = await startApp(strategyFor(emulator, { store: twice }));
    expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
    expect(app.outcomes).to.have.lengthOf(1);
  });
});
