import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/client.js';
import { MoneiConnectError } from '../../src/connect/errors.js';
import { checkConnectOptions } from '../../src/connect/options.js';
import { everythingIn } from '../helpers/everything-in.js';
import { credentials } from '../helpers/fixtures.js';
import { rejection } from '../helpers/rejection.js';
import { nock, useNock } from '../helpers/use-nock.js';

const exchange = {
  code: 'the-code-of-this-user',
  redirectURI: 'https://app.example.com/auth/monei/callback',
};
const api = () => nock('https://api.monei.cc');

describe('Errors of MoneiConnect', () => {
  const connect = new MoneiConnect(credentials);

  useNock();

  describe('an error response', () => {
    const statuses: [status: number, code: string, appStatus: number][] = [
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
      it(`with the status ${moneiStatus} has the code ${code}`, async () => {
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

    it('is passed to the error parser for a refused code only', async () => {
      const parsed: string[] = [];
      const parsing = new MoneiConnect(checkConnectOptions(credentials), (body) => {
        parsed.push(body);
        return null;
      });
      api().post('/api/v1/connect/token').twice().reply(400, { message: 'No' });
      api().post('/api/v1/connect/token/revoke').reply(400, { message: 'No' });
      api().get('/api/v1/user/me').reply(400, { message: 'No' });
      await rejection(parsing.exchangeCode(exchange));
      expect(parsed).to.deep.equal(['{"message":"No"}']);
      await rejection(parsing.refresh('mcr_old'));
      await rejection(parsing.revoke('mct_access'));
      await rejection(parsing.fetchUser('mct_access'));
      expect(parsed).to.have.lengthOf(1);
    });

    it('is not passed to the error parser if it is very long', async () => {
      const parsing = new MoneiConnect(checkConnectOptions(credentials), () => new Error('parsed'));
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: 'word '.repeat(20_000) });
      expect(await rejection(parsing.exchangeCode(exchange))).to.include({ code: 'bad_request' });
    });

    it('leaves control characters out of the message, which could forge a line of a log', async () => {
      api().post('/api/v1/connect/token').reply(400, { message: 'Bad\r\ncode\u001b[31m' });
      const error = await rejection(connect.exchangeCode(exchange));
      expect((error as Error).message).to.match(/Bad code \[…\]$/);
    });

    it('joins a list of messages into one', async () => {
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: ['code must be a string', 'redirect_uri is required'] });
      const error = await rejection(connect.exchangeCode(exchange));
      expect((error as Error).message).to.include('code must be a string; redirect_uri is required');
    });

    it('needs no message, and cuts a long one', async () => {
      api().post('/api/v1/connect/token').reply(502, '<h1>Bad gateway</h1>');
      expect(await rejection(connect.exchangeCode(exchange))).to.include({
        message: "Monei's token endpoint responded with 502",
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
      'the key after Bearer': 'Bearer   correcthorsebattery',
      'the value of a cookie': 'a=b; session=correcthorsebattery',
    };
    for (const [name, authorization] of Object.entries(headers)) {
      it(`redacts ${name} of a custom header`, async () => {
        const other = new MoneiConnect({ ...credentials, customHeaders: { authorization } });
        api().post('/api/v1/connect/token').reply(400, { message: 'the word correcthorsebattery is wrong' });
        const { message } = (await rejection(other.exchangeCode(exchange))) as Error;
        expect(message).to.match(/the word \[…\] is wrong$/);
      });
    }

    it('redacts a short password in Basic, and nothing else', async () => {
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
    const requests: Record<string, () => Promise<unknown>> = {
      'a code': () => connect.exchangeCode({ ...exchange, code: words }),
      'a code verifier': () => connect.exchangeCode({ ...exchange, codeVerifier: words }),
      'a code, with a verifier': () =>
        connect.exchangeCode({ ...exchange, code: words, codeVerifier: 'verifier' }),
      'a refresh token': () => connect.refresh(words),
      'a token to revoke': () => connect.revoke(words),
      'an access token': () => connect.fetchUser(words),
    };
    for (const [name, send] of Object.entries(requests)) {
      it(`redacts ${name} that consists of words`, async () => {
        nock('https://api.monei.cc')
          .intercept(/.*/, name === 'an access token' ? 'GET' : 'POST')
          .reply(400, { message: `the word ${words} is wrong` });
        const { message } = (await rejection(send())) as Error;
        expect(message).to.match(/the word \[…\] is wrong$/);
      });
    }

    it('cuts a message after 1,000 characters', async () => {
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
      it(`has the seconds of Retry-After: ${name}`, async () => {
        const headers = { 'retry-after': header() };
        api().post('/api/v1/connect/token').reply(429, { message: 'Too many requests' }, headers);
        const withoutRetries = new MoneiConnect({ ...credentials, maxRetryAfter: 0 });
        const error = (await rejection(withoutRetries.exchangeCode(exchange))) as MoneiConnectError;
        expect(error).to.include({ code: 'rate_limited', status: 503 });
        if (retryAfter === undefined) expect(error).to.not.have.property('retryAfter');
        else expect(error.retryAfter).to.be.closeTo(retryAfter, 2);
      });
    }
  });

  describe('[S21] redacts secrets that a response repeats', () => {
    it('if the code of the browser is very long', async () => {
      const code = 'c0de-'.repeat(3000);
      api()
        .post('/api/v1/connect/token')
        .reply(400, { message: `Invalid code: ${code}` });
      const error = await rejection(connect.exchangeCode({ ...exchange, code }));
      expect(error).to.be.instanceOf(MoneiConnectError).with.property('code', 'bad_request');
      expect(everythingIn(error)).to.not.include('c0de-c0de');
    });

    it('if the response is too long to be searched as a whole', async () => {
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
    const requests: [name: string, send: () => Promise<unknown>][] = [
      ['exchangeCode', () => connect.exchangeCode({ ...exchange, codeVerifier: 'verifier-of-this-user' })],
      ['refresh', () => connect.refresh('mcr_old')],
      ['revoke', () => connect.revoke('mct_access')],
      ['fetchUser', () => connect.fetchUser('mct_access')],
    ];
    for (const [name, send] of requests) {
      it(`in an error of ${name}`, async () => {
        nock('https://api.monei.cc')
          .intercept(/.*/, name === 'fetchUser' ? 'GET' : 'POST')
          .reply(400, echo);
        const text = everythingIn(await rejection(send()));
        expect(text).to.include('Bad request');
        // The other requests know only their own secret, and the prefixes of Monei's secrets.
        const known = name === 'exchangeCode' ? secrets : secrets.slice(1, 4);
        for (const secret of known) expect(text).to.not.include(secret);
      });
    }

    it('in the error of a response that cannot be used', async () => {
      api().post('/api/v1/connect/token').reply(200, `mct_access ${exchange.code} is not JSON`);
      const error = await rejection(connect.exchangeCode(exchange));
      expect(error).to.include({ code: 'malformed_response', moneiStatus: 200 });
      for (const secret of secrets) expect(everythingIn(error)).to.not.include(secret);
    });

    it('in an error of the HTTP client (nock’s quotes the whole request)', async () => {
      const error = await rejection(connect.exchangeCode(exchange));
      expect(error).to.include({ code: 'network' });
      for (const secret of secrets) expect(everythingIn(error)).to.not.include(secret);
    });

    it('if they are in custom headers', async () => {
      const gateway = new MoneiConnect({
        ...credentials,
        customHeaders: { 'x-gateway': 'key-of-the-gateway' },
      });
      api().post('/api/v1/connect/token').reply(403, { message: 'Bad key: key-of-the-gateway' });
      const error = await rejection(gateway.refresh('mcr_old'));
      expect(everythingIn(error)).to.include('Bad key').and.to.not.include('key-of-the-gateway');
      expect(everythingIn(gateway)).to.not.include('key-of-the-gateway');
    });

    it('if the client itself is logged', () => {
      expect(everythingIn(connect)).to.not.include('mcs_client-secret');
    });
  });

  it('has enumerable properties for logs, and a name that is not enumerable', async () => {
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
    expect(String(error)).to.match(
      /^MoneiConnectError: Monei's token endpoint responded with 429: Slow down$/,
    );
  });
});
