import { expect } from 'chai';
import type { RequestHandler } from 'express';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import type { MoneiStrategyOptions } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { type Browser, locationOf, openBrowser } from '../helpers/browser.js';
import { CountingAgent } from '../helpers/counting-agent.js';
import { comeBack, start, strategyFor } from '../helpers/flow.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';

/** Attacks of RFC 9700 that no other file here tests. SECURITY.md lists all tests of attacks. */
describe('an attacker', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;
  let victim: Browser;
  let attacker: Browser;
  /** Opens a connection for every request to Monei, and counts the connections. */
  let agent: CountingAgent;

  beforeEach(async () => {
    emulator = await startEmulator();
    victim = openBrowser();
    attacker = openBrowser();
    agent = new CountingAgent();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const open = async (options: Partial<MoneiStrategyOptions> = {}, middleware: RequestHandler[] = []) => {
    app = await startApp(strategyFor(emulator, { agent, ...options }), {
      middleware,
      // Parses the body, as most apps do.
      routes: (made) =>
        made.express.get('/sign-in', made.passport.authenticate('monei', { pkce: false } as object)),
    });
  };
  const callback = (query: Record<string, string>) => `${app.callbackURL}?${new URLSearchParams(query)}`;
  const parameter = (url: string, name: string) => new URL(url).searchParams.get(name) ?? '';
  const stateFor = async (browser: Browser) => parameter((await start(app, browser)).href, 'state');

  describe('with PKCE on', () => {
    it('[S4] can’t use a stolen code in a sign-in of their own', async () => {
      await open({ pkce: true });
      const stolen = await emulator.authorize((await start(app, victim)).href);
      const forged = callback({ code: parameter(stolen, 'code'), state: await stateFor(attacker) });
      const { outcome, error } = await comeBack(forged, attacker);
      expect([outcome, error?.code]).to.deep.equal(['error', 'bad_request']);
      // Monei refused the verifier and did not use up the code: it still works for the victim.
      expect(await comeBack(stolen, victim)).to.include({ outcome: 'success' });
    });

    it('[S6] can’t remove, weaken or choose the challenge with parameters of the request', async () => {
      await open({ pkce: true });
      const said = 'pkce=false&code_challenge=chosen&code_challenge_method=plain&code_verifier=chosen';
      const asked = new URL(locationOf(await victim(`${app.url}/sign-in?${said}`))).searchParams;
      expect(asked.getAll('code_challenge_method')).to.deep.equal(['S256']);
      expect(asked.getAll('code_challenge').map((challenge) => challenge.length)).to.deep.equal([43]);
    });

    it('[S7] can remove the challenge from the URL, but not the verifier from the exchange, so Monei can refuse it', async () => {
      const api = await startLoopbackServer((_request, response) => response.writeHead(400).end('{}'));
      try {
        await open({ pkce: true, tokenURL: `${api.url}/token` });
        const asked = await start(app, victim);
        asked.searchParams.delete('code_challenge');
        asked.searchParams.delete('code_challenge_method');
        await comeBack(await emulator.authorize(asked.href), victim);
        expect(JSON.parse(api.seen[0]?.body ?? '').code_verifier).to.have.lengthOf(43);
      } finally {
        await api.close();
      }
    });

    it('[S8] can’t finish a sign-in whose session lost the verifier, and no request is sent to Monei', async () => {
      const forget: RequestHandler = (req, _res, next) => {
        const { pending = [] } = Object(Object(req.session)['oauth2:127.0.0.1']) as {
          pending?: { verifier?: string }[];
        };
        for (const entry of pending) delete entry.verifier;
        next();
      };
      await open({ pkce: true }, [forget]);
      const { outcome, error } = await comeBack(
        await emulator.authorize((await start(app, victim)).href),
        victim,
      );
      expect(outcome).to.equal('error');
      expect(error?.message).to.include('code verifier');
      expect(agent.used).to.equal(0);
    });
  });

  it('[S15] can’t make the app redirect to another site, or change the redirect URI', async () => {
    await open({ callbackURL: '/callback' });
    const evil = 'https://evil.example/';
    const names = ['callbackURL', 'redirect_uri', 'authorizationURL', 'returnTo', 'successRedirect', 'iss'];
    const said = new URLSearchParams(Object.fromEntries(names.map((name) => [name, evil])));
    const headers = {
      referer: evil,
      forwarded: 'host=evil.example;proto=https',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    const asked = new URL(locationOf(await victim(`${app.url}/sign-in?${said}`, { headers })));
    expect(asked.origin + asked.pathname).to.equal(emulator.endpoints.authorizationURL);
    expect(asked.searchParams.getAll('redirect_uri')).to.deep.equal([app.callbackURL]);
    expect(asked.href).to.not.include('evil.example');

    const state = parameter(asked.href, 'state');
    const answered = await victim(callback({ error: 'server_error', error_uri: evil, state }), { headers });
    expect(answered.headers.get('location')).to.equal(null);
    expect(await answered.text()).to.not.include('evil.example');
  });

  describe('who finds a used callback URL in a Referer, a history or a log,', () => {
    const endings: [name: string, options: Partial<MoneiStrategyOptions>, outcome: string][] = [
      ['with a login', {}, 'success'],
      ['without a required scope', { scope: ['kyc:read'], requiredScopes: ['kyc:read'] }, 'fail'],
      ['with an error of Monei’s API', { userProfileURL: 'http://127.0.0.1:1/closed-port' }, 'error'],
    ];
    for (const [name, options, outcome] of endings) {
      it(`[S19] can’t use it if the sign-in ended ${name}`, async () => {
        await open(options);
        const back = await emulator.authorize((await start(app, victim)).href, { allow: ['profile:read'] });
        expect(await comeBack(back, victim)).to.include({ outcome });
        const called = agent.used;
        const [code, state] = [parameter(back, 'code'), await stateFor(attacker)];
        for (const [browser, url] of [
          [attacker, back],
          [victim, back],
        ] as const) {
          const { status, info } = await comeBack(url, browser);
          expect([status, info?.code]).to.deep.equal([403, 'invalid_state']);
        }
        expect(agent.used).to.equal(called);
        // The code does not work in a sign-in of their own, either.
        const { error } = await comeBack(callback({ code, state }), attacker);
        expect(error?.code).to.equal('bad_request');
      });
    }
  });

  it('[S20] finds no token and no secret in the URLs that the browser visits', async () => {
    await open({ pkce: true, scope: ['wallet:read'] });
    const asked = await start(app, victim);
    const back = await emulator.authorize(asked.href);
    const answered = await victim(back);
    expect(answered.status).to.equal(200);
    const addresses = [asked.href, back, answered.headers.get('location') ?? ''];
    for (const address of addresses) expect(address).to.not.match(/mc[str]_|verifier/);
  });

  it('[S28] can’t sign in with a token in the callback URL', async () => {
    await open();
    const token = { access_token: 'mct_of_another_app', token_type: 'Bearer', scopes: 'profile:read' };
    const { status, info } = await comeBack(callback({ ...token, state: await stateFor(victim) }), victim);
    expect([status, info?.code]).to.deep.equal([400, 'invalid_callback']);
    const asked = new URL(locationOf(await victim(callback(token))));
    expect(asked.searchParams.get('response_type')).to.equal('code');
    expect(agent.used).to.equal(0);
  });
});
