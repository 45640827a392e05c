import { expect } from 'chai';
import type { Request } from 'express';
import { TokenError } from 'passport-oauth2';
import refresh from 'passport-oauth2-refresh';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import {
  type MoneiAgent,
  type MoneiAuthenticateOptions,
  type MoneiProfile,
  MoneiStrategy,
  type MoneiVerifyFunction,
} from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { locationOf, openBrowser } from '../helpers/browser.js';
import { CountingAgent } from '../helpers/counting-agent.js';
import { comeBack, optionsFor, signIn, start } from '../helpers/flow.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';

/** The behavior of passport-oauth2 that subclasses and apps rely on. */
describe('as with other strategies that extend passport-oauth2,', () => {
  let emulator: MoneiEmulator;
  let app: TestApp | undefined;
  const takeProfile: MoneiVerifyFunction = (_accessToken, _refreshToken, profile, done) =>
    done(null, profile);

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await emulator.close();
  });

  it('a subclass can add parameters to the authorization request', async () => {
    class Subclass extends MoneiStrategy {
      override authorizationParams(options: { prompt?: string }) {
        return { prompt: options.prompt ?? 'none', scope: 'overridden', state: 'overridden' };
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile), {
      authenticateOptions: () => ({ prompt: 'consent' }),
    });
    const { searchParams } = await start(app);
    expect(searchParams.get('prompt')).to.equal('consent');
    expect(searchParams.get('scope')).to.equal('profile:read');
    expect(searchParams.get('state')).to.not.equal('overridden');
  });

  it('a subclass can change the options that its hooks get, without an effect on other sign-ins', async () => {
    class Subclass extends MoneiStrategy {
      override authorizationParams(options: { scope: string[] }) {
        options.scope.push('kyc:read');
        return {};
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    for (let i = 0; i < 2; i++) {
      expect((await start(app)).searchParams.get('scope')).to.equal('profile:read kyc:read');
    }
  });

  it('a subclass can add parameters to the token request, but can’t replace the credentials', async () => {
    class Subclass extends MoneiStrategy {
      override tokenParams() {
        return { audience: 'wallets', client_secret: 'mcs_other', code: 'other', redirect_uri: 'other' };
      }
    }
    const api = await startLoopbackServer((_request, response) => response.writeHead(500).end());
    try {
      app = await startApp(
        (callbackURL) =>
          new Subclass({ ...optionsFor(emulator, callbackURL), tokenURL: `${api.url}/token` }, takeProfile),
      );
      await signIn(app, emulator);
      const sent = JSON.parse(api.seen[0]?.body ?? '');
      expect(sent).to.include({
        audience: 'wallets',
        grant_type: 'authorization_code',
        client_id: 'mc_emulator',
        client_secret: 'mcs_emulator',
        redirect_uri: app.callbackURL,
      });
      expect(sent.code).to.be.a('string').and.not.equal('other');
    } finally {
      await api.close();
    }
  });

  it('a subclass can create its own profile, which gets the grant', async () => {
    class Subclass extends MoneiStrategy {
      override userProfile(accessToken: string, done: (error?: unknown, profile?: object) => void) {
        done(null, { id: 'own', hasToken: accessToken.startsWith('mct_') });
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    const { user } = await signIn(app, emulator);
    expect(user).to.deep.include({ id: 'own', hasToken: true });
    expect(user).to.have.nested.property('grant.granted').that.deep.equals(['profile:read']);
  });

  it('super.userProfile returns a profile with the grant', async () => {
    let granted: string[] | undefined;
    class Subclass extends MoneiStrategy {
      override userProfile(accessToken: string, done: (error?: unknown, profile?: object) => void) {
        super.userProfile(accessToken, (error, profile) => {
          granted = (profile as MoneiProfile | undefined)?.grant.granted;
          done(error, profile);
        });
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    expect((await signIn(app, emulator)).outcome).to.equal('success');
    expect(granted).to.deep.equal(['profile:read']);
  });

  it('a hook that fails with a falsy value ends in an error', async () => {
    class Subclass extends MoneiStrategy {
      override async userProfile() {
        throw undefined;
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    const { error } = await signIn(app, emulator);
    expect(error?.message).to.equal('passport-monei: userProfile failed without saying why.');
  });

  it('a subclass can leave a parameter of the authorization URL empty', async () => {
    class Subclass extends MoneiStrategy {
      override authorizationParams() {
        return { none: undefined, nothing: null, tenant: 7 };
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    const parameters = Object.fromEntries((await start(app)).searchParams);
    expect(parameters).to.have.all.keys(
      'client_id',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'tenant',
    );
  });

  it('a subclass can extend the profile', async () => {
    class Subclass extends MoneiStrategy {
      override userProfile(accessToken: string, done: (error?: unknown, profile?: object) => void) {
        super.userProfile(accessToken, (error, profile) =>
          done(error, profile && Object.assign(profile, { extra: true })),
        );
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    const { user } = await signIn(app, emulator);
    expect(user).to.deep.include({ provider: 'monei', displayName: 'Adébáyọ̀ Ọlá', extra: true });
    expect(user).to.have.nested.property('grant.partial', false);
  });

  it('a subclass can store data of the request for its hooks', async () => {
    class Subclass extends MoneiStrategy {
      tenant?: string;
      override authenticate(req: Request, options?: MoneiAuthenticateOptions) {
        this.tenant = req.hostname;
        super.authenticate(req, options);
      }
      override authorizationParams() {
        return { tenant: this.tenant };
      }
    }
    app = await startApp((callbackURL) => new Subclass(optionsFor(emulator, callbackURL), takeProfile));
    expect((await start(app)).searchParams.get('tenant')).to.equal('127.0.0.1');
  });

  it('verify is called on the strategy', async () => {
    app = await startApp(
      (callbackURL) =>
        new MoneiStrategy(
          optionsFor(emulator, callbackURL),
          function (this: MoneiStrategy, _a, _r, _p, done) {
            done(null, { name: this.name });
          },
        ),
    );
    expect((await signIn(app, emulator)).user).to.deep.equal({ name: 'monei' });
  });

  it('an app can call userProfile itself', async () => {
    let token = '';
    let strategy: MoneiStrategy | undefined;
    app = await startApp((callbackURL) => {
      strategy = new MoneiStrategy(
        optionsFor(emulator, callbackURL),
        (accessToken, _refreshToken, profile, done) => {
          token = accessToken;
          done(null, profile);
        },
      );
      return strategy;
    });
    await signIn(app, emulator);
    const load = (accessToken: string) =>
      new Promise((resolve) =>
        strategy?.userProfile(accessToken, (error, profile) => resolve(error ?? profile)),
      );
    expect(await load(token)).to.include({ provider: 'monei', id: '64b7f0c2a1d94e0012ab34cd' });
    expect(await load('mct_unknown')).to.include({ name: 'MoneiConnectError', code: 'unauthorized' });
  });

  describe('a subclass can create its own error for an error response of the token endpoint', () => {
    const failing = async (parse: (body: string, status: number) => Error | null) => {
      class Subclass extends MoneiStrategy {
        override parseErrorResponse(body: string, status: number): Error | null {
          return parse(body, status);
        }
      }
      const api = await startLoopbackServer((request, response) => {
        const { code } = JSON.parse(api.seen.at(-1)?.body ?? '');
        response.writeHead(request.url === '/token' ? 400 : 500);
        response.end(
          JSON.stringify({ message: 'Bad code', error: 'invalid_grant', echo: `mcs_emulator ${code}` }),
        );
      });
      try {
        app = await startApp(
          (callbackURL) =>
            new Subclass({ ...optionsFor(emulator, callbackURL), tokenURL: `${api.url}/token` }, takeProfile),
        );
        return await signIn(app, emulator);
      } finally {
        await api.close();
      }
    };

    it('from the body, without its secrets, and the status', async () => {
      const { error } = await failing((body, status) => {
        const { error, echo } = JSON.parse(body);
        return new TokenError(`${error} ${echo}`, 'invalid_grant', undefined, status);
      });
      expect(error).to.deep.equal({
        name: 'TokenError',
        message: 'invalid_grant […]',
        code: 'invalid_grant',
        status: 400,
      });
    });

    for (const [name, parse] of [
      ['returns null', () => null],
      [
        'throws',
        () => {
          throw new Error('can’t parse');
        },
      ],
    ] as const) {
      it(`and the error is a MoneiConnectError if it ${name}`, async () => {
        const { error } = await failing(parse);
        expect(error).to.deep.include({ name: 'MoneiConnectError', code: 'bad_request', status: 502 });
        expect(error?.message).to.include('Bad code');
      });
    }
  });

  it('_oauth2.setAgent() sets the agent of every request, also after construction', async () => {
    const agent = new CountingAgent();
    let strategy: MoneiStrategy | undefined;
    app = await startApp((callbackURL) => {
      const refuses = () => {
        throw new Error('the option is replaced by setAgent()');
      };
      strategy = new MoneiStrategy({ ...optionsFor(emulator, callbackURL), agent: refuses }, takeProfile);
      return strategy;
    });
    const client = (strategy as unknown as { _oauth2: { setAgent(agent: MoneiAgent): void } })._oauth2;
    client.setAgent(agent);
    expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
    expect(agent.used).to.equal(2);
    client.setAgent(() => agent);
    expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
    expect(agent.used).to.equal(4);
  });

  it('_oauth2.get() uses the option agent, and sends the token in a header', async () => {
    const agent = new CountingAgent();
    const api = await startLoopbackServer((_request, response) => response.end('{}'));
    try {
      class Subclass extends MoneiStrategy {
        override userProfile(accessToken: string, done: (error?: unknown, profile?: object) => void) {
          this._oauth2.get(`${api.url}/more`, accessToken, (error) => done(error, { id: 'own' }));
        }
      }
      app = await startApp(
        (callbackURL) => new Subclass({ ...optionsFor(emulator, callbackURL), agent }, takeProfile),
      );
      expect(await signIn(app, emulator)).to.include({ outcome: 'success' });
      expect(agent.used).to.equal(2);
      expect(api.seen[0]?.url).to.equal('/more');
      expect(api.seen[0]?.headers.authorization).to.match(/^Bearer mct_/);
    } finally {
      await api.close();
    }
  });

  it('a callbackURL that is a path is completed with the headers of a trusted proxy', async () => {
    app = await startApp(
      () => new MoneiStrategy({ ...optionsFor(emulator, '/callback'), proxy: true }, takeProfile),
    );
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'app.example.com' };
    const asked = new URL(locationOf(await openBrowser()(`${app.url}/auth`, { headers })));
    expect(asked.searchParams.get('redirect_uri')).to.equal('https://app.example.com/callback');
  });

  it('the option pkce can be plain', async () => {
    app = await startApp(
      (url) => new MoneiStrategy({ ...optionsFor(emulator, url), pkce: 'plain' }, takeProfile),
    );
    const { searchParams } = await start(app);
    expect(searchParams.get('code_challenge_method')).to.equal('plain');
    expect(searchParams.get('code_challenge')).to.match(/^[\w-]{43}$/);
  });

  it('the option sessionKey sets the property of the session', async () => {
    app = await startApp(
      (url) => new MoneiStrategy({ ...optionsFor(emulator, url), sessionKey: 'own-key' }, takeProfile),
    );
    app.express.get('/session', (req, res) => res.json(Object.keys(req.session)));
    const browser = openBrowser();
    const asked = await start(app, browser);
    expect(await (await browser(`${app.url}/session`)).json()).to.deep.equal(['cookie', 'own-key']);
    expect(await comeBack(await emulator.authorize(asked.href), browser)).to.include({ outcome: 'success' });
  });

  it('scopes are separated by spaces, although the option scopeSeparator differs', async () => {
    const options = { scope: ['kyc:read'], scopeSeparator: ',' };
    app = await startApp(
      (url) => new MoneiStrategy({ ...optionsFor(emulator, url), ...options }, takeProfile),
    );
    expect((await start(app)).searchParams.get('scope')).to.equal('profile:read kyc:read');
  });

  describe('passport-oauth2-refresh', () => {
    const set = async () => {
      let refreshToken = '';
      app = await startApp((callbackURL) => {
        const strategy = new MoneiStrategy(
          optionsFor(emulator, callbackURL),
          (_accessToken, token, profile, done) => {
            refreshToken = token;
            done(null, profile);
          },
        );
        refresh.use(strategy);
        return strategy;
      });
      await signIn(app, emulator);
      const renew = (token: string) =>
        new Promise<unknown[]>((resolve) => {
          refresh.requestNewAccessToken('monei', token, (...result: unknown[]) => resolve(result));
        });
      return { renew, refreshToken };
    };

    it('gets new tokens', async () => {
      const { renew, refreshToken } = await set();
      const [error, accessToken, newRefreshToken, params] = await renew(refreshToken);
      expect(error).to.equal(null);
      expect(accessToken).to.match(/^mct_/);
      expect(newRefreshToken).to.match(/^mcr_/).and.not.equal(refreshToken);
      expect(params).to.deep.include({ expires_in: 3600, scopes: ['profile:read'] });
      expect(params).to.not.have.property('refresh_token');
    });

    it('shares one request among simultaneous refreshes', async () => {
      const { renew, refreshToken } = await set();
      const results = await Promise.all([renew(refreshToken), renew(refreshToken), renew(refreshToken)]);
      expect(new Set(results.map(([, accessToken]) => accessToken))).to.have.lengthOf(1);
      for (const [error] of results) expect(error).to.equal(null);
    });

    it('gets the error of a revoked refresh token', async () => {
      const { renew, refreshToken } = await set();
      await renew(refreshToken);
      expect((await renew(refreshToken))[0]).to.include({ name: 'MoneiConnectError', code: 'unauthorized' });
      expect((await renew(undefined as never))[0]).to.be.instanceOf(TypeError);
    });
  });

  describe('a test of an app can replace the exchange:', () => {
    type Exchange = (code: string, params: object, done: (...result: unknown[]) => void) => void;
    let refreshToken: string | undefined;
    const seeToken: MoneiVerifyFunction = (_accessToken, given, profile, done) => {
      refreshToken = given;
      done(null, profile);
    };
    const signInWith = async (exchange: Exchange) => {
      await app?.close();
      app = await startApp((callbackURL) => {
        const strategy = new MoneiStrategy(
          { ...optionsFor(emulator, callbackURL), scope: ['kyc:read'] },
          seeToken,
        );
        Object.assign((strategy as unknown as { _oauth2: object })._oauth2, {
          getOAuthAccessToken: exchange,
        });
        strategy.userProfile = (_accessToken, done) => done(null, { id: 'faked' });
        return strategy;
      });
      const browser = openBrowser();
      const state = (await start(app, browser)).searchParams.get('state');
      return comeBack(`${app.callbackURL}?code=c&state=${state}`, browser);
    };

    it('its grant is checked', async () => {
      const good = await signInWith((_code, _params, done) =>
        done(null, 'a', 'r', { scopes: ['profile:read'] }),
      );
      expect(good.user).to.have.nested.property('grant.missing').that.deep.equals(['kyc:read']);
    });

    it('it can return no refresh token, and gets no code verifier without PKCE', async () => {
      const sent: object[] = [];
      const { outcome } = await signInWith((_code, params, done) => {
        sent.push(params);
        done(null, 'a', undefined, { scopes: ['profile:read'] });
      });
      expect(outcome).to.equal('success');
      expect(refreshToken).to.equal('');
      expect(sent).to.have.lengthOf(1);
      expect(sent[0]).to.have.all.keys('grant_type', 'redirect_uri');
    });

    const bad: [name: string, exchange: Exchange, outcome: object][] = [
      [
        'lacks a required scope',
        (_c, _p, done) => done(null, 'a', 'r', { scopes: [] }),
        { outcome: 'fail', status: 403 },
      ],
      ['has no scopes', (_c, _p, done) => done(null, 'a', 'r'), { outcome: 'error', status: 500 }],
      [
        'has no access token',
        (_c, _p, done) => done(null, undefined, undefined, { scopes: ['profile:read', 'kyc:read'] }),
        { outcome: 'error', status: 500 },
      ],
      [
        'fails as node-oauth does',
        (_c, _p, done) => done({ statusCode: 500, data: '{}' }),
        { outcome: 'error', status: 500 },
      ],
      [
        'throws',
        () => {
          throw new Error('boom');
        },
        { outcome: 'error', status: 500 },
      ],
    ];
    for (const [name, exchange, outcome] of bad) {
      it(`a response that ${name} does not sign the user in`, async () => {
        expect(await signInWith(exchange)).to.include(outcome);
      });
    }

    it('the error names a missing access token', async () => {
      const { error } = await signInWith((_code, _params, done) => done(null));
      expect(error?.message).to.equal('passport-monei: the token exchange returned no access token.');
    });

    it('the error names missing scopes', async () => {
      for (const response of [undefined, {}, { scopes: ['wallet:read', 7] }]) {
        const { error } = await signInWith((_code, _params, done) => done(null, 'a', 'r', response));
        expect(error?.message).to.equal(
          'passport-monei: the token response must have `scopes`, the list of granted scopes.',
        );
      }
    });

    it('the error of the exchange is passed on', async () => {
      const { error } = await signInWith((_code, _params, done) => done({ statusCode: 500, data: '{}' }));
      expect(error?.message).to.equal('Failed to obtain access token');
    });
  });
});
