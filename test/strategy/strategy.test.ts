import { Agent } from 'node:https';
import url from 'node:url';
import { inspect } from 'node:util';
import { expect } from 'chai';
import OAuth2Strategy from 'passport-oauth2';
import DefaultExport, {
  MoneiConnect,
  MoneiStrategy,
  type MoneiStrategyOptions,
  Strategy,
} from '../../src/index.js';
import { everythingIn } from '../helpers/everything-in.js';

const registered = {
  clientID: 'mc_client',
  clientSecret: 'mcs_client-secret',
  callbackURL: '/auth/monei/callback',
};
const verify = () => {};

/** Returns the error that `new MoneiStrategy()` throws. */
function refusal(options: unknown, ...rest: unknown[]): Error {
  try {
    Reflect.construct(MoneiStrategy, [options, ...rest]);
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected the constructor to throw');
}

describe('MoneiStrategy', () => {
  it('is a strategy of passport-oauth2, named monei, under all its names', () => {
    const strategy = new MoneiStrategy(registered, verify);
    expect(strategy).to.be.instanceOf(OAuth2Strategy);
    expect(strategy.name).to.equal('monei');
    expect(strategy.connect).to.be.instanceOf(MoneiConnect);
    expect([Strategy, DefaultExport]).to.deep.equal([MoneiStrategy, MoneiStrategy]);
  });

  it('does not call url.parse(), which is deprecated', () => {
    const { parse } = url;
    url.parse = () => expect.fail('url.parse() was called');
    try {
      const strategy = new MoneiStrategy(registered, verify);
      expect(strategy).to.have.property('_key', 'oauth2:monei.cc');
    } finally {
      url.parse = parse;
    }
  });

  describe('[S3] constructor refuses, naming the option and never the secret:', () => {
    const cases: [name: string, options: object, message: RegExp][] = [
      ['no client ID', { clientID: undefined }, /`clientID` is missing/],
      ['null for a client ID', { clientID: null }, /`clientID` is missing/],
      ['an empty client ID', { clientID: '' }, /`clientID` is missing/],
      ['no client secret', { clientSecret: undefined }, /`clientSecret` is missing/],
      ['no callback URL', { callbackURL: undefined }, /`callbackURL` is missing/],
      ['a number for a client ID', { clientID: 7 }, /`clientID` must be a string/],
      ['a list for a callback URL', { callbackURL: ['/'] }, /`callbackURL` must be a string, not an array/],
      [
        'a line break behind a secret',
        { clientSecret: 'mcs_client-secret\n' },
        /`clientSecret`.*white space/,
      ],
      ...['"', "'", '`'].flatMap((quote): [string, object, RegExp][] =>
        (['clientID', 'clientSecret'] as const).map((name) => [
          `${quote} around ${name}`,
          { [name]: `${quote}${registered[name]}${quote}` },
          new RegExp(`\`${name}\` has quotation marks around it: remove them`),
        ]),
      ),
      [
        'a client secret for a client ID',
        { clientID: 'mcs_client-secret' },
        /`clientID` holds a client secret/,
      ],
      ['a client ID for a client secret', { clientSecret: 'mc_client' }, /`clientSecret` holds a client ID/],
      [
        'a required scope that is not requested',
        { requiredScopes: ['wallet:send'] },
        /`requiredScopes`.*wallet:send/,
      ],
      [
        'a required profile that is skipped',
        { scope: ['wallet:read'], requiredScopes: ['profile:read'], skipUserProfile: true },
        /`requiredScopes`.*profile:read/,
      ],
      [
        'scopes joined by a comma',
        { scope: 'wallet:read,wallet:send' },
        /`scope` holds "wallet:read,wallet:send"/,
      ],
      ['a scope with a quote', { scope: ['wallet"read'] }, /`scope`/],
      ['a scope with a control character', { scope: ['wallet\u0007'] }, /`scope`/],
      ['a scope with a space', { scope: ['wallet:read wallet:send'] }, /`scope`/],
      ['a client secret for a scope', { scope: ['mcs_client-secret\n'] }, /`scope` holds "\[redacted\]/],
      ['an empty scope', { scope: [''] }, /`scope`/],
      [
        'a number among the scopes',
        { scope: [7] },
        /`scope` holds 7, which is not a scope\. Give each .* without spaces, commas, quotes or control characters\.$/,
      ],
      ['undefined among the scopes', { scope: [undefined] }, /`scope` holds a value of type undefined/],
      ['an object for scopes', { scope: {} }, /`scope` must be an array or a space-separated string/],
      [
        'a required scope that is not a scope',
        { scope: ['a'], requiredScopes: ['a,b'] },
        /`requiredScopes` holds/,
      ],
      [
        'a plain-http authorization URL',
        { authorizationURL: 'http://monei.cc/' },
        /`authorizationURL` must be an https:/,
      ],
      [
        'a plain-http token URL',
        { tokenURL: 'http://api.monei.cc/' },
        /`tokenURL` must be an https: URL\. Plain http: is for loopback only, because the client secret and tokens travel there\.$/,
      ],
      [
        'a plain-http revocation URL',
        { revocationURL: 'http://192.168.0.1/' },
        /`revocationURL` must be an https:/,
      ],
      [
        'a plain-http profile URL',
        { userProfileURL: 'http://127.0.0.1.evil.example/' },
        /`userProfileURL` must be/,
      ],
      [
        'an authorization URL that runs code',
        { authorizationURL: 'javascript:alert(1)' },
        /`authorizationURL` must be/,
      ],
      [
        'an authorization URL that is not a URL',
        { authorizationURL: '/authorize' },
        /`authorizationURL` is not a URL/,
      ],
      ['another protocol on loopback', { tokenURL: 'ftp://localhost/' }, /`tokenURL` must be an https:/],
      [
        'plain http on a host that ends with localhost',
        { tokenURL: 'http://notlocalhost/' },
        /`tokenURL` must be an https:/,
      ],
      ['an empty token URL', { tokenURL: '' }, /`tokenURL` is missing/],
      [
        'state: false',
        { state: false },
        /`state` can't be false.*without it, anyone could sign your users in to an account of theirs\.$/,
      ],
      ['an unknown method of PKCE', { pkce: 'S512' }, /`pkce`/],
      [
        'a callback URL with a fragment',
        { callbackURL: 'https://app.example.com/cb#top' },
        /`callbackURL`.*fragment/,
      ],
      ['a callback URL with a space', { callbackURL: '/call back' }, /`callbackURL`.*white space/],
      ...[
        'example.com/cb',
        'localhost:3000/cb',
        'auth/callback',
        '//evil.example/cb',
        '/\\evil.example/cb',
        'app:/cb',
        'https://:80/cb',
      ].map((callbackURL): [string, object, RegExp] => [
        `${callbackURL} for a callback URL`,
        { callbackURL },
        /`callbackURL` must be an http: or https: URL, or a path that begins with one slash\.$/,
      ]),
      ['a list for headers', { customHeaders: ['a: b'] }, /`customHeaders` must be an object/],
      ['a text for skipUserProfile', { skipUserProfile: 'yes' }, /`skipUserProfile` must be true or false/],
      [
        'a function for skipUserProfile',
        { skipUserProfile: () => true },
        /`skipUserProfile` must be true or false/,
      ],
      [
        'a number for passReqToCallback',
        { passReqToCallback: 1 },
        /`passReqToCallback` must be true or false/,
      ],
      ['a store without its functions', { store: { store: () => {} } }, /`store` must be an object with/],
      ['a store that can only verify', { store: { verify: () => {} } }, /`store` must be an object with/],
      ['a timeout of 0', { timeout: 0 }, /`timeout`/],
      ['a text for an agent', { agent: 'http://proxy' }, /`agent`/],
      ['a header that HTTP does not allow', { customHeaders: { 'a b': 'c' } }, /`customHeaders`/],
      ['state: null', { state: null }, /`state`.*passport\.authenticate\(\)/],
      ['a text for a state', { state: 'x' }, /`state`.*passport\.authenticate\(\)/],
      ['an object for a state', { state: { returnTo: '/' } }, /`state`.*passport\.authenticate\(\)/],
      ...[true, 'session', 7, () => {}].map((store): [string, object, RegExp] => [
        `${typeof store === 'function' ? 'a function' : JSON.stringify(store)} for a store`,
        { store },
        /`store` must be an object with the functions `store` and `verify`\. Without the option, .* session\.$/,
      ]),
      ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'].map(
        (sessionKey): [string, object, RegExp] => [
          `the session key ${sessionKey}`,
          { sessionKey },
          new RegExp(`\`sessionKey\` can't be ${sessionKey}: every object has`),
        ],
      ),
      ...['', null, 7, ['k']].map((sessionKey): [string, object, RegExp] => [
        `${JSON.stringify(sessionKey)} for a session key`,
        { sessionKey },
        /`sessionKey` (is missing|must be a string)/,
      ]),
      ...['authorizationURL', 'tokenURL', 'revocationURL', 'userProfileURL'].flatMap(
        (name): [string, object, RegExp][] => [
          [
            `a password in ${name}`,
            { [name]: 'https://user:client-secret@monei.cc/' },
            new RegExp(`\`${name}\` must have no user name`),
          ],
          [
            `a user name in ${name}`,
            { [name]: 'https://client-secret@monei.cc/' },
            new RegExp(`\`${name}\` must have no user name`),
          ],
          [
            `a password alone in ${name}`,
            { [name]: 'https://:client-secret@monei.cc/' },
            new RegExp(`\`${name}\` must have no user name`),
          ],
          [
            `a fragment in ${name}`,
            { [name]: 'https://monei.cc/#top' },
            new RegExp(`\`${name}\` must have no fragment`),
          ],
          [
            `an empty fragment in ${name}`,
            { [name]: 'https://monei.cc/#' },
            new RegExp(`\`${name}\` must have no fragment`),
          ],
        ],
      ),
      ...(
        [
          ['clientId', 'clientID'],
          ['clientsecret', 'clientSecret'],
          ['callbackUrl', 'callbackURL'],
          ['scopes', 'scope'],
          ['requiredScope', 'requiredScopes'],
          ['skipUserProfiles', 'skipUserProfile'],
          ['passReqToCalback', 'passReqToCallback'],
          ['stores', 'store'],
          ['sessionkey', 'sessionKey'],
          ['PKCE', 'pkce'],
          ['Proxy', 'proxy'],
          ['customHeader', 'customHeaders'],
          ['agents', 'agent'],
          ['timeOut', 'timeout'],
          ['maxRetryafter', 'maxRetryAfter'],
          ['authorisationURL', 'authorizationURL'],
          ['tokenUrl', 'tokenURL'],
          ['revokationURL', 'revocationURL'],
          ['userProfileUrl', 'userProfileURL'],
          ['states', 'state'],
          ['scopeSeperator', 'scopeSeparator'],
        ] as const
      ).map(([misspelt, meant]): [string, object, RegExp] => [
        `${misspelt} for ${meant}`,
        { [misspelt]: 'client-secret' },
        new RegExp(`no option \`${misspelt}\`\\. Did you mean \`${meant}\`\\?$`),
      ]),
    ];
    for (const [name, options, message] of cases) {
      it(name, () => {
        const error = refusal({ ...registered, ...options }, verify);
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message)
          .to.match(message)
          .and.to.match(/^passport-monei: /);
        expect(everythingIn(error)).to.not.include('client-secret');
      });
    }

    const names = [
      ...['clientID', 'clientSecret', 'callbackURL', 'scope', 'requiredScopes', 'skipUserProfile'],
      ...['passReqToCallback', 'store', 'sessionKey', 'pkce', 'proxy', 'customHeaders', 'agent', 'timeout'],
      ...['maxRetryAfter', 'authorizationURL', 'tokenURL', 'revocationURL', 'userProfileURL', 'state'],
    ];
    for (const name of names) {
      const misspelled = {
        'other case': name.toUpperCase(),
        'an `s` too many': `${name}s`,
        ...(name.endsWith('s') && { 'an `s` too few': name.slice(0, -1) }),
        ...(name.length >= 5 && { 'another letter': `${name.slice(0, 2)}z${name.slice(3)}` }),
        ...(name.length >= 5 && { 'a letter too few': `${name.slice(0, 2)}${name.slice(3)}` }),
        ...(name.length >= 10 && { 'two other letters': `${name.slice(0, 2)}zz${name.slice(4)}` }),
      };
      for (const [how, given] of Object.entries(misspelled)) {
        it(`${name} with ${how}: ${given}`, () => {
          const { message } = refusal({ ...registered, [given]: 'client-secret' }, verify);
          expect(message).to.equal(
            `passport-monei: there is no option \`${given}\`. Did you mean \`${name}\`?`,
          );
        });
      }
    }

    it('a misspelled option, before it reports the option that is missing', () => {
      const { clientID: clientId, ...others } = registered;
      expect(refusal({ ...others, clientId }, verify).message).to.include('Did you mean `clientID`?');
    });

    it('a misspelled option that is inherited', () => {
      const options = Object.assign(Object.create({ requiredScope: ['profile:read'] }), registered);
      expect(refusal(options, verify).message).to.include('Did you mean `requiredScopes`?');
    });

    for (const [name, rest] of [
      ['no verify', []],
      ['null for verify', [null]],
      ['an object for verify', [{ verify }]],
    ] as const) {
      it(name, () => {
        const error = refusal(registered, ...rest);
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message).to.include('verify');
      });
    }

    it('a verify without a parameter for the request', () => {
      const options = { ...registered, passReqToCallback: true };
      const forgetful = async (_accessToken: string, _refreshToken: string, profile: object) => profile;
      const { message } = refusal(options, forgetful);
      expect(message).to.match(/with `passReqToCallback`, the request comes first/);
      expect(
        () => new MoneiStrategy({ ...options, skipUserProfile: true } as never, forgetful),
      ).not.to.throw();
    });

    for (const options of [undefined, null, 'mc_client', verify]) {
      it(`${options === verify ? 'verify' : String(options)} instead of options`, () => {
        const error = refusal(options, verify);
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message).to.include('clientID');
      });
    }
  });

  describe('constructor takes', () => {
    const cases: [name: string, options: object][] = [
      ['nothing but the required options', {}],
      ['null for scopes', { scope: null, requiredScopes: null }],
      ['null for optional options', { agent: null, customHeaders: null, store: null }],
      ['the method of PKCE by its name', { pkce: 'S256' }],
      ['no PKCE', { pkce: false }],
      ['no retry', { maxRetryAfter: 0 }],
      ['scopes that Monei may add', { scope: ['cards:read', 'https://monei.cc/scope'] }],
      ['profile:read as a required scope, which is always requested', { requiredScopes: ['profile:read'] }],
      [
        'plain http on loopback',
        { tokenURL: 'http://localhost:3000/token', authorizationURL: 'http://[::1]:3000/' },
      ],
      [
        'options of code for passport-oauth2',
        { state: true, store: false, pkce: 'plain', proxy: true, sessionKey: 'k', scopeSeparator: ',' },
      ],
      [
        'options of other packages, because apps share their configuration',
        { name: 'monei', profileFields: [], apiURL: 'https://api.monei.cc', asked: 1, clientName: 'App' },
      ],
      [
        'undefined for every option that has a default',
        {
          scope: undefined,
          requiredScopes: undefined,
          skipUserProfile: undefined,
          passReqToCallback: undefined,
          store: undefined,
          sessionKey: undefined,
          timeout: undefined,
          agent: undefined,
          customHeaders: undefined,
          tokenURL: undefined,
          authorizationURL: undefined,
          state: undefined,
        },
      ],
    ];
    for (const [name, options] of cases) {
      it(name, () => {
        expect(
          () => new MoneiStrategy({ ...registered, ...options } as MoneiStrategyOptions, verify),
        ).to.not.throw();
      });
    }
  });

  /** Returns the actions that a strategy takes for a request that no framework has prepared. */
  function actionsFor(strategy: MoneiStrategy, request: object): unknown[][] {
    const actions: unknown[][] = [];
    const attempt = Object.create(strategy);
    for (const action of ['success', 'fail', 'redirect', 'error']) {
      attempt[action] = (...args: unknown[]) => actions.push([action, ...args]);
    }
    attempt.authenticate({ session: {}, headers: { host: 'app.example.com' }, ...request });
    return actions;
  }

  it('starts a sign-in for a request without a query and without a URL', () => {
    const strategy = new MoneiStrategy({ ...registered, callbackURL: 'http://localhost/callback' }, verify);
    const actions = actionsFor(strategy, {});
    expect(actions).to.have.lengthOf(1);
    expect(actions[0]?.[0]).to.equal('redirect');
    expect(actions[0]?.[1]).to.match(/^https:\/\/.*client_id=mc_client/);
  });

  for (const query of [undefined, null]) {
    it(`reads the query of the URL if req.query is ${query}`, () => {
      const strategy = new MoneiStrategy({ ...registered, callbackURL: 'http://localhost/callback' }, verify);
      const url = '/callback?code=c&state=s&of=%3F';
      const [[action, info, status] = []] = actionsFor(strategy, { query, url });
      expect([action, status]).to.deep.equal(['fail', 403]);
      expect(info).to.have.property('code', 'invalid_state');
      const [[other] = []] = actionsFor(strategy, { query, url: '/callback' });
      expect(other).to.equal('redirect');
    });
  }

  it('completes a callbackURL that is a path with the protocol of req.socket or req.connection', () => {
    const strategy = new MoneiStrategy({ ...registered, callbackURL: '/callback' }, verify);
    const encrypted = { encrypted: true };
    for (const request of [{ connection: encrypted, socket: {} }, { socket: encrypted }]) {
      const [[, url] = []] = actionsFor(strategy, { ...request, url: '/auth' });
      const asked = new URL(String(url)).searchParams.get('redirect_uri');
      expect(asked).to.equal('https://app.example.com/callback');
    }
  });

  it('[S25] contains no secret when it is logged', () => {
    const customHeaders = { 'x-gateway': 'client-secret of the gateway' };
    const agent = new Agent({ key: 'client-secret of TLS' });
    const strategy = new MoneiStrategy({ ...registered, customHeaders, agent }, verify);
    const { _oauth2: oauth2 } = strategy as unknown as {
      _oauth2: { _agent: Agent; setAgent(a: Agent): void };
    };
    for (const given of [agent, new Agent({ key: 'another client-secret' })]) {
      oauth2.setAgent(given);
      expect(oauth2._agent).to.equal(given);
      for (const text of [inspect(strategy, { depth: 9 }), JSON.stringify(strategy)]) {
        expect(text).to.not.include('client-secret');
      }
    }
  });

  it('passes an agent to passport-oauth2, but not a function that returns one', () => {
    const agent = new Agent();
    for (const [given, expected] of [
      [agent, agent],
      [() => agent, undefined],
      [undefined, undefined],
    ] as const) {
      const strategy = new MoneiStrategy({ ...registered, agent: given }, verify);
      expect(strategy).to.have.nested.property('_oauth2._agent', expected);
    }
  });

  it('returns null from parseErrorResponse', () => {
    const strategy = new MoneiStrategy(registered, verify);
    expect(strategy.parseErrorResponse('{"error":"invalid_grant"}', 400)).to.equal(null);
  });

  it('sends the code challenge of the chosen method, and none without PKCE', () => {
    const challengeOf = (pkce: boolean | 'plain') => {
      const strategy = new MoneiStrategy({ ...registered, pkce }, verify);
      const session: Record<string, { pending: { verifier?: string }[] }> = {};
      const [[, url] = []] = actionsFor(strategy, { url: '/auth', session });
      const { searchParams } = new URL(String(url));
      const method = searchParams.get('code_challenge_method');
      const verifier = Object.values(session)[0]?.pending[0]?.verifier;
      return [method, searchParams.get('code_challenge') === verifier, verifier === undefined];
    };
    expect(challengeOf('plain')).to.deep.equal(['plain', true, false]);
    expect(challengeOf(true)).to.deep.equal(['S256', false, false]);
    expect(challengeOf(false)).to.deep.equal([null, false, true]);
  });
});
