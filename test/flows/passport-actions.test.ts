import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy, type MoneiStrategyOptions } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { optionsFor, start } from '../helpers/flow.js';

type Take = (strategy: MoneiStrategy) => void;

/** Each of Passport's actions, with the status and the body that the app responds with. */
const ACTIONS: Record<string, { take: Take; status: number; body?: object }> = {
  success: {
    take: (strategy) => strategy.success({ id: 'first' }),
    status: 200,
    body: { outcome: 'success', user: { id: 'first' } },
  },
  fail: {
    take: (strategy) => strategy.fail({ message: 'first' }, 418),
    status: 418,
    body: { outcome: 'fail', info: { message: 'first' } },
  },
  redirect: { take: (strategy) => strategy.redirect('/first', 307), status: 307 },
  pass: { take: (strategy) => strategy.pass(), status: 200, body: { outcome: 'pass' } },
  error: {
    take: (strategy) => strategy.error(new Error('first')),
    status: 500,
    body: { outcome: 'error', error: { name: 'Error', message: 'first' } },
  },
};

/** Steps of the function after it has taken an action. */
const AFTERWARDS: Record<string, (done: (error: unknown, user?: object) => void) => unknown> = {
  'never calls back': () => {},
  'calls back with a user': (done) => done(null, { id: 'second' }),
  'calls back with an error': (done) => done(new Error('second')),
  throws: () => {
    throw new Error('second');
  },
  'rejects later': async () => {
    await new Promise(setImmediate);
    throw new Error('second');
  },
};

/** Strategies with a function that takes the action, and then continues. */
const PLACES: Record<string, (take: Take, after: (done: never) => unknown) => typeof MoneiStrategy> = {
  verify: (take, after) =>
    class extends MoneiStrategy {
      constructor(options: MoneiStrategyOptions) {
        super(options, function (this: MoneiStrategy, _accessToken, _refreshToken, _profile, done) {
          take(this);
          return after(done as never);
        });
      }
    } as never,
  userProfile: (take, after) =>
    class extends MoneiStrategy {
      override userProfile(_accessToken: string, done: (error?: unknown, profile?: object) => void) {
        take(this);
        return after(done as never) as undefined;
      }
    },
};

describe('Passport’s actions', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let clock: FakeTimers.Clock;
  const takeProfile = async (_accessToken: string, _refreshToken: string, profile: object) => profile;

  beforeEach(async () => {
    clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
    clock.uninstall();
  });

  const appWith = (Subclass: typeof MoneiStrategy) =>
    startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile), {
      routes: ({ express }) => {
        express.get(['/auth', '/callback'], (_req, res) => res.json({ outcome: 'pass' }));
      },
    });

  for (const [place, strategyWith] of Object.entries(PLACES)) {
    for (const [name, { take, status, body }] of Object.entries(ACTIONS)) {
      for (const [what, after] of Object.entries(AFTERWARDS)) {
        it(`${name} from ${place} ends the request, and is the only action if ${place} then ${what}`, async () => {
          app = await appWith(strategyWith(take, after));
          const browser = openBrowser();
          const back = await emulator.authorize((await start(app, browser)).href);
          const response = await browser(back);
          expect(response.status).to.equal(status);
          if (body) expect(await response.json()).to.deep.include(body);

          const before = app.outcomes.length;
          expect(clock.countTimers()).to.equal(0);
          clock.tick(100_000);
          for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
          expect(app.outcomes).to.have.lengthOf(before);
        });
      }
    }
  }

  for (const [name, { take, status, body }] of Object.entries(ACTIONS)) {
    it(`${name} from authorizationParams ends the request that starts a sign-in`, async () => {
      class Subclass extends MoneiStrategy {
        override authorizationParams() {
          take(this);
          return {};
        }
      }
      app = await startApp((url) => new Subclass(optionsFor(emulator, url), takeProfile), {
        routes: ({ express, passport }) => {
          express.get('/plain-auth', passport.authenticate('monei'), (_req, res) => {
            res.json({ outcome: 'success', user: { id: 'first' } });
          });
          express.get('/auth', (_req, res) => res.json({ outcome: 'pass' }));
        },
      });
      const response = await openBrowser()(`${app.url}/${name === 'success' ? 'plain-auth' : 'auth'}`);
      expect(response.status).to.equal(status);
      if (body && name !== 'fail') expect(await response.json()).to.deep.include(body);
    });
  }
});
