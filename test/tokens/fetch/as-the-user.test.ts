import { expect } from 'chai';
import { startEmulator } from '../../../emulator/src/index.js';
import { MissingScopeError, MoneiConnect } from '../../../src/index.js';
import { ReconnectRequiredError } from '../../../src/tokens/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { pair } from '../../helpers/fixtures.js';
import { FIRST, JSON_TYPE, SECOND, signedIn, useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';

describe('TokenKeeper.fetch', () => {
  const monei = useMoneiApi();

  it('sends a request to the API as the user', async () => {
    const keeper = await monei.signIn();
    const response = await keeper.fetch('ada', '/wallet/me?chainId=1');
    expect(response).to.be.instanceOf(Response).and.include({ status: 200, ok: true });
    expect(await response.json()).to.deep.equal({ ok: true });
    expect(monei.requests()).to.deep.equal([
      { method: 'GET', path: '/api/v1/wallet/me?chainId=1', authorization: FIRST, body: '' },
    ]);
  });

  it('requires a reconnect after the user revoked access in the emulator', async () => {
    const emulator = await startEmulator();
    const connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
    const asked = new URL(emulator.endpoints.authorizationURL);
    const redirectURI = 'http://localhost/callback';
    asked.search = new URLSearchParams({
      client_id: emulator.client.clientID,
      redirect_uri: redirectURI,
      scope: 'profile:read wallet:read',
    }).toString();
    const code = new URL(await emulator.authorize(asked)).searchParams.get('code') ?? '';
    const keeper = monei.keeper({ connect, apiURL: emulator.apiURL });
    await keeper.save('ada', await connect.exchangeCode({ code, redirectURI }));
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
    expect((await keeper.fetch('ada', '/nothing/here')).status).to.equal(404);
    emulator.revokeGrant();
    expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.be.instanceOf(ReconnectRequiredError);
    await emulator.close();
  });

  it('refreshes and sends the request again after a 401', async () => {
    const keeper = await monei.signIn();
    monei.respondWith([401]);
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
    expect(monei.requests().map(({ authorization }) => authorization)).to.deep.equal([FIRST, SECOND]);
    expect(monei.refreshes).to.equal(1);
  });

  it('returns a second 401 to the caller', async () => {
    const keeper = await monei.signIn();
    monei.respondWith([401], [401]);
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(401);
    expect(monei.requests()).to.have.lengthOf(2);
    expect(monei.refreshes).to.equal(1);
  });

  it('sends a HEAD again after a 401, although the response has no body', async () => {
    const keeper = await monei.signIn();
    monei.respondWith([401]);
    expect((await keeper.fetch('ada', '/wallet/me', { method: 'HEAD' })).status).to.equal(200);
  });

  it('uses the newer token that another process has stored, without a refresh', async () => {
    const keeper = await monei.signIn();
    monei.respond = async (_req, res) => {
      await monei.keeper().save('ada', { ...signedIn, accessToken: 'mct_newer' });
      monei.respondWith();
      res.writeHead(401).end();
    };
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
    expect(monei.requests()[1]?.authorization).to.equal('Bearer mct_newer');
    expect(monei.refreshes).to.equal(0);
  });

  it('refreshes an expired token first, once for all callers', async () => {
    const keeper = await monei.signIn({}, 0);
    await Promise.all([1, 2, 3].map(() => keeper.fetch('ada', '/wallet/me')));
    expect(monei.requests().map(({ authorization }) => authorization)).to.deep.equal([
      SECOND,
      SECOND,
      SECOND,
    ]);
    expect(monei.refreshes).to.equal(1);
  });

  it('rejects with the error of a refresh, and sends no request to the API', async () => {
    const keeper = await monei.signIn({}, 0);
    monei.respondToRefresh = (_req, res) => res.writeHead(500, JSON_TYPE).end('{}');
    const error = await rejection(keeper.fetch('ada', '/wallet/me'));
    expect(error).to.include({ code: 'unavailable', endpoint: 'token' });
    expect(monei.requests()).to.deep.equal([]);
  });

  it('refuses a user id that is empty', async () => {
    expect(await rejection(monei.keeper().fetch('', '/wallet/me'))).to.be.instanceOf(TypeError);
  });

  it('refuses a token that no header can contain, without quoting it', async () => {
    const keeper = monei.keeper();
    await keeper.save('ada', { ...signedIn, accessToken: 'mct_with\nline' });
    const error = await rejection(keeper.fetch('ada', '/wallet/me'));
    expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('`accessToken`');
    expect(everythingIn(error)).to.not.include('mct_');
  });

  describe('compares the scopes', () => {
    it('and sends no request without them, not even a refresh', async () => {
      const keeper = await monei.signIn({}, 0);
      await keeper.save('ada', { ...signedIn, expiresIn: 0, scopes: ['kyc:read'] });
      const error = await rejection(keeper.fetch('ada', '/wallet/payout/transfer', { method: 'post' }));
      expect(error).to.be.instanceOf(MissingScopeError);
      expect(error).to.include({ code: 'missing_scope', status: 403 });
      expect(error).to.have.deep.property('missing', ['wallet:send']);
      expect(monei.server.seen).to.deep.equal([]);
    });

    it('for a method that `Request` leaves in lower case, too', async () => {
      const keeper = monei.keeper();
      await keeper.save('ada', { ...signedIn, scopes: ['kyc:read'] });
      monei.respondWith([404]);
      expect((await keeper.fetch('ada', '/wallet/me', { method: 'patch' })).status).to.equal(404);
      expect(monei.requests()[0]).to.include({ method: 'PATCH' });
    });

    it('and needs only one of two, if each of them opens the route', async () => {
      const keeper = monei.keeper();
      await keeper.save('ada', { ...signedIn, scopes: ['offramp:execute'] });
      expect((await keeper.fetch('ada', '/offramp/ledger/history?page=2')).status).to.equal(200);
      await keeper.save('ada', { ...signedIn, scopes: ['kyc:read'] });
      const error = await rejection(keeper.fetch('ada', `${monei.url}/api/v1/offramp/ledger/history`));
      expect(error).to.have.deep.property('missing', ['wallet:read', 'offramp:execute']);
    });

    it('of the same stored tokens that the request is sent with', async () => {
      const keeper = await monei.signIn();
      const load = monei.store.load;
      let reads = 0;
      monei.store.load = async (userId) => {
        const value = await load(userId);
        // The tokens that are stored next must not be mixed with those that were read.
        if (++reads === 1) await keeper.save('ada', { ...signedIn, accessToken: 'mct_next', scopes: [] });
        return value;
      };
      expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
      expect(monei.requests()[0]?.authorization).to.equal(FIRST);
    });

    it('and sends a request to a route without a documented scope', async () => {
      const keeper = monei.keeper();
      await keeper.save('ada', { ...signedIn, scopes: [] });
      monei.respondWith([403]);
      expect((await keeper.fetch('ada', '/wallet/utils/banks')).status).to.equal(403);
      expect(monei.requests()).to.have.lengthOf(1);
    });

    it('again after a refresh', async () => {
      const keeper = await monei.signIn({}, 0);
      monei.respondToRefresh = (_req, res) =>
        res.writeHead(200, JSON_TYPE).end(JSON.stringify({ ...pair, scopes: ['kyc:read'] }));
      expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.be.instanceOf(MissingScopeError);
      expect(monei.requests()).to.deep.equal([]);
    });
  });

  describe('requires a reconnect', () => {
    it('when nothing is stored', async () => {
      const error = await rejection(monei.keeper().fetch('ada', '/wallet/me'));
      expect(error).to.be.instanceOf(ReconnectRequiredError);
      expect(monei.server.seen).to.deep.equal([]);
    });

    it('when Monei’s API and token endpoint refuse the tokens', async () => {
      const keeper = await monei.signIn();
      monei.respondWith([401]);
      monei.respondToRefresh = (_req, res) =>
        res
          .writeHead(401, JSON_TYPE)
          .end(JSON.stringify({ statusCode: 401, message: 'Invalid refresh token' }));
      expect(await rejection(keeper.fetch('ada', '/wallet/me'))).to.be.instanceOf(ReconnectRequiredError);
      expect([monei.requests().length, monei.refreshes]).to.deep.equal([1, 1]);
      expect(await monei.store.load('ada')).to.equal(undefined);
    });
  });
});
