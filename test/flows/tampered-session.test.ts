import { expect } from 'chai';
import type { RequestHandler } from 'express';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, start, strategyFor } from '../helpers/flow.js';

type Change = Record<string, unknown>;

/** The browser can choose the content of a session in an unsigned cookie. */
describe('[S14] a session that was tampered with', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let tamper: (entry: object) => void;

  const tampering: RequestHandler = (req, _res, next) => {
    const slot = (req.session as unknown as Record<string, { pending?: object[] }>)['oauth2:127.0.0.1'];
    for (const entry of slot?.pending ?? []) tamper(entry);
    next();
  };

  beforeEach(async () => {
    emulator = await startEmulator();
    app = await startApp(strategyFor(emulator, { scope: ['wallet:read'], requiredScopes: ['wallet:read'] }), {
      middleware: [tampering],
    });
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const signInTampered = async (change: Change, allow?: []) => {
    tamper = (entry) => {
      Object.assign(entry, change);
    };
    const browser = openBrowser();
    const asked = await start(app, browser);
    return comeBack(await emulator.authorize(asked.href, allow ? { allow } : {}), browser);
  };

  it('[S50] can’t remove the required scopes of the strategy', async () => {
    const { info } = await signInTampered({ required: '', scope: 'bills:pay' }, []);
    expect(info).to.deep.include({ code: 'missing_scope', missing: ['profile:read', 'wallet:read'] });
  });

  const cases: [name: string, change: Change, outcome: string][] = [
    ['another callback URL is refused by Monei', { callbackURL: 'http://localhost/callback' }, 'bad_request'],
    ['an empty callbackURL belongs to no route', { callbackURL: '' }, 'invalid_state'],
    ['scopes of another type make it unknown', { scope: ['profile:read'] }, 'invalid_state'],
    ['an expiry of another type makes it unknown', { expires: '9e99' }, 'invalid_state'],
    ['another state makes the state of the callback unknown', { handle: 'h' }, 'invalid_state'],
    ['another user can’t finish it', { user: 'u' }, 'invalid_state'],
    ['unknown scopes are missing', { scope: '__proto__', required: '__proto__' }, 'missing_scope'],
  ];
  for (const [name, change, expected] of cases) {
    it(`takes exactly one action: ${name}`, async () => {
      const { info, error } = await signInTampered(change);
      expect(info?.code ?? error?.code).to.equal(expected);
      expect(app.outcomes).to.have.lengthOf(1);
    });
  }
});
