import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { comeBack, start, strategyFor } from '../helpers/flow.js';

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
  ]) {
    it(`finish in any order, each with what it asked for: ${order.join(', then ')}`, async () => {
      const asked: Record<string, URL> = {
        bills: await start(app, browser, 'bills'),
        send: await start(app, browser, 'send'),
      };
      const outcomes: Record<string, Awaited<ReturnType<typeof comeBack>>> = {};
      // The first one logs the user in, and Passport regenerates the session then.
      for (const tab of order) {
        outcomes[tab] = await comeBack(await emulator.authorize(String(asked[tab])), browser);
      }
      expect(outcomes.bills).to.include({ status: 200, outcome: 'success' });
      expect(outcomes.bills?.authInfo).to.deep.equal({ state: 'bills' });
      expect(outcomes.bills?.user)
        .to.have.nested.property('grant.requested')
        .that.deep.equals(['profile:read', 'bills:pay']);
      expect(outcomes.send).to.include({ status: 200, outcome: 'success' });
      expect(outcomes.send?.authInfo).to.deep.equal({ state: { tab: 'send' } });
      expect(outcomes.send?.user)
        .to.have.nested.property('grant.requested')
        .that.deep.equals(['profile:read', 'wallet:send']);
    });
  }

  it('keep their own required scopes', async () => {
    const bills = await start(app, browser, 'bills');
    const send = await start(app, browser, 'send');
    const refused = await comeBack(await emulator.authorize(send.href, { allow: ['profile:read'] }), browser);
    expect(refused.info).to.deep.include({ code: 'missing_scope', missing: ['wallet:send'] });
    const partial = await comeBack(await emulator.authorize(bills.href, { allow: [] }), browser);
    expect(partial).to.include({ outcome: 'success' });
  });

  it('do not close each other when one is refused, forged or finished', async () => {
    const one = await start(app, browser);
    const two = await start(app, browser);
    const three = await start(app, browser);
    await comeBack(await emulator.authorize(two.href, { deny: true }), browser);
    await comeBack(`${app.callbackURL}?code=forged&state=forged`, browser);
    const finished = await emulator.authorize(three.href);
    expect(await comeBack(finished, browser)).to.include({ outcome: 'success' });
    expect((await comeBack(finished, browser)).info).to.include({ code: 'invalid_state' });
    expect(await comeBack(await emulator.authorize(one.href), browser)).to.include({ outcome: 'success' });
  });

  it('may be ten, of which all can be finished; an eleventh pushes the first one out', async () => {
    const tabs: URL[] = [];
    for (let i = 0; i < 11; i++) tabs.push(await start(app, browser, 'send'));
    const outcomes: unknown[] = [];
    for (const tab of tabs) {
      const { outcome, info } = await comeBack(await emulator.authorize(tab.href), browser);
      outcomes.push(info?.code ?? outcome);
    }
    expect(outcomes).to.deep.equal(['invalid_state', ...Array(10).fill('success')]);
  });

  it('in another browser are another session: their states are unknown here', async () => {
    const elsewhere = await start(app, openBrowser());
    await start(app, browser);
    const back = await emulator.authorize(elsewhere.href);
    expect((await comeBack(back, browser)).info).to.include({ code: 'invalid_state' });
  });

  it('leave nothing behind in the session', async () => {
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
