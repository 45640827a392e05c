import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import type { MoneiAuthenticateOptions } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, signIn, start, strategyFor } from '../helpers/flow.js';

/** The options of routes that start a sign-in, by the name in `?as=…`. */
const ROUTES: Record<string, MoneiAuthenticateOptions> = {
  send: { scope: ['wallet:send'] },
  nothing: { scope: [] },
  lax: { requiredScopes: [] },
  'lax-send': { scope: ['wallet:send'], requiredScopes: [] },
  strict: { scope: ['wallet:send'], requiredScopes: ['wallet:send'] },
  mistaken: { scope: ['wallet:send'], requiredScopes: ['kyc:read'] },
};

describe('the required scopes of a strategy', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;

  beforeEach(async () => {
    emulator = await startEmulator();
    app = await startApp(
      strategyFor(emulator, { scope: ['wallet:read', 'kyc:read'], requiredScopes: ['wallet:read'] }),
      {
        authenticateOptions: (name) => ROUTES[name] ?? {},
        routes: ({ express, passport }) => {
          express.get('/lax-callback', (req, res, next) => {
            const options = { callback: true, requiredScopes: [] };
            passport.authenticate('monei', options, (error, user, info) => {
              if (error) return next(error);
              res.json({ outcome: user ? 'success' : 'fail', info });
            })(req, res, next);
          });
        },
      },
    );
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const requested: Record<string, string> = {
    '': 'profile:read wallet:read kyc:read',
    send: 'profile:read wallet:read wallet:send',
    nothing: 'profile:read wallet:read',
    lax: 'profile:read wallet:read kyc:read',
    'lax-send': 'profile:read wallet:read wallet:send',
    strict: 'profile:read wallet:read wallet:send',
  };
  for (const [as, scope] of Object.entries(requested)) {
    it(`are requested and required on the route ${JSON.stringify(ROUTES[as] ?? {})}`, async () => {
      const browser = openBrowser();
      const asked = await start(app, browser, as);
      expect(asked.searchParams.get('scope')).to.equal(scope);
      const back = await emulator.authorize(asked.href, { allow: ['profile:read', 'wallet:send'] });
      const { status, info } = await comeBack(back, browser);
      expect(status).to.equal(403);
      expect(info).to.deep.include({ code: 'missing_scope', missing: ['wallet:read'] });
    });
  }

  it('apply to a callback route with an empty list of its own', async () => {
    const browser = openBrowser();
    const asked = await start(app, browser, 'lax');
    const back = await emulator.authorize(asked.href, { allow: ['profile:read'] });
    const { info } = await comeBack(back.replace('/callback?', '/lax-callback?'), browser);
    expect(info).to.deep.include({ code: 'missing_scope', missing: ['wallet:read'] });
  });

  it('apply in addition to those of the route', async () => {
    const { info } = await signIn(app, emulator, { allow: ['profile:read'] }, { as: 'strict' });
    expect(info).to.deep.include({ missing: ['wallet:read', 'wallet:send'] });
  });

  it('accept a user who granted them before and now grants one more', async () => {
    const browser = openBrowser();
    await signIn(app, emulator, { allow: ['profile:read', 'wallet:read'] }, { browser });
    const { outcome, user } = await signIn(app, emulator, {}, { browser, as: 'strict' });
    expect(outcome).to.equal('success');
    expect(user)
      .to.have.nested.property('grant.granted')
      .that.includes.members(['wallet:read', 'wallet:send']);
  });

  it('do not allow a route to require a scope that it does not request, which is a TypeError', async () => {
    const { status, error } = await comeBack(`${app.url}/auth?as=mistaken`, openBrowser());
    expect(status).to.equal(500);
    expect(error).to.include({ name: 'TypeError' });
    expect(error?.message).to.include('`requiredScopes` names kyc:read');
  });
});
