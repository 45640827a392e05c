import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/client.js';
import type { MoneiConnectOptions } from '../../src/connect/options.js';
import { everythingIn } from '../helpers/everything-in.js';
import { credentials } from '../helpers/fixtures.js';

describe('The constructor of MoneiConnect', () => {
  for (const options of [undefined, null, 5, 'mc_client']) {
    it(`throws a TypeError that says what to pass, for ${options}`, () => {
      expect(() => new MoneiConnect(options as never)).to.throw(
        TypeError,
        'passport-monei: pass an object of options: { clientID, clientSecret }.',
      );
    });
  }

  const cases: [name: string, options: object, message: RegExp][] = [
    ['no client ID', { clientID: undefined }, /`clientID` is missing/],
    [
      'a misspelt option',
      { tokenUrl: 'https://a.example/' },
      /no option `tokenUrl`. Did you mean `tokenURL`/,
    ],
    ['no client secret', { clientSecret: '' }, /`clientSecret` is missing/],
    ['swapped credentials', { clientID: 'mcs_client-secret' }, /`clientID` holds a client secret/],
    ['a plain-http token URL', { tokenURL: 'http://api.monei.cc/token' }, /`tokenURL` must be an https: URL/],
    ['a plain-http revocation URL', { revocationURL: 'http://10.0.0.1/' }, /`revocationURL`/],
    ['a plain-http profile URL', { userProfileURL: 'http://localhost.evil.example/' }, /`userProfileURL`/],
    ['a text that is not a URL', { tokenURL: 'api.monei.cc' }, /`tokenURL` is not a URL/],
    ['a timeout of 0', { timeout: 0 }, /`timeout`/],
    ['a timeout that is too long for a timer', { timeout: 2 ** 31 }, /`timeout`/],
    ['a string as timeout', { timeout: '10' }, /`timeout`/],
    ['NaN as timeout', { timeout: Number.NaN }, /`timeout`/],
    ['a string as agent', { agent: 'proxy' }, /`agent`/],
    ['an object that is not an agent', { agent: {} }, /`agent`/],
    ['a header that HTTP does not allow', { customHeaders: { 'x y': '1' } }, /`customHeaders`.*"x y"/],
    [
      'a header value with a line break',
      { customHeaders: { 'x-key': 'secret\r\nx: y' } },
      /`customHeaders`.*"x-key"/,
    ],
    ['a string as headers', { customHeaders: 'x: y' }, /`customHeaders`/],
    ['a password in a URL', { tokenURL: 'https://u:client-secret@monei.cc/' }, /`tokenURL`.*no password/],
    ['a fragment in a URL', { userProfileURL: 'https://monei.cc/#me' }, /`userProfileURL`.*no fragment/],
    ['a misspelt option', { tokenUrl: 'https://monei.cc/' }, /`tokenUrl`\. Did you mean `tokenURL`\?/],
    [
      'a misspelt credential',
      { clientSecret: undefined, clientsecret: 'mcs_client-secret' },
      /`clientsecret`\. Did you mean `clientSecret`\?/,
    ],
  ];
  for (const [name, options, message] of cases) {
    it(`refuses ${name}`, () => {
      let error: unknown;
      try {
        new MoneiConnect({ ...credentials, ...options } as MoneiConnectOptions);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).to.be.instanceOf(TypeError);
      expect((error as Error).message).to.match(message);
      expect(everythingIn(error)).to.not.match(/client-secret|secret\r/);
    });
  }

  it('ignores options of the strategy and of other libraries', () => {
    const others = {
      callbackURL: '/',
      scope: [],
      scopes: [],
      requiredScopes: [],
      skipUserProfile: true,
      passReqToCallback: true,
      store: undefined,
      sessionKey: 'k',
      pkce: true,
      proxy: true,
      authorizationURL: 'https://monei.cc/connect/authorize',
      state: true,
      scopeSeparator: ' ',
      name: 'monei',
    };
    expect(() => new MoneiConnect({ ...credentials, ...others })).to.not.throw();
  });

  for (const host of ['localhost', 'monei.localhost', '127.0.0.1', '127.8.9.1', '127.0.10.200', '[::1]']) {
    it(`accepts plain http on loopback: ${host}`, () => {
      expect(
        () => new MoneiConnect({ ...credentials, tokenURL: `http://${host}:8080/token` }),
      ).to.not.throw();
    });
  }
});
