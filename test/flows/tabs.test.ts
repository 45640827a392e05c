import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { comeBack, signIn, start, strategyFor } from '../helpers/flow.js';

describe('several tabs of one browser', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let browser: Browser;

  beforeEach(async () => {
    emulator = await startEmulator();
    app = await startApp(strategyFor(emulator), {
      authenticateOptions: (name) =>
        ({
          bills: { scope: ['bills:pay'], state: 'bills' },
          send: { scope: ['wallet:send'], requiredScopes: ['wallet:send'], state: { tab: 'send' } },
        })[name] ?? {},
    });
    browser = openBrowser();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  for (const order of [
    ['bills', 'send'],
    ['send', 'bills'],
  ] as const) {
    it(`finish in any order if they link accounts, each with its requested scopes: ${order.join(', then ')}`, async () => {
      await signIn(app, emulator, {}, { browser });
      const asked = {
        bills: await start(app, browser, 'bills'),
        send: await start(app, browser, 'send'),
      };
      app.express.get('/linked', app.passport.authorize('monei', { callback: true }), (req, res) => {
        const { account, authInfo } = req as typeof req & { account?: unknown };
        res.json({ outcome: 'success', user: account, authInfo });
      });
      const expected = {
        bills: { authInfo: { state: 'bills' }, requested: ['profile:read', 'bills:pay'] },
        send: { authInfo: { state: { tab: 'send' } }, requested: ['profile:read', 'wallet:send'] },
      };
      for (const tab of order) {
        const back = await emulator.authorize(asked[tab].href);
        const outcome = await comeBack(back.replace('/callback?', '/linked?'), browser);
        const { authInfo, requested } = expected[tab];
        expect(outcome).to.deep.include({ outcome: 'success', authInfo });
        expect(outcome.user).to.have.nested.property('grant.requested').that.deep.equals(requested);
      }
    });
  }

  it('end in invalid_state after the first one has logged the user in', async () => {
    const [one, two] = [await start(app, browser), await start(app, browser)];
    const first = await comeBack(await emulator.authorize(one.href), browser);
    expect(first).to.include({ outcome: 'success' });
    const { status, info } = await comeBack(await emulator.authorize(two.href), browser);
    expect([status, info?.code]).to.deep.equal([403, 'invalid_state']);
    const whoami = (await (await browser(`${app.url}/whoami`)).json()) as { user: unknown };
    expect(whoami.user).to.deep.equal(first.user);
  });

  it('keep their own required scopes', async () => {
    const bills = await start(app, browser, 'bills');
    const send = await start(app, browser, 'send');
    const refused = await comeBack(await emulator.authorize(send.href, { allow: ['profile:read'] }), browser);
    expect(refused.info).to.deep.include({ code: 'missing_scope', missing: ['wallet:send'] });
    const partial = await comeBack(await emulator.authorize(bills.href, { allow: [] }), browser);
    expect(partial).to.include({ outcome: 'success' });
  });

  it('do not end each other if one is refused, is forged or lacks a scope', async () => {
    const one = await start(app, browser);
    const two = await start(app, browser);
    const three = await start(app, browser);
    await comeBack(await emulator.authorize(two.href, { deny: true }), browser);
    await comeBack(`${app.callbackURL}?code=forged&state=forged`, browser);
    const lacking = await emulator.authorize(three.href, { allow: [] });
    expect((await comeBack(lacking, browser)).info).to.include({ code: 'missing_scope' });
    expect((await comeBack(lacking, browser)).info).to.include({ code: 'invalid_state' });
    expect(await comeBack(await emulator.authorize(one.href), browser)).to.include({ outcome: 'success' });
  });

  it('can be ten at a time, and an eleventh replaces the first one', async () => {
    const tabs: URL[] = [];
    for (let i = 0; i < 11; i++) tabs.push(await start(app, browser, 'send'));
    const codes: unknown[] = [];
    for (const tab of tabs) {
      const { info } = await comeBack(await emulator.authorize(tab.href, { deny: true }), browser);
      codes.push(info?.code);
    }
    expect(codes).to.deep.equal(['invalid_state', ...Array(10).fill('access_denied')]);
  });

  it('of another browser belong to another session, and are unknown here', async () => {
    const elsewhere = await start(app, openBrowser());
    await start(app, browser);
    const back = await emulator.authorize(elsewhere.href);
    expect((await comeBack(back, browser)).info).to.include({ code: 'invalid_state' });
  });

  it('leave no data in the session', async () => {
    const sessions: unknown[] = [];
    app.express.get('/session', (req, res) => res.json(req.session));
    const tabs = [await start(app, browser), await start(app, browser)];
    const peek = async () => Object.keys((await (await browser(`${app.url}/session`)).json()) as object);
    sessions.push(await peek());
    for (const tab of tabs) await comeBack(await emulator.authorize(tab.href), browser);
    sessions.push(await peek());
    expect(sessions).to.deep.equal([
      ['cookie', 'oauth2:127.0.0.1'],
      ['cookie', 'passport'],
    ]);
  });
});
