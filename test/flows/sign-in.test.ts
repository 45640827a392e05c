import { once } from 'node:events';
import { get } from 'node:http';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy, type MoneiVerifyFunctionWithParams } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, optionsFor, signIn, start, strategyFor } from '../helpers/flow.js';

describe('a sign-in', () => {
  let emulator: MoneiEmulator;
  let app: TestApp | undefined;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await emulator.close();
  });

  it('redirects to Monei with the scopes, profile:read first and without duplicates', async () => {
    app = await startApp(
      strategyFor(emulator, { scope: ['wallet:read', 'profile:read', 'wallet:read', 'bills:pay'] }),
    );
    const asked = await start(app);
    expect(asked.origin + asked.pathname).to.equal(emulator.endpoints.authorizationURL);
    expect(Object.fromEntries(asked.searchParams)).to.deep.include({
      response_type: 'code',
      client_id: 'mc_emulator',
      redirect_uri: app.callbackURL,
      scope: 'profile:read wallet:read bills:pay',
    });
    expect(asked.searchParams.get('state')).to.have.lengthOf.at.least(22);
  });

  it('redirects to monei.cc by default', async () => {
    app = await startApp(
      (callbackURL) => new MoneiStrategy({ clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL }, () => {}),
    );
    const asked = await start(app);
    expect(asked.origin + asked.pathname).to.equal('https://monei.cc/connect/authorize');
    expect(asked.searchParams.get('scope')).to.equal('profile:read');
  });

  it('passes the profile and the grant to verify if the user grants everything', async () => {
    app = await startApp(strategyFor(emulator, { scope: 'wallet:read wallet:send' }));
    expect(await signIn(app, emulator)).to.deep.equal({
      status: 200,
      outcome: 'success',
      user: {
        provider: 'monei',
        id: '64b7f0c2a1d94e0012ab34cd',
        displayName: 'Adébáyọ̀ Ọlá',
        name: { givenName: 'Adébáyọ̀', familyName: 'Ọlá' },
        emails: [{ value: 'adebayo@example.com' }],
        phoneNumbers: [{ value: '+2348012345678' }],
        grant: {
          requested: ['profile:read', 'wallet:read', 'wallet:send'],
          granted: ['profile:read', 'wallet:read', 'wallet:send'],
          missing: [],
          unrequested: [],
          partial: false,
        },
      },
      authInfo: {},
    });
  });

  it('reports the missing scopes if the user grants a part', async () => {
    app = await startApp(strategyFor(emulator, { scope: ['wallet:read', 'wallet:send'] }));
    const { user } = await signIn(app, emulator, { allow: ['profile:read', 'wallet:read'] });
    expect(user)
      .to.have.property('grant')
      .that.deep.equals({
        requested: ['profile:read', 'wallet:read', 'wallet:send'],
        granted: ['profile:read', 'wallet:read'],
        missing: ['wallet:send'],
        unrequested: [],
        partial: true,
      });
  });

  it('requests one more scope later, and reports the others that the token has', async () => {
    app = await startApp(strategyFor(emulator, { scope: ['wallet:read', 'bills:pay'] }), {
      authenticateOptions: (name) => (name === 'more' ? { scope: ['wallet:send'] } : {}),
    });
    const browser = openBrowser();
    await signIn(app, emulator, { allow: ['profile:read', 'wallet:read'] }, { browser });
    const { user } = await signIn(app, emulator, {}, { browser, as: 'more' });
    expect(user)
      .to.have.property('grant')
      .that.deep.equals({
        requested: ['profile:read', 'wallet:send'],
        granted: ['profile:read', 'wallet:read', 'wallet:send'],
        missing: [],
        unrequested: ['wallet:read'],
        partial: false,
      });
  });

  it('passes tokens that work to verify, and Monei’s response without the refresh token', async () => {
    let seen: { accessToken: string; refreshToken: string; params: object } | undefined;
    let strategy: MoneiStrategy | undefined;
    const verify: MoneiVerifyFunctionWithParams = (accessToken, refreshToken, params, profile, done) => {
      seen = { accessToken, refreshToken, params };
      done(null, profile);
    };
    app = await startApp((callbackURL) => {
      strategy = new MoneiStrategy({ ...optionsFor(emulator, callbackURL), scope: ['wallet:read'] }, verify);
      return strategy;
    });
    await signIn(app, emulator);
    if (!seen || !strategy) throw new Error('verify was not called');
    expect(seen.params).to.deep.equal({
      access_token: seen.accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      scopes: ['profile:read', 'wallet:read'],
    });
    const { connect } = strategy;
    expect((await connect.fetchUser(seen.accessToken)).id).to.equal('64b7f0c2a1d94e0012ab34cd');
    const renewed = await connect.refresh(seen.refreshToken);
    await connect.revoke(renewed.accessToken);
  });

  it('passes the request to verify with passReqToCallback', async () => {
    app = await startApp(
      (callbackURL) =>
        new MoneiStrategy(
          { ...optionsFor(emulator, callbackURL), passReqToCallback: true },
          (req, _a, _r, profile, done) =>
            done(null, {
              id: profile.id,
              path: req.path,
              session: typeof req.session,
              same: req.res?.req === req,
            }),
        ),
    );
    const { user } = await signIn(app, emulator);
    expect(user).to.deep.include({ path: '/callback', session: 'object', same: true });
  });

  it('uses the user that an async verify resolves with', async () => {
    app = await startApp(
      (callbackURL) =>
        new MoneiStrategy(optionsFor(emulator, callbackURL), async (_a, _r, profile) => ({
          moneiId: profile.id,
        })),
    );
    expect((await signIn(app, emulator)).user).to.deep.equal({ moneiId: '64b7f0c2a1d94e0012ab34cd' });
  });

  for (const state of [
    'a text',
    '',
    0,
    false,
    null,
    ['a', 1],
    { returnTo: '/wallet', deep: [{ er: true }] },
  ]) {
    it(`returns the app’s own state as req.authInfo.state: ${JSON.stringify(state)}`, async () => {
      app = await startApp(strategyFor(emulator), {
        authenticateOptions: () => ({ state, callbackURL: `${app?.url}/plain` }),
      });
      const browser = openBrowser();
      const asked = await start(app, browser);
      expect(asked.search).to.not.include('wallet').and.to.not.include('text');
      const outcome = await comeBack(await emulator.authorize(asked.href), browser);
      expect(outcome.authInfo).to.deep.equal({ state });
    });
  }

  it('adds the state to a copy of the details that verify passes', async () => {
    const info = Object.freeze({ message: 'Welcome' });
    app = await startApp(
      (callbackURL) =>
        new MoneiStrategy(optionsFor(emulator, callbackURL), (_a, _r, profile, done) =>
          done(null, profile, info),
        ),
      { authenticateOptions: (name) => (name === 'state' ? { state: 7 } : {}) },
    );
    expect((await signIn(app, emulator)).authInfo).to.deep.equal({ message: 'Welcome' });
    expect((await signIn(app, emulator, {}, { as: 'state' })).authInfo).to.deep.equal({
      message: 'Welcome',
      state: 7,
    });
  });

  it('accepts a string as the details that verify passes', async () => {
    app = await startApp(
      (callbackURL) =>
        new MoneiStrategy(optionsFor(emulator, callbackURL), (_a, _r, profile, done) =>
          done(null, profile, 'Welcome' as never),
        ),
      { authenticateOptions: () => ({ state: 7 }) },
    );
    expect((await signIn(app, emulator)).authInfo).to.deep.equal({ message: 'Welcome', state: 7 });
  });

  it('[S13] stores the scopes, required scopes and callbackURL of a route for the callback', async () => {
    app = await startApp(strategyFor(emulator, { scope: ['wallet:read'], requiredScopes: ['wallet:read'] }), {
      authenticateOptions: () => ({
        scope: ['bills:pay', 'kyc:read'],
        requiredScopes: ['kyc:read'],
        callbackURL: `${app?.url}/callback?from=bills`,
      }),
    });
    const browser = openBrowser();
    const asked = await start(app, browser);
    expect(asked.searchParams.get('scope')).to.equal('profile:read wallet:read bills:pay kyc:read');
    const back = await emulator.authorize(asked.href, { allow: ['profile:read', 'wallet:read', 'kyc:read'] });
    expect(back).to.include('/callback?from=bills&code=');
    const { user } = await comeBack(back, browser);
    expect(user).to.have.nested.property('grant.missing').that.deep.equals(['bills:pay']);

    emulator.revokeGrant();
    const { status, info } = await signIn(app, emulator, {
      allow: ['profile:read', 'wallet:read', 'bills:pay'],
    });
    expect(status).to.equal(403);
    expect(info).to.deep.include({ code: 'missing_scope', missing: ['kyc:read'] });
  });

  it('completes a callbackURL that is a path', async () => {
    app = await startApp(() => strategyFor(emulator)('/callback'));
    expect((await start(app)).searchParams.get('redirect_uri')).to.equal(app.callbackURL);
    expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
  });

  it('completes a callback URL that is a path for a request in absolute form', async () => {
    app = await startApp(strategyFor(emulator, { callbackURL: '/callback' }));
    const { port, host } = new URL(app.url);
    const request = get({ port, host: '127.0.0.1', path: `${app.url}/auth`, headers: { host } });
    const [response] = await once(request, 'response');
    const { location } = response.resume().headers;
    expect(new URL(location).searchParams.get('redirect_uri')).to.equal(app.callbackURL);
  });

  it('sends the code verifier with PKCE', async () => {
    app = await startApp(strategyFor(emulator, { pkce: true }));
    const asked = await start(app);
    expect(asked.searchParams.get('code_challenge_method')).to.equal('S256');
    expect(asked.searchParams.get('code_challenge')).to.have.lengthOf(43);
    expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
  });

  describe('that skips the profile', () => {
    it('does not request profile:read, does not load the account, and has no id', async () => {
      const noProfile = { ...emulator.endpoints, userProfileURL: 'http://127.0.0.1:1/closed-port' };
      app = await startApp(
        (callbackURL) =>
          new MoneiStrategy(
            {
              ...optionsFor(emulator, callbackURL),
              ...noProfile,
              scope: ['wallet:read'],
              skipUserProfile: true,
            },
            (_a, _r, profile, done) => done(null, profile),
          ),
      );
      expect((await start(app)).searchParams.get('scope')).to.equal('wallet:read');
      const { user } = await signIn(app, emulator);
      expect(user).to.deep.equal({
        provider: 'monei',
        grant: {
          requested: ['wallet:read'],
          granted: ['wallet:read'],
          missing: [],
          unrequested: [],
          partial: false,
        },
      });
    });

    it('succeeds if the user grants no scope', async () => {
      app = await startApp(
        (callbackURL) =>
          new MoneiStrategy(
            { ...optionsFor(emulator, callbackURL), scope: ['wallet:read'], skipUserProfile: true },
            (_a, _r, profile, done) => done(null, profile),
          ),
      );
      const { user } = await signIn(app, emulator, { allow: [] });
      expect(user).to.have.nested.property('grant.granted').that.deep.equals([]);
    });
  });

  it('[S27] stores neither the raw user nor a token in the session', async () => {
    app = await startApp(strategyFor(emulator));
    const browser = openBrowser();
    await signIn(app, emulator, {}, { browser });
    const who = await (await browser(`${app.url}/whoami`)).text();
    expect(who)
      .to.include('64b7f0c2a1d94e0012ab34cd')
      .and.to.not.match(/haveTransactionPin|mct_|mcr_/);
  });
});
