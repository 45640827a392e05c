import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import type { MoneiStateStore, MoneiStrategyOptions } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, signIn, start, strategyFor } from '../helpers/flow.js';

describe('a code or an error', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const open = async (options: Partial<MoneiStrategyOptions> = {}) => {
    app = await startApp(strategyFor(emulator, options), {
      routes: ({ express, passport }) => {
        for (const callback of [false, true]) {
          express.get(`/elsewhere/${callback}`, (req, res, next) => {
            passport.authenticate('monei', { callback }, (error, user, info, status) => {
              if (error) return next(error);
              res.status(Number(status ?? 200)).json({ outcome: user ? 'success' : 'fail', info });
            })(req, res, next);
          });
        }
      },
    });
  };
  const elsewhere = (back: string, callback = false) => back.replace('/callback?', `/elsewhere/${callback}?`);

  for (const consent of [{}, { deny: true }]) {
    it(`[S46] is refused on another route, and the sign-in stays usable: ${JSON.stringify(consent)}`, async () => {
      await open();
      const browser = openBrowser();
      const back = await emulator.authorize((await start(app, browser)).href, consent);
      const { status, info } = await comeBack(elsewhere(back), browser);
      expect(status).to.equal(403);
      expect(info).to.include({ code: 'invalid_state', reason: 'other_route' });
      const finished = await comeBack(back, browser);
      expect(finished.info?.code ?? finished.outcome).to.equal(consent.deny ? 'access_denied' : 'success');
    });
  }

  it('is accepted on any route with `callback: true`', async () => {
    await open();
    const browser = openBrowser();
    const back = await emulator.authorize((await start(app, browser)).href);
    expect(await comeBack(elsewhere(back, true), browser)).to.include({ status: 200, outcome: 'success' });
  });

  it('is required with `callback: true`, because such a route does not start sign-ins', async () => {
    await open();
    for (const query of ['', '?returnTo=/']) {
      const { status, info } = await comeBack(`${app.url}/elsewhere/true${query}`, openBrowser());
      expect([status, info?.code]).to.deep.equal([400, 'invalid_callback']);
    }
  });

  type Stored = (error: null, state: string) => void;
  type Verified = (error: null, ok: boolean, state?: unknown) => void;
  const storeWith = (carries: boolean, calls: string[] = []): MoneiStateStore => {
    let kept: unknown;
    const verify = (_req: object, _state: string, done: Verified) => {
      calls.push('verify');
      done(null, true, kept);
    };
    if (!carries) return { store: (_req: object, done: Stored) => done(null, 'handle'), verify };
    const store = (_req: object, state: unknown, _meta: object, done: Stored) => {
      kept = state;
      done(null, 'handle');
    };
    return { store, verify };
  };

  it('is refused on another route before a store of two parameters is called', async () => {
    const calls: string[] = [];
    await open({ store: storeWith(false, calls) });
    const browser = openBrowser();
    const back = await emulator.authorize((await start(app, browser)).href);
    expect((await comeBack(elsewhere(back), browser)).info).to.include({ reason: 'other_route' });
    expect(calls).to.deep.equal([]);
    expect(await comeBack(back, browser)).to.include({ outcome: 'success' });
  });

  it('is refused on another route after a store of four parameters returned the sign-in', async () => {
    await open({ store: storeWith(true) });
    const browser = openBrowser();
    const back = await emulator.authorize((await start(app, browser)).href);
    expect((await comeBack(elsewhere(back), browser)).info).to.include({ reason: 'other_route' });
  });

  for (const carries of [false, true]) {
    it(`finishes a sign-in whose callbackURL is a path, with a store of ${carries ? 'four' : 'two'} parameters`, async () => {
      app = await startApp(() => strategyFor(emulator, { store: storeWith(carries) })('/callback'));
      expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
    });
  }
});
