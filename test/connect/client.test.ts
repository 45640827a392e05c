import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/client.js';
import { MoneiConnectError } from '../../src/connect/errors.js';
import type { MoneiConnectOptions } from '../../src/connect/options.js';
import { checkConnectOptions } from '../../src/connect/options.js';
import { everythingIn } from '../helpers/everything-in.js';
import { credentials, pair } from '../helpers/fixtures.js';
import { rejection } from '../helpers/rejection.js';
import { nock, useNock } from '../helpers/use-nock.js';

const exchange = {
  code: 'the-code-of-this-user',
  redirectURI: 'https://app.example.com/auth/monei/callback',
};
const api = () => nock('https://api.monei.cc');

describe('MoneiConnect', () => {
  const connect = new MoneiConnect(credentials);

  useNock();

  it('shows its client ID, which is public, and not its secret', () => {
    expect(connect.clientID).to.equal('mc_client');
    expect(everythingIn(connect)).to.not.include('mcs_');
  });

  describe('exchangeCode', () => {
    it('[S43] posts the code and the credentials as JSON, and gives the tokens', async () => {
      api()
        .post('/api/v1/connect/token', {
          grant_type: 'authorization_code',
          code: exchange.code,
          redirect_uri: exchange.redirectURI,
          client_id: 'mc_client',
          client_secret: 'mcs_client-secret',
        })
        .matchHeader('content-type', 'application/json')
        .matchHeader('accept', 'application/json')
        .matchHeader('user-agent', 'passport-monei')
        .reply(200, pair);
      const tokens = await connect.exchangeCode(exchange);
      expect(tokens).to.include({ accessToken: 'mct_access', refreshToken: 'mcr_refresh', expiresIn: 3600 });
      expect(tokens.scopes).to.deep.equal(['profile:read']);
      expect(tokens.expiresAt).to.be.a('date');
    });

    it('sends the code verifier of PKCE', async () => {
      api()
        .post('/api/v1/connect/token', (body) => body.code_verifier === 'verifier')
        .reply(201, pair);
      await connect.exchangeCode({ ...exchange, codeVerifier: 'verifier' });
    });
  });

  describe('refresh', () => {
    it('[S44] posts the refresh token as JSON, without client credentials', async () => {
      api()
        .post('/api/v1/connect/token', { grant_type: 'refresh_token', refresh_token: 'mcr_old' })
        .reply(200, pair);
      expect(await connect.refresh('mcr_old')).to.include({
        accessToken: 'mct_access',
        refreshToken: 'mcr_refresh',
      });
    });

    it('makes one request for calls at the same time, and gives all of them its outcome', async () => {
      api().post('/api/v1/connect/token').once().reply(200, pair);
      const all = await Promise.all([
        connect.refresh('mcr_old'),
        connect.refresh('mcr_old'),
        connect.refresh('mcr_old'),
      ]);
      expect(all.map(({ accessToken }) => accessToken)).to.deep.equal([
        'mct_access',
        'mct_access',
        'mct_access',
      ]);
    });

    it('gives each of them tokens of their own to keep', async () => {
      api().post('/api/v1/connect/token').once().reply(200, pair);
      const [one, other] = await Promise.all([connect.refresh('mcr_old'), connect.refresh('mcr_old')]);
      one.scopes.push('changed');
      expect(other.scopes).to.deep.equal(['profile:read']);
    });

    it('shares a failure too, and asks again the next time', async () => {
      api().post('/api/v1/connect/token').once().reply(503);
      const failures = await Promise.all([
        rejection(connect.refresh('mcr_old')),
        rejection(connect.refresh('mcr_old')),
      ]);
      for (const failure of failures) expect(failure).to.include({ code: 'unavailable' });
      api().post('/api/v1/connect/token').once().reply(200, pair);
      expect(await connect.refresh('mcr_old')).to.include({ accessToken: 'mct_access' });
    });

    it('takes the scopes that the pair carried for those of an answer that names none', async () => {
      const { scopes: _, ...silent } = pair;
      const answers = () => api().post('/api/v1/connect/token').reply(200, silent);
      answers();
      const known = ['wallet:read', 'wallet:send'];
      const tokens = await connect.refresh('mcr_refresh', { scopes: known });
      expect(tokens.scopes).to.deep.equal(known);
      answers();
      expect(await rejection(connect.refresh('mcr_refresh'))).to.have.property('code', 'malformed_response');
      for (const said of [{ scopes: ['kyc:read'] }, { scope: 'kyc:read' }]) {
        api()
          .post('/api/v1/connect/token')
          .reply(200, { ...silent, ...said });
        expect((await connect.refresh('mcr_refresh', { scopes: known })).scopes).to.deep.equal(['kyc:read']);
      }
    });

    it('makes a request for each refresh token', async () => {
      for (const token of ['mcr_one', 'mcr_two']) {
        api()
          .post('/api/v1/connect/token', { grant_type: 'refresh_token', refresh_token: token })
          .reply(200, { ...pair, access_token: `mct_of_${token}` });
      }
      const [one, two] = await Promise.all([connect.refresh('mcr_one'), connect.refresh('mcr_two')]);
      expect([one.accessToken, two.accessToken]).to.deep.equal(['mct_of_mcr_one', 'mct_of_mcr_two']);
    });
  });

  describe('revoke', () => {
    for (const [name, status, body] of [
      ['an answer with a body', 200, { statusCode: 200, message: 'Success' }],
      ['an answer to something made', 201, undefined],
      ['an answer that will be carried out', 202, undefined],
      ['an answer without a body', 204, undefined],
      [
        'a token that Monei no longer knows',
        404,
        { statusCode: 404, message: 'Token not found', error: 'Not Found' },
      ],
    ] as const) {
      it(`takes ${name} for done`, async () => {
        api().post('/api/v1/connect/token/revoke', { token: 'mct_access' }).reply(status, body);
        expect(await connect.revoke('mct_access')).to.equal(undefined);
      });
    }

    for (const status of [203, 205, 206, 226]) {
      it(`does not take ${status} for done`, async () => {
        api().post('/api/v1/connect/token/revoke').reply(status);
        expect(await rejection(connect.revoke('mct_access'))).to.include({
          code: 'unexpected_status',
          endpoint: 'revocation',
          moneiStatus: status,
        });
      });
    }

    it('rejects for a token that Monei does not know, if it has to', async () => {
      api().post('/api/v1/connect/token/revoke').reply(404);
      const error = await rejection(connect.revoke('mct_access', { mustExist: true }));
      expect(error).to.include({ code: 'not_found', endpoint: 'revocation' });
    });

    it('rejects when Monei did not revoke the token', async () => {
      api().post('/api/v1/connect/token/revoke').reply(500);
      expect(await rejection(connect.revoke('mct_access'))).to.include({
        code: 'unavailable',
        endpoint: 'revocation',
      });
    });
  });

  describe('fetchUser', () => {
    it('sends the token, and gives the user', async () => {
      api()
        .get('/api/v1/user/me')
        .matchHeader('authorization', 'Bearer mct_access')
        .reply(200, {
          statusCode: 200,
          message: 'Success',
          data: { id: 'u1', email: 'a@example.com', isAdmin: false },
        });
      expect(await connect.fetchUser('mct_access')).to.deep.equal({
        id: 'u1',
        email: 'a@example.com',
        isAdmin: false,
      });
    });
  });

  for (const status of [202, 203, 204, 205, 206, 226]) {
    it(`takes ${status} for no whole answer, whatever it holds`, async () => {
      const parsing = new MoneiConnect(
        checkConnectOptions(credentials),
        () => new Error('a parser of errors was asked'),
      );
      api().post('/api/v1/connect/token').twice().reply(status, pair);
      api()
        .get('/api/v1/user/me')
        .reply(status, { data: { id: 'u1' } });
      const calls = {
        token: () => parsing.exchangeCode(exchange),
        profile: () => parsing.fetchUser('mct_access'),
      };
      for (const [endpoint, call] of Object.entries(calls)) {
        expect(await rejection(call())).to.include({
          code: 'unexpected_status',
          endpoint,
          moneiStatus: status,
          status: 502,
        });
      }
      expect(await rejection(parsing.refresh('mcr_old'))).to.include({ code: 'unexpected_status' });
    });
  }

  describe('rejects what can’t be sent, without saying what it was', () => {
    const bad: [name: string, call: () => Promise<unknown>, argument: string][] = [
      ['nothing at all', () => connect.exchangeCode(undefined as never), 'redirectURI'],
      ['no code', () => connect.exchangeCode({ ...exchange, code: '' }), 'code'],
      ['a number for a code', () => connect.exchangeCode({ ...exchange, code: 42 as never }), 'code'],
      ['no redirect URI', () => connect.exchangeCode({ code: 'secret-code' } as never), 'redirectURI'],
      ['an empty verifier', () => connect.exchangeCode({ ...exchange, codeVerifier: '' }), 'codeVerifier'],
      ['no refresh token', () => connect.refresh(undefined as never), 'refreshToken'],
      ['no access token to revoke', () => connect.revoke(''), 'accessToken'],
      ['no access token', () => connect.fetchUser(null as never), 'accessToken'],
      ['an access token with a line break', () => connect.fetchUser('mct_secret\r\nx: y'), 'accessToken'],
    ];
    for (const [name, call, argument] of bad) {
      it(name, async () => {
        const error = await rejection(call());
        expect(error).to.be.instanceOf(TypeError);
        expect((error as Error).message).to.include(`\`${argument}\``);
        expect(everythingIn(error)).to.not.match(/secret|the-code/);
      });
    }
  });

  describe('tells by the status what went wrong', () => {
    const statuses: [status: number, code: string, answerWith: number][] = [
      [400, 'bad_request', 502],
      [401, 'unauthorized', 502],
      [403, 'forbidden', 502],
      [404, 'not_found', 502],
      [429, 'rate_limited', 503],
      [500, 'unavailable', 502],
      [503, 'unavailable', 502],
      [599, 'unavailable', 502],
      [418, 'unexpected_status', 502],
      [206, 'unexpected_status', 502],
      [300, 'unexpected_status', 502],
      [301, 'unexpected_status', 502],
      [307, 'unexpected_status', 502],
    ];
    for (const [moneiStatus, code, status] of statuses) {
      it(`${moneiStatus}: ${code}`, async () => {
        api()
          .post('/api/v1/connect/token')
          .reply(moneiStatus, { message: 'Why it failed' }, { location: 'https://evil.example' });
        const error = await rejection(connect.exchangeCode(exchange));
        expect(error).to.be.instanceOf(MoneiConnectError).and.to.be.instanceOf(Error);
        expect(error).to.include({ name: 'MoneiConnectError', code, endpoint: 'token', moneiStatus, status });
        expect((error as Error).message)
          .to.include('Why it failed')
          .and.to.include(String(moneiStatus));
        expect(error).to.not.have.property('retryAfter');
      });
    }

    it('asks those who have an error of their own for a refused code only', async () => {
      const asked: string[] = [];
      const asking = new MoneiConnect(checkConnectOptions(credentials), (body) => {
        asked.push(body);
        return null;
      });
      api().post('/api/v1/connect/token').twice().reply(400, { message: 'No' });
      api().post('/api/v1/connect/token/revoke').reply(400, { message: 'No' });
      api().get('/api/v1/user/me').reply(400, { message: 'No' });
      await rejection(asking.exchangeCode(exchange));
      expect(asked).to.deep.equal(['{"message":"No"}']);
      await rejection(asking.refresh('mcr_old'));
      await rejection(asking.revoke('mct_access'));
      await rejection(asking.fetchUser('mct_access'));
      expect(asked).to.have.lengthOf(1);
    });

    it('does not ask them about an endless one', async () => {
      const asking = new MoneiConnect(checkConnectOptions(credentials), () => new Error('asked'));
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: 'word '.repeat(20_000) });
      expect(await rejection(asking.exchangeCode(exchange))).to.include({ code: 'bad_request' });
    });

    it('keeps control characters out of the message: they could forge a line of a log', async () => {
      api().post('/api/v1/connect/token').reply(400, { message: 'Bad\r\ncode\u001b[31m' });
      const error = await rejection(connect.exchangeCode(exchange));
      expect((error as Error).message).to.match(/Bad code \[…\]$/);
    });

    it('joins a list of messages', async () => {
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: ['code must be a string', 'redirect_uri is required'] });
      const error = await rejection(connect.exchangeCode(exchange));
      expect((error as Error).message).to.include('code must be a string; redirect_uri is required');
    });

    it('does without a message where there is none, and cuts an endless one', async () => {
      api().post('/api/v1/connect/token').reply(502, '<h1>Bad gateway</h1>');
      expect(await rejection(connect.exchangeCode(exchange))).to.include({
        message: "Monei's token endpoint answered 502",
      });
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: 'x'.repeat(100_000) });
      const error = await rejection(connect.exchangeCode(exchange));
      expect((error as Error).message).to.have.lengthOf.below(1100);
    });

    const basic = (text: string) => Buffer.from(text).toString('base64');
    const headers: Record<string, string> = {
      'the password in Basic': `Basic ${basic('gateway:correcthorsebattery')}`,
      'the user in Basic': `basic ${basic('correcthorsebattery:gateway')}`,
      'the key behind Bearer': 'Bearer   correcthorsebattery',
      'the value of a cookie': 'a=b; session=correcthorsebattery',
    };
    for (const [name, authorization] of Object.entries(headers)) {
      it(`keeps ${name} of a custom header out of the message`, async () => {
        const other = new MoneiConnect({ ...credentials, customHeaders: { authorization } });
        api().post('/api/v1/connect/token').reply(400, { message: 'the word correcthorsebattery is wrong' });
        const { message } = (await rejection(other.exchangeCode(exchange))) as Error;
        expect(message).to.match(/the word \[…\] is wrong$/);
      });
    }

    it('keeps a short password in Basic out of the message, and nothing else', async () => {
      const authorization = `Basic ${basic('gateway:hunter')};`;
      const other = new MoneiConnect({ ...credentials, customHeaders: { authorization } });
      api().post('/api/v1/connect/token').reply(400, { message: 'password: hunter (in the form) is wrong' });
      const { message } = (await rejection(other.exchangeCode(exchange))) as Error;
      expect(message).to.match(/: password: \[…\] \(in the form\) is wrong$/);
      api().post('/api/v1/connect/token').reply(400, { message: 'nothing in () here' });
      expect(await rejection(other.exchangeCode(exchange)))
        .to.have.property('message')
        .that.matches(/nothing in \(\) here$/);
    });

    const words = 'correcthorsebattery';
    const calls: Record<string, () => Promise<unknown>> = {
      'a code': () => connect.exchangeCode({ ...exchange, code: words }),
      'a code verifier': () => connect.exchangeCode({ ...exchange, codeVerifier: words }),
      'a code, beside a verifier': () =>
        connect.exchangeCode({ ...exchange, code: words, codeVerifier: 'verifier' }),
      'a refresh token': () => connect.refresh(words),
      'a token to revoke': () => connect.revoke(words),
      'an access token': () => connect.fetchUser(words),
    };
    for (const [name, call] of Object.entries(calls)) {
      it(`keeps ${name} of words out of the message`, async () => {
        nock('https://api.monei.cc')
          .intercept(/.*/, name === 'an access token' ? 'GET' : 'POST')
          .reply(400, { message: `the word ${words} is wrong` });
        const { message } = (await rejection(call())) as Error;
        expect(message).to.match(/the word \[…\] is wrong$/);
      });
    }

    it('cuts a message that is longer than anybody reads', async () => {
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: 'word '.repeat(2_000) });
      const { message } = (await rejection(connect.exchangeCode(exchange))) as Error;
      expect(message)
        .to.match(/wor…$|word…$|wo…$|w…$| …$/)
        .and.to.have.lengthOf.below(1100);
    });

    const inSeconds = (seconds: number) => () => new Date(Date.now() + seconds * 1000).toUTCString();
    const waits: [name: string, header: () => string, retryAfter: number | undefined][] = [
      ['30', () => '30', 30],
      ['0', () => '0', 0],
      ['a date 90 s ahead', inSeconds(90), 90],
      ['a date 90 s ago', inSeconds(-90), 0],
      ['soon', () => 'soon', undefined],
      ['-5', () => '-5', undefined],
    ];
    for (const [name, header, retryAfter] of waits) {
      it(`reads how long to wait from Retry-After: ${name}`, async () => {
        const headers = { 'retry-after': header() };
        api().post('/api/v1/connect/token').reply(429, { message: 'Too many requests' }, headers);
        const impatient = new MoneiConnect({ ...credentials, maxRetryAfter: 0 });
        const error = (await rejection(impatient.exchangeCode(exchange))) as MoneiConnectError;
        expect(error).to.include({ code: 'rate_limited', status: 503 });
        if (retryAfter === undefined) expect(error).to.not.have.property('retryAfter');
        else expect(error.retryAfter).to.be.closeTo(retryAfter, 2);
      });
    }
  });

  describe('[S21] keeps secrets to itself when Monei echoes them', () => {
    it('also when there is no end to what the browser brought as a code', async () => {
      const code = 'c0de-'.repeat(3000);
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: `Invalid code: ${code}` });
      const error = await rejection(connect.exchangeCode({ ...exchange, code }));
      expect(error).to.be.instanceOf(MoneiConnectError).with.property('code', 'bad_request');
      expect(everythingIn(error)).to.not.include('c0de-c0de');
    });

    it('also where the answer is too long to be searched as a whole', async () => {
      const code = 'the-code/'.repeat(12);
      for (const length of [16_250, 16_300, 16_350, 32_700, 40_000]) {
        api()
          .post('/api/v1/connect/token')
          .reply(400, { message: `mct_${'x'.repeat(length)}${code}` });
        const error = await rejection(connect.exchangeCode({ ...exchange, code }));
        expect(everythingIn(error)).to.not.include('the-code');
      }
    });

    const secrets = [
      'the-code-of-this-user',
      'mcs_client-secret',
      'mct_access',
      'mcr_old',
      'verifier-of-this-user',
    ];
    const echo = {
      message: `Bad request: ${JSON.stringify(secrets)} ${encodeURIComponent(secrets.join('&'))}`,
      secrets,
    };
    const calls: [name: string, call: () => Promise<unknown>][] = [
      ['exchangeCode', () => connect.exchangeCode({ ...exchange, codeVerifier: 'verifier-of-this-user' })],
      ['refresh', () => connect.refresh('mcr_old')],
      ['revoke', () => connect.revoke('mct_access')],
      ['fetchUser', () => connect.fetchUser('mct_access')],
    ];
    for (const [name, call] of calls) {
      it(`in an error of ${name}`, async () => {
        nock('https://api.monei.cc')
          .intercept(/.*/, name === 'fetchUser' ? 'GET' : 'POST')
          .reply(400, echo);
        const text = everythingIn(await rejection(call()));
        expect(text).to.include('Bad request');
        // A refresh does not know the code of another call: only its own secrets, and what wears a prefix.
        const known = name === 'exchangeCode' ? secrets : secrets.slice(1, 4);
        for (const secret of known) expect(text).to.not.include(secret);
      });
    }

    it('in an answer that can’t be used', async () => {
      api().post('/api/v1/connect/token').reply(200, `mct_access ${exchange.code} is not JSON`);
      const error = await rejection(connect.exchangeCode(exchange));
      expect(error).to.include({ code: 'malformed_response', moneiStatus: 200 });
      for (const secret of secrets) expect(everythingIn(error)).to.not.include(secret);
    });

    it('in an error of the HTTP client, which here quotes the whole request', async () => {
      const error = await rejection(connect.exchangeCode(exchange));
      expect(error).to.include({ code: 'network' });
      for (const secret of secrets) expect(everythingIn(error)).to.not.include(secret);
    });

    it('when they stand in custom headers', async () => {
      const gateway = new MoneiConnect({
        ...credentials,
        customHeaders: { 'x-gateway': 'key-of-the-gateway' },
      });
      api().post('/api/v1/connect/token').reply(403, { message: 'Bad key: key-of-the-gateway' });
      const error = await rejection(gateway.refresh('mcr_old'));
      expect(everythingIn(error)).to.include('Bad key').and.to.not.include('key-of-the-gateway');
      expect(everythingIn(gateway)).to.not.include('key-of-the-gateway');
    });

    it('when it is logged itself', () => {
      expect(everythingIn(connect)).to.not.include('mcs_client-secret');
    });
  });

  it('is pleasant to log: its properties are enumerable, its name is not', async () => {
    api().post('/api/v1/connect/token').reply(429, { message: 'Slow down' }, { 'retry-after': '7' });
    const error = await rejection(connect.refresh('mcr_old'));
    expect({ ...(error as object) }).to.deep.equal({
      code: 'rate_limited',
      endpoint: 'token',
      moneiStatus: 429,
      requestSent: true,
      retryAfter: 7,
      status: 503,
    });
    expect(String(error)).to.match(/^MoneiConnectError: Monei's token endpoint answered 429: Slow down$/);
  });

  it('sends the custom headers with every call, and keeps its own', async () => {
    const customHeaders = {
      'Content-Length': '3',
      'transfer-encoding': 'identity',
      'x-app': 'budget',
      'x-content-length': '4',
      'content-length-x': '5',
      'User-Agent': 'Budget/1',
      'Content-Type': 'text/plain',
      Accept: 'text/html',
    };
    const custom = new MoneiConnect({ ...credentials, customHeaders });
    const reqheaders = {
      'x-app': 'budget',
      'x-content-length': '4',
      'content-length-x': '5',
      'user-agent': 'Budget/1',
      accept: 'application/json',
    };
    const json = { ...reqheaders, 'content-type': 'application/json' };
    nock('https://api.monei.cc', { reqheaders: json }).post('/api/v1/connect/token').twice().reply(200, pair);
    nock('https://api.monei.cc', { reqheaders: json }).post('/api/v1/connect/token/revoke').reply(200);
    nock('https://api.monei.cc', { reqheaders }).get('/api/v1/user/me').reply(200, { id: 'u1' });
    await custom.exchangeCode(exchange);
    await custom.refresh('mcr_old');
    await custom.revoke('mct_access');
    await custom.fetchUser('mct_access');
  });

  describe('constructor', () => {
    const cases: [name: string, options: object, message: RegExp][] = [
      ['no client ID', { clientID: undefined }, /`clientID` is missing/],
      [
        'a misspelt option',
        { tokenUrl: 'https://a.example/' },
        /no option `tokenUrl`. Did you mean `tokenURL`/,
      ],
      ['no client secret', { clientSecret: '' }, /`clientSecret` is missing/],
      ['swapped credentials', { clientID: 'mcs_client-secret' }, /`clientID` holds a client secret/],
      [
        'a plain-http token URL',
        { tokenURL: 'http://api.monei.cc/token' },
        /`tokenURL` must be an https: URL/,
      ],
      ['a plain-http revocation URL', { revocationURL: 'http://10.0.0.1/' }, /`revocationURL`/],
      ['a plain-http profile URL', { userProfileURL: 'http://localhost.evil.example/' }, /`userProfileURL`/],
      ['a URL that is none', { tokenURL: 'api.monei.cc' }, /`tokenURL` is not a URL/],
      ['a timeout of 0', { timeout: 0 }, /`timeout`/],
      ['a timeout that no timer can keep', { timeout: 2 ** 31 }, /`timeout`/],
      ['a text for a timeout', { timeout: '10' }, /`timeout`/],
      ['NaN for a timeout', { timeout: Number.NaN }, /`timeout`/],
      ['a text for an agent', { agent: 'proxy' }, /`agent`/],
      ['an object that is no agent', { agent: {} }, /`agent`/],
      ['a header that HTTP does not allow', { customHeaders: { 'x y': '1' } }, /`customHeaders`.*"x y"/],
      [
        'a header value with a line break',
        { customHeaders: { 'x-key': 'secret\r\nx: y' } },
        /`customHeaders`.*"x-key"/,
      ],
      ['a text for headers', { customHeaders: 'x: y' }, /`customHeaders`/],
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

    it('leaves options of the strategy and of other libraries alone', () => {
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
      it(`lets plain http be used on loopback: ${host}`, () => {
        expect(
          () => new MoneiConnect({ ...credentials, tokenURL: `http://${host}:8080/token` }),
        ).to.not.throw();
      });
    }
  });
});
