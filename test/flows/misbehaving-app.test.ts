import { expect } from 'chai';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { type MoneiStateStore, MoneiStrategy, type MoneiVerifyFunction } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, optionsFor, signIn, start } from '../helpers/flow.js';

/** Functions of the app that fail in the middle of a sign-in, where the app's own code can't catch the error. */
describe('a sign-in ends with exactly one error if', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  const takeProfile: MoneiVerifyFunction = (_accessToken, _refreshToken, profile, done) =>
    done(null, profile);
  const boom = () => {
    throw new Error('boom');
  };

  /** A state store that calls back later, as one over a network does. */
  const slowStore = (): MoneiStateStore => {
    const kept = new Map<string, unknown>();
    return {
      store(_req: object, state: unknown, _meta: object, done: (error: null, handle: string) => void) {
        kept.set('handle', state);
        setImmediate(done, null, 'handle');
      },
      verify(_req: object, handle: string, done: (error: null, ok: boolean, state: unknown) => void) {
        setImmediate(done, null, kept.has(handle), kept.get(handle));
      },
    };
  };

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const failsWithBoom = async () => {
    const { outcome, error } = await signIn(app, emulator);
    expect([outcome, error?.message]).to.deep.equal(['error', 'boom']);
    await new Promise(setImmediate);
    expect(app.outcomes).to.have.lengthOf(1);
  };

  it('tokenParams throws, with a store that calls back later', async () => {
    class Subclass extends MoneiStrategy {
      override tokenParams = boom;
    }
    app = await startApp(
      (url) => new Subclass({ ...optionsFor(emulator, url), store: slowStore() }, takeProfile),
    );
    await failsWithBoom();
  });

  it('userProfile throws', async () => {
    class Subclass extends MoneiStrategy {
      override userProfile = boom;
    }
    app = await startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile));
    await failsWithBoom();
  });

  it('userProfile fails', async () => {
    class Subclass extends MoneiStrategy {
      override userProfile(_accessToken: string, done: (error?: unknown) => void) {
        done(new Error('boom'));
      }
    }
    app = await startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile));
    await failsWithBoom();
  });

  it('authorizationParams throws', async () => {
    class Subclass extends MoneiStrategy {
      override authorizationParams = boom;
    }
    app = await startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile));
    expect((await comeBack(`${app.url}/auth`, openBrowser())).error?.message).to.equal('boom');
  });

  it('the session can’t be written to', async () => {
    const freeze: RequestHandler = (req, _res, next) => {
      Object.freeze(req.session);
      next();
    };
    app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), takeProfile), {
      middleware: [freeze],
    });
    const { outcome, error } = await comeBack(`${app.url}/auth`, openBrowser());
    expect([outcome, error?.name]).to.deep.equal(['error', 'TypeError']);
  });

  it('the session is gone', async () => {
    const drop: RequestHandler = (req, _res, next) => {
      Object.assign(req, { session: undefined });
      next();
    };
    app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), takeProfile), {
      middleware: [drop],
    });
    for (const url of [`${app.url}/auth`, `${app.callbackURL}?code=c&state=s`]) {
      const { outcome, error } = await comeBack(url, openBrowser());
      expect(outcome).to.equal('error');
      expect(error?.message).to.include('session middleware');
    }
  });

  it('the details that verify passes can’t be read', async () => {
    const info = {
      get message() {
        return boom();
      },
    };
    app = await startApp(
      (url) =>
        new MoneiStrategy(optionsFor(emulator, url), (_a, _r, profile, done) => done(null, profile, info)),
      {
        authenticateOptions: () => ({ state: 1 }),
      },
    );
    await failsWithBoom();
  });

  it('[S9] the store does not return the code verifier of PKCE', async () => {
    let kept: unknown;
    const store: MoneiStateStore = {
      store(
        _req: object,
        _verifier: string,
        state: unknown,
        _meta: object,
        done: (error: null, handle: string) => void,
      ) {
        kept = state;
        done(null, 'handle');
      },
      verify: (_req: object, _handle: string, done: (error: null, ok: boolean, state: unknown) => void) =>
        done(null, true, kept),
    };
    app = await startApp(
      (url) => new MoneiStrategy({ ...optionsFor(emulator, url), store, pkce: true }, takeProfile),
    );
    const { outcome, error } = await signIn(app, emulator);
    expect(outcome).to.equal('error');
    expect(error?.message).to.include('code verifier');
  });

  it('userProfile is async and rejects', async () => {
    class Subclass extends MoneiStrategy {
      override async userProfile() {
        boom();
      }
    }
    app = await startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile));
    await failsWithBoom();
  });

  it('authorizationParams throws undefined', async () => {
    class Subclass extends MoneiStrategy {
      override authorizationParams(): object {
        throw undefined;
      }
    }
    app = await startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile));
    expect(await comeBack(`${app.url}/auth`, openBrowser())).to.include({ status: 500, outcome: 'error' });
  });

  const NO_JSON =
    'passport-monei: the option `state` must be a JSON value, because it is stored in the session.';
  const wrong: [name: string, options: object, message: string][] = [
    [
      'a scope that is not a scope',
      { scope: ['wallet:read,wallet:send'] },
      '`scope` holds "wallet:read,wallet:send"',
    ],
    ['a required scope that is not requested', { requiredScopes: ['wallet:send'] }, 'names wallet:send'],
    ['a state that is not a JSON value', { state: 1n }, NO_JSON],
    ['a function for a state', { state: () => {} }, NO_JSON],
    ['a state that is too large', { state: 'x'.repeat(5000) }, '`state`'],
    ['an option misspelled', { requiredScope: ['profile:read'] }, 'Did you mean `requiredScopes`?'],
    ['a number for a callback URL', { callbackURL: 7 }, '`callbackURL` must be a string'],
  ];
  for (const [name, options, message] of wrong) {
    it(`passport.authenticate() gets ${name}`, async () => {
      app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), takeProfile), {
        authenticateOptions: () => options,
      });
      const { outcome, error } = await comeBack(`${app.url}/auth`, openBrowser());
      expect([outcome, error?.name]).to.deep.equal(['error', 'TypeError']);
      expect(error?.message).to.include(message);
    });
  }

  it('an option of the callback route is misspelled, each time', async () => {
    app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), takeProfile), {
      routes: ({ express, passport }) => {
        const options: object = { required_scopes: ['wallet:send'] };
        express.get('/misspelled', passport.authenticate('monei', options));
      },
    });
    for (let visit = 0; visit < 2; visit++) {
      const { error } = await comeBack(`${app.url}/misspelled?code=c&state=s`, openBrowser());
      expect(error).to.include({
        name: 'TypeError',
        message: 'passport-monei: there is no option `required_scopes`. Did you mean `requiredScopes`?',
      });
    }
  });

  it('it requests no scope', async () => {
    app = await startApp(
      (url) =>
        new MoneiStrategy({ ...optionsFor(emulator, url), skipUserProfile: true }, (_a, _r, p, done) =>
          done(null, p),
        ),
    );
    const { error } = await comeBack(`${app.url}/auth`, openBrowser());
    expect(error?.message).to.include('`scope`');
  });

  it('verify succeeds, but the app’s own callback throws', async () => {
    app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), takeProfile), {});
    const errors: unknown[] = [];
    app.express.get('/throwing', (req, res, next) => {
      app.passport.authenticate('monei', { callback: true }, (error: unknown) => {
        if (!error) throw new Error('boom');
        errors.push(error);
        res
          .status(500)
          .json({ outcome: 'error', error: { name: 'Error', message: (error as Error).message } });
      })(req, res, next);
    });
    const browser = openBrowser();
    const asked = await start(app, browser);
    const back = (await emulator.authorize(asked.href)).replace('/callback', '/throwing');
    const { error } = await comeBack(back, browser);
    expect(error?.message).to.equal('boom');
    expect(errors).to.have.lengthOf(1);
  });

  it('the app’s own callback throws for every result', async () => {
    app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), takeProfile), {});
    app.express.get('/throwing', (req, res, next) => {
      app.passport.authenticate('monei', { callback: true }, (error: unknown, user: unknown) => {
        if (error) throw error;
        if (!user) throw new Error('boom');
      })(req, res, next);
    });
    app.express.use(((error, _req, res, _next) => {
      res.status(500).json({ outcome: 'error', error: { message: error.message } });
    }) satisfies ErrorRequestHandler);
    for (const query of ['code=c&state=forged', 'code=a&code=b', 'error=access_denied&state=forged']) {
      const { error } = await comeBack(`${app.url}/throwing?${query}`, openBrowser());
      expect(error?.message).to.equal('boom');
    }
  });
});

