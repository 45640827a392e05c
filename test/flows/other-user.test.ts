import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import type { MoneiStateStore } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { comeBack, signIn, start, strategyFor } from '../helpers/flow.js';

/** Users in the session before and after a change that is not a login. */
const UNCHANGED: Record<string, [before: unknown, after: unknown]> = {
  'no user': [undefined, undefined],
  'an empty object in place of no user': [undefined, {}],
  'an id': ['ada', 'ada'],
  'a user with another `lastSeen`': [
    { id: 'ada', lastSeen: 1 },
    { id: 'ada', lastSeen: 2 },
  ],
  'a user with `_id`': [{ _id: 'ada', lastSeen: 1 }, { _id: 'ada' }],
};
const CHANGED: Record<string, [before: unknown, after: unknown]> = {
  'a login': [undefined, 'ada'],
  'a logout': ['ada', undefined],
  'a logout that leaves an empty object': ['ada', {}],
  'a login of another user': [{ id: 'ada' }, { id: 'obi' }],
};

describe('a pending sign-in belongs to the user who was signed in at its start:', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let browser: Browser;

  beforeEach(async () => {
    emulator = await startEmulator();
    browser = openBrowser();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  type Stored = (error: null, state: string) => void;
  type Verified = (error: null, ok: boolean, state: unknown) => void;
  const kept = new Map<string, unknown>();
  const carrying: MoneiStateStore = {
    store(_req: object, state: unknown, _meta: object, done: Stored) {
      kept.set('handle', state);
      done(null, 'handle');
    },
    verify: (_req: object, handle: string, done: Verified) => done(null, true, kept.get(handle)),
  };

  /** Keeps the session, and changes its user between the start and the callback. */
  const outcomeWith = async ([before, after]: [unknown, unknown], store?: MoneiStateStore) => {
    let user = before;
    app = await startApp(strategyFor(emulator, store && { store }), {
      middleware: [
        (req, _res, next) => {
          Object.assign(req.session, { passport: { user } });
          next();
        },
      ],
    });
    const back = await emulator.authorize((await start(app, browser)).href);
    user = after;
    return comeBack(back, browser);
  };

  for (const [where, store] of Object.entries({ session: undefined, 'store of the app': carrying })) {
    for (const [name, users] of Object.entries(UNCHANGED)) {
      it(`finishes with ${name}, from the ${where}`, async () => {
        expect(await outcomeWith(users, store)).to.include({ outcome: 'success' });
      });
    }
    for (const [name, users] of Object.entries(CHANGED)) {
      it(`[S11] ends in other_user after ${name}, from the ${where}`, async () => {
        const { status, info } = await outcomeWith(users, store);
        expect(status).to.equal(403);
        expect(info).to.include({ code: 'invalid_state', reason: 'other_user' });
      });
    }
  }

  it('is used up after it has ended in other_user', async () => {
    let user: string | undefined;
    app = await startApp(strategyFor(emulator), {
      middleware: [
        (req, _res, next) => {
          Object.assign(req.session, { passport: { user } });
          next();
        },
      ],
    });
    const back = await emulator.authorize((await start(app, browser)).href);
    user = 'ada';
    expect((await comeBack(back, browser)).info).to.include({ reason: 'other_user' });
    user = undefined;
    expect((await comeBack(back, browser)).info).to.include({ reason: 'no_sign_in' });
  });

  it('finishes for another user with a store of two parameters, which carries no user', async () => {
    const store: MoneiStateStore = {
      store: (_req: object, done: Stored) => done(null, 'handle'),
      verify: (_req: object, _state: string, done: Verified) => done(null, true, undefined),
    };
    expect(await outcomeWith([undefined, 'ada'], store)).to.include({ outcome: 'success' });
  });

  it('does not let a planted sign-in replace the user who logged in with Monei', async () => {
    app = await startApp(strategyFor(emulator));
    const planted = await emulator.authorize((await start(app, browser)).href);
    const own = await signIn(app, emulator, {}, { browser });
    expect(own).to.include({ outcome: 'success' });
    expect((await comeBack(planted, browser)).info).to.include({ code: 'invalid_state' });
  });
});
