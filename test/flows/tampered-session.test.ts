import { expect } from 'chai';
import type { RequestHandler } from 'express';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, start, strategyFor } from '../helpers/flow.js';

/** Where the parts of a pending authorization lie. */
const PLACES = { handle: 0, expires: 1, requested: 2, required: 3, callbackURL: 4 };

type Change = Partial<Record<keyof typeof PLACES, unknown>>;

/** As with cookies that nobody signed: what lies in the session is the browser's to choose. */
describe('[S14] a session that was tampered with', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let tamper: (entry: unknown[]) => void;

  const tampering: RequestHandler = (req, _res, next) => {
    const slot = (req.session as unknown as Record<string, { pending?: unknown[][] }>)['oauth2:127.0.0.1'];
    for (const entry of slot?.pending ?? []) tamper(entry);
    next();
  };

  beforeEach(async () => {
    emulator = await startEmulator();
    app = await startApp(strategyFor(emulator), { middleware: [tampering] });
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const signInTampered = async (change: Change, allow?: []) => {
    tamper = (entry) => {
      for (const [what, value] of Object.entries(change)) entry[PLACES[what as keyof Change]] = value;
    };
    const browser = openBrowser();
    const asked = await start(app, browser);
    return comeBack(await emulator.authorize(asked.href, allow ? { allow } : {}), browser);
  };

  it('can’t make the profile be read without the scope for it', async () => {
    const { info } = await signInTampered({ required: '' }, []);
    expect(info).to.deep.include({ code: 'missing_scope', missing: ['profile:read'] });
  });

  const cases: [name: string, change: Change, outcome: string][] = [
    [
      'another callback URL is refused by Monei',
      { callbackURL: 'http://localhost/elsewhere' },
      'bad_request',
    ],
    ['a callback URL that is none is refused by Monei', { callbackURL: '' }, 'bad_request'],
    ['scopes that are no text make it unknown', { requested: ['profile:read'] }, 'invalid_state'],
    ['an expiry that is no number makes it unknown', { expires: '9e99' }, 'invalid_state'],
    ['another state makes the one that came back unknown', { handle: 'h' }, 'invalid_state'],
    ['scopes that nobody has are missing', { requested: '__proto__', required: '0' }, 'missing_scope'],
  ];
  for (const [name, change, expected] of cases) {
    it(`is answered once: ${name}`, async () => {
      const { info, error } = await signInTampered(change);
      expect(info?.code ?? error?.code).to.equal(expected);
      expect(app.outcomes).to.have.lengthOf(1);
    });
  }
});