describe('an error that the app’s own callback throws after verify', () => {
  type Done = (error: unknown, user?: unknown) => void;
  const cases: [name: string, verify: (a: string, r: string, p: object, done: Done) => unknown][] = [
    ['gave a user', (_a, _r, _p, done) => done(null, { id: 1 })],
    ['gave no user', (_a, _r, _p, done) => done(null, false)],
    ['gave an error', (_a, _r, _p, done) => done(new Error('boom'))],
    ['resolved with a user', async () => ({ id: 1 })],
    ['gave a user and went on', async (_a, _r, _p, done) => done(null, { id: 1 })],
  ];
  for (const [name, verify] of cases) {
    it(`${name} is an unhandled rejection`, async () => {
      const emulator = await startEmulator();
      const app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), verify as never));
      app.express.get('/throwing', (req, res, next) => {
        app.passport.authenticate('monei', { callback: true }, () => {
          throw new Error('boom');
        })(req, res, next);
      });
      // The request gets no response. With passport-oauth2, this is an uncaught exception as well.
      const runner = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      const surfaced = new Promise((resolve) => process.once('unhandledRejection', resolve));
      try {
        const browser = openBrowser();
        const asked = await start(app, browser);
        browser((await emulator.authorize(asked.href)).replace('/callback', '/throwing')).catch(() => {});
        expect(await surfaced)
          .to.be.an('error')
          .with.property('message', 'boom');
      } finally {
        for (const listener of runner) process.on('unhandledRejection', listener);
        await app.close();
        await emulator.close();
      }
    });
  }
});

describe('verify is called once', () => {
  it('if userProfile calls back twice', async () => {
    const emulator = await startEmulator();
    let called = 0;
    class Subclass extends MoneiStrategy {
      override userProfile(_accessToken: string, done: (error?: unknown, profile?: object) => void) {
        done(null, { id: 'one' });
        done(null, { id: 'two' });
      }
    }
    const app = await startApp(
      (url) =>
        new Subclass(optionsFor(emulator, url), async (_accessToken, _refreshToken, profile) => {
          called++;
          return { id: profile.id };
        }),
    );
    try {
      expect((await signIn(app, emulator)).user).to.deep.equal({ id: 'one' });
      expect(called).to.equal(1);
    } finally {
      await app.close();
      await emulator.close();
    }
  });
});
