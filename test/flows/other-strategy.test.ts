import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { locationOf, openBrowser } from '../helpers/browser.js';
import { comeBack, optionsFor, signIn, start, strategyFor } from '../helpers/flow.js';

describe('a sign-in belongs to the strategy that started it:', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const strict = { requiredScopes: ['wallet:send'], scope: ['wallet:send'] };
  const withStrict = (options: object) =>
    startApp(strategyFor(emulator), {
      routes: ({ express, passport, url }) => {
        const verify = async () => ({ id: 'strict' });
        const one = { ...optionsFor(emulator, `${url}/callback`), ...options };
        passport.use('strict', new MoneiStrategy(one, verify));
        express.get('/strict', (req, res, next) => {
          passport.authenticate('strict', (error: unknown, user: object, info: object) => {
            if (error) return next(error);
            res.json({ outcome: user ? 'success' : 'fail', info });
          })(req, res, next);
        });
      },
    });

  it('[S10] a strict strategy refuses a sign-in of a lax one, and the sign-in stays usable', async () => {
    app = await withStrict(strict);
    const browser = openBrowser();
    const back = await emulator.authorize((await start(app, browser)).href);
    const { info } = await comeBack(back.replace('/callback?', '/strict?'), browser);
    expect(info).to.include({ code: 'invalid_state', reason: 'other_strategy' });
    expect(await comeBack(back, browser)).to.include({ outcome: 'success' });
  });

  it('with a store of the app’s own as well', async () => {
    const kept = new Map<string, unknown>();
    const store = {
      store(_req: object, state: unknown, _meta: object, done: (error: null, handle: string) => void) {
        kept.set('handle', state);
        done(null, 'handle');
      },
      verify: (_req: object, handle: string, done: (error: null, ok: boolean, state: unknown) => void) =>
        done(null, true, kept.get(handle)),
    };
    app = await startApp(strategyFor(emulator, { store }));
    const browser = openBrowser();
    const back = await emulator.authorize((await start(app, browser)).href);
    kept.set('handle', { ...Object(kept.get('handle')), strategy: 'other' });
    expect((await comeBack(back, browser)).info).to.include({ reason: 'other_strategy' });
  });

  it('with a store of the app’s own, on a route that names both strategies', async () => {
    const kept = new Map<string, unknown>();
    const store = {
      store(_req: object, state: unknown, _meta: object, done: (error: null, handle: string) => void) {
        const handle = `handle-${kept.size}`;
        kept.set(handle, state);
        done(null, handle);
      },
      verify(_req: object, handle: string, done: (error: null, ok: boolean, state: unknown) => void) {
        const state = kept.get(handle);
        kept.set(handle, undefined);
        done(null, state !== undefined, state);
      },
    };
    app = await startApp(strategyFor(emulator), {
      routes: ({ express, passport, url }) => {
        const shared = { ...optionsFor(emulator, `${url}/shared/callback`), store };
        passport.use('lite', new MoneiStrategy(shared, async () => ({ id: 'lite' })));
        passport.use('full', new MoneiStrategy({ ...shared, ...strict }, async () => ({ id: 'full' })));
        for (const name of ['lite', 'full']) express.get(`/start/${name}`, passport.authenticate(name));
        const both = passport.authenticate(['full', 'lite']);
        express.get('/shared/callback', both, (req, res) => res.json({ outcome: 'success', user: req.user }));
      },
    });
    for (const id of ['lite', 'full']) {
      const browser = openBrowser();
      const back = await emulator.authorize(locationOf(await browser(`${app.url}/start/${id}`)));
      expect(await comeBack(back, browser)).to.deep.include({ outcome: 'success', user: { id } });
      expect((await browser(back)).status, 'the same callback again').to.equal(403);
    }
  });

  it('two strategies with one redirect URI finish their own sign-ins on a route that names both', async () => {
    const lite = { ...strict, scope: ['wallet:send', 'kyc:read'], requiredScopes: ['kyc:read'] };
    app = await startApp(strategyFor(emulator, strict), {
      routes: ({ express, passport, url }) => {
        const verify = async () => ({ id: 'lite' });
        const options = { ...optionsFor(emulator, `${url}/shared/callback`), ...lite };
        const full = { ...optionsFor(emulator, `${url}/shared/callback`), ...strict };
        passport.use('monei-lite', new MoneiStrategy(options, verify));
        passport.use('monei-full', new MoneiStrategy(full, async () => ({ id: 'full' })));
        for (const name of ['lite', 'full']) {
          express.get(`/start/${name}`, passport.authenticate(`monei-${name}`));
        }
        const both = passport.authenticate(['monei-full', 'monei-lite']);
        express.get('/shared/callback', both, (req, res) => res.json({ outcome: 'success', user: req.user }));
      },
    });
    for (const id of ['lite', 'full']) {
      const browser = openBrowser();
      const back = await emulator.authorize(locationOf(await browser(`${app.url}/start/${id}`)));
      expect(await comeBack(back, browser)).to.deep.include({ outcome: 'success', user: { id } });
    }
  });

  it('the scopes that the callback route requires are required for every sign-in', async () => {
    app = await startApp(strategyFor(emulator, { scope: ['wallet:send'] }), {
      routes: ({ express, passport }) => {
        const options = { requiredScopes: ['wallet:send'], callback: true, session: false };
        express.get('/strict', (req, res, next) => {
          passport.authenticate('monei', options, (error, user, info) => {
            if (error) return next(error);
            res.json({ outcome: user ? 'success' : 'fail', info });
          })(req, res, next);
        });
      },
    });
    const browser = openBrowser();
    const refused = await emulator.authorize((await start(app, browser)).href, { allow: ['profile:read'] });
    const { info } = await comeBack(refused.replace('/callback?', '/strict?'), browser);
    expect(info).to.deep.include({ code: 'missing_scope', missing: ['wallet:send'] });
    expect(await signIn(app, emulator, { allow: ['profile:read'] })).to.include({ outcome: 'success' });
  });
});
