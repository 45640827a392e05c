import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, optionsFor, start } from '../helpers/flow.js';

describe('the channel passport-monei of node:diagnostics_channel', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let events: { step: string; [field: string]: unknown }[];
  const listen = (event: unknown) => events.push(event as (typeof events)[number]);

  beforeEach(async () => {
    events = [];
    emulator = await startEmulator();
    subscribe('passport-monei', listen);
  });
  afterEach(async () => {
    unsubscribe('passport-monei', listen);
    await app.close();
    await emulator.close();
  });

  it('publishes each step of a sign-in, without secrets and personal data', async () => {
    app = await startApp(
      (url) =>
        new MoneiStrategy(
          { ...optionsFor(emulator, url), scope: ['wallet:read', 'wallet:red'] },
          async (_a, _r, profile) => profile,
        ),
    );
    const browser = openBrowser();
    const asked = await start(app, browser);
    const back = await emulator.authorize(asked.href, { allow: ['profile:read'] }).catch(() => undefined);
    if (back) await comeBack(back, browser);
    const names = events.map(({ step }) => step);
    expect(names.slice(0, 2)).to.deep.equal(['request', 'begin']);
    expect(events[1]).to.deep.include({ unknown: ['wallet:red'] });
    expect(JSON.stringify(events)).to.not.match(/mc[srt]_|@/);
  });

  it('publishes the steps of a whole sign-in in order', async () => {
    app = await startApp(
      (url) => new MoneiStrategy(optionsFor(emulator, url), async (_a, _r, { id }) => ({ id })),
    );
    const browser = openBrowser();
    const asked = await start(app, browser);
    const back = await emulator.authorize(asked.href);
    await comeBack(back, browser);
    await comeBack(back, browser);
    expect(
      events.map(({ step, status, reason, outcome }) => [step, status ?? reason ?? outcome]),
    ).to.deep.equal([
      ['request', undefined],
      ['begin', undefined],
      ['request', undefined],
      ['state', undefined],
      ['call', 200],
      ['grant', undefined],
      ['call', 200],
      ['verify', 'user'],
      ['request', undefined],
      ['state', 'no_sign_in'],
    ]);
    const durations = events.filter(({ step }) => ['call', 'verify'].includes(step));
    for (const { milliseconds } of durations) expect(milliseconds).to.be.a('number').within(0, 10_000);
    const state = asked.searchParams.get('state') ?? '';
    const code = new URL(back).searchParams.get('code') ?? '';
    for (const secret of [state, code, 'mcs_', 'mct_', 'mcr_', '64b7f0c2a1d94e0012ab34cd', '@']) {
      expect(JSON.stringify(events)).to.not.include(secret);
    }
  });

  it('publishes both paths, but not the code, if a code comes to another route', async () => {
    app = await startApp(
      (url) => new MoneiStrategy(optionsFor(emulator, url), async (_a, _r, { id }) => ({ id })),
    );
    const browser = openBrowser();
    const back = await emulator.authorize((await start(app, browser)).href);
    await browser(back.replace('/callback?', '/plain?'));
    expect(events.at(-1)).to.deep.equal({
      step: 'state',
      reason: 'other_route',
      host: new URL(app.url).host,
      path: '/plain',
      callbackPath: '/callback',
    });
  });

  it('publishes that Monei can’t be reached', async () => {
    app = await startApp(
      (url) =>
        new MoneiStrategy({ ...optionsFor(emulator, url), tokenURL: 'http://localhost:1' }, async () => ({})),
    );
    const browser = openBrowser();
    await comeBack(await emulator.authorize((await start(app, browser)).href), browser);
    expect(events.at(-1)).to.include({ step: 'call', endpoint: 'token', failure: 'network' });
  });

  it('publishes that verify failed', async () => {
    app = await startApp(
      (url) =>
        new MoneiStrategy(optionsFor(emulator, url), async () => {
          throw new Error('boom');
        }),
    );
    const browser = openBrowser();
    await comeBack(await emulator.authorize((await start(app, browser)).href), browser);
    expect(events.at(-1)).to.include({ step: 'verify', outcome: 'error' });
  });

  it('publishes that verify found no user', async () => {
    app = await startApp((url) => new MoneiStrategy(optionsFor(emulator, url), async () => null));
    const browser = openBrowser();
    await comeBack(await emulator.authorize((await start(app, browser)).href), browser);
    expect(events.at(-1)).to.include({ step: 'verify', outcome: 'no user' });
  });
});
