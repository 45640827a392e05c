import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/client.js';
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

  it('shows its client ID, and not its secret', () => {
    expect(connect.clientID).to.equal('mc_client');
    expect(everythingIn(connect)).to.not.include('mcs_');
  });

  describe('exchangeCode', () => {
    it('[S43] posts the code and the credentials as JSON, and returns the tokens', async () => {
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

    it('sends one request for concurrent calls, which all get its tokens', async () => {
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

    it('gives each concurrent call an object of its own', async () => {
      api().post('/api/v1/connect/token').once().reply(200, pair);
      const [one, other] = await Promise.all([connect.refresh('mcr_old'), connect.refresh('mcr_old')]);
      one.scopes.push('changed');
      expect(other.scopes).to.deep.equal(['profile:read']);
    });

    it('rejects all concurrent calls if the request fails, and sends a new one the next time', async () => {
      api().post('/api/v1/connect/token').once().reply(503);
      const failures = await Promise.all([
        rejection(connect.refresh('mcr_old')),
        rejection(connect.refresh('mcr_old')),
      ]);
      for (const failure of failures) expect(failure).to.include({ code: 'unavailable' });
      api().post('/api/v1/connect/token').once().reply(200, pair);
      expect(await connect.refresh('mcr_old')).to.include({ accessToken: 'mct_access' });
    });

    it('keeps the scopes of the old tokens if the response lists none', async () => {
      const { scopes: _, ...silent } = pair;
      const respond = () => api().post('/api/v1/connect/token').reply(200, silent);
      respond();
      const scopes = ['wallet:read', 'wallet:send'];
      const tokens = await connect.refresh('mcr_refresh', { scopes });
      expect(tokens.scopes).to.deep.equal(scopes);
      respond();
      expect(await rejection(connect.refresh('mcr_refresh'))).to.have.property('code', 'malformed_response');
      for (const listed of [{ scopes: ['kyc:read'] }, { scope: 'kyc:read' }]) {
        api()
          .post('/api/v1/connect/token')
          .reply(200, { ...silent, ...listed });
        expect((await connect.refresh('mcr_refresh', { scopes })).scopes).to.deep.equal(['kyc:read']);
      }
    });

    it('sends a request for each refresh token', async () => {
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
      ['a response with a body', 200, { statusCode: 200, message: 'Success' }],
      ['the status 201', 201, undefined],
      ['the status 202', 202, undefined],
      ['the status 204 without a body', 204, undefined],
      [
        'Monei’s own 404, for a token that it no longer knows',
        404,
        { statusCode: 404, message: 'Token not found', error: 'Not Found' },
      ],
    ] as const) {
      it(`takes ${name} for a success`, async () => {
        api().post('/api/v1/connect/token/revoke', { token: 'mct_access' }).reply(status, body);
        expect(await connect.revoke('mct_access')).to.equal(undefined);
      });
    }

    for (const status of [203, 205, 206, 226]) {
      it(`rejects for the status ${status}`, async () => {
        api().post('/api/v1/connect/token/revoke').reply(status);
        expect(await rejection(connect.revoke('mct_access'))).to.include({
          code: 'unexpected_status',
          endpoint: 'revocation',
          moneiStatus: status,
        });
      });
    }

    it('rejects for a token that Monei does not know, with `mustExist`', async () => {
      api().post('/api/v1/connect/token/revoke').reply(404, { statusCode: 404, message: 'Token not found' });
      const error = await rejection(connect.revoke('mct_access', { mustExist: true }));
      expect(error).to.include({ code: 'not_found', endpoint: 'revocation' });
    });

    it('rejects if Monei fails to revoke the token', async () => {
      api().post('/api/v1/connect/token/revoke').reply(500);
      expect(await rejection(connect.revoke('mct_access'))).to.include({
        code: 'unavailable',
        endpoint: 'revocation',
      });
    });

    for (const [what, body] of [
      ['an HTML page', '<h1>404 Not Found</h1>'],
      ['an empty body', ''],
      ['JSON without a `statusCode`', { message: 'no Route matched with those values' }],
      ['JSON without a `message`', { statusCode: 404 }],
    ] as const) {
      it(`rejects for a 404 of a gateway: ${what}`, async () => {
        api().post('/api/v1/connect/token/revoke').reply(404, body);
        expect(await rejection(connect.revoke('mct_access'))).to.include({
          code: 'not_found',
          endpoint: 'revocation',
          moneiStatus: 404,
        });
      });
    }
  });

  describe('fetchUser', () => {
    it('sends the token, and returns the user', async () => {
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
    it(`rejects for the status ${status}, whatever the body contains`, async () => {
      const parsing = new MoneiConnect(
        checkConnectOptions(credentials),
        () => new Error('the error parser was called'),
      );
      api().post('/api/v1/connect/token').twice().reply(status, pair);
      api()
        .get('/api/v1/user/me')
        .reply(status, { data: { id: 'u1' } });
      const requests = {
        token: () => parsing.exchangeCode(exchange),
        profile: () => parsing.fetchUser('mct_access'),
      };
      for (const [endpoint, send] of Object.entries(requests)) {
        expect(await rejection(send())).to.include({
          code: 'unexpected_status',
          endpoint,
          moneiStatus: status,
          status: 502,
        });
      }
      expect(await rejection(parsing.refresh('mcr_old'))).to.include({ code: 'unexpected_status' });
    });
  }

  describe('an argument that cannot be sent', () => {
    const invalid: [name: string, send: () => Promise<unknown>, argument: string][] = [
      ['no argument', () => connect.exchangeCode(undefined as never), 'redirectURI'],
      ['no code', () => connect.exchangeCode({ ...exchange, code: '' }), 'code'],
      ['a number as code', () => connect.exchangeCode({ ...exchange, code: 42 as never }), 'code'],
      ['no redirect URI', () => connect.exchangeCode({ code: 'secret-code' } as never), 'redirectURI'],
      ['an empty verifier', () => connect.exchangeCode({ ...exchange, codeVerifier: '' }), 'codeVerifier'],
      ['no refresh token', () => connect.refresh(undefined as never), 'refreshToken'],
      ['no access token to revoke', () => connect.revoke(''), 'accessToken'],
      ['no access token', () => connect.fetchUser(null as never), 'accessToken'],
      ['an access token with a line break', () => connect.fetchUser('mct_secret\r\nx: y'), 'accessToken'],
    ];
    for (const [name, send, argument] of invalid) {
      it(`is refused without being quoted: ${name}`, async () => {
        const error = await rejection(send());
        expect(error).to.be.instanceOf(TypeError);
        expect((error as Error).message).to.include(`\`${argument}\``);
        expect(everythingIn(error)).to.not.match(/secret|the-code/);
      });
    }
  });

  it('sends the custom headers with every request, and keeps its own', async () => {
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
});
