import { expect } from 'chai';
import { MoneiConnect } from '../../src/connect/index.js';
import { rejection } from '../../test/helpers/rejection.js';
import { until } from '../../test/helpers/until.js';
import { type EmulatedFault, type MoneiEmulator, startEmulator } from '../src/index.js';

const REDIRECT_URI = 'http://localhost:3000/cb';

describe('faults of the emulator', () => {
  let emulator: MoneiEmulator;
  let connect: MoneiConnect;
  beforeEach(async () => {
    emulator = await startEmulator();
    connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints, maxRetryAfter: 0 });
  });
  afterEach(() => emulator.close());

  const newCode = async (scope = 'profile:read wallet:read') => {
    const asked = new URL(emulator.endpoints.authorizationURL);
    asked.search = String(
      new URLSearchParams({
        client_id: emulator.client.clientID,
        redirect_uri: REDIRECT_URI,
        scope,
        state: 's',
      }),
    );
    return String(new URL(await emulator.authorize(asked)).searchParams.get('code'));
  };
  const signIn = async (scope?: string) =>
    connect.exchangeCode({ code: await newCode(scope), redirectURI: REDIRECT_URI });

  /** The page at `/`, after one of its forms was sent. */
  const press = async (fields: Record<string, string>) => {
    const headers = { origin: emulator.url };
    const options = { method: 'POST', headers, body: new URLSearchParams(fields) };
    return fetch(`${emulator.url}/`, { ...options, redirect: 'manual' });
  };
  const overview = async () => (await fetch(`${emulator.url}/`)).text();

  for (const [fault, code] of [
    [{ status: 503 }, 'unavailable'],
    [{ status: 500 }, 'unavailable'],
    [{ status: 429 }, 'rate_limited'],
    [{ delay: 60_000 }, 'timeout'],
    [{ cutOff: true }, 'network'],
  ] as [Partial<EmulatedFault>, string][]) {
    it(`a fault happens as often as it was injected: ${JSON.stringify(fault)}`, async () => {
      const code1 = await newCode();
      emulator.fail({ endpoint: 'revocation', ...fault, times: 2 });
      const { accessToken } = await connect.exchangeCode({ code: code1, redirectURI: REDIRECT_URI });
      const second = await signIn();
      const timeout = 'delay' in fault ? 50 : 10_000;
      const failing = new MoneiConnect({
        ...emulator.client,
        ...emulator.endpoints,
        maxRetryAfter: 0,
        timeout,
      });
      expect(await rejection(failing.revoke(accessToken))).to.include({ code, endpoint: 'revocation' });
      expect(await rejection(failing.revoke(second.accessToken))).to.include({ code });
      await connect.revoke((await signIn()).accessToken);
    });
  }

  it('a fault with status 429 says how long to wait', async () => {
    emulator.fail({ endpoint: 'token', status: 429 });
    expect(await rejection(connect.refresh('mcr_any'))).to.include({ code: 'rate_limited', retryAfter: 1 });
  });

  it('a fault with a status leaves a refresh token valid, and a cut-off response does not', async () => {
    const { refreshToken } = await signIn();
    emulator.fail({ endpoint: 'token', status: 500 });
    await rejection(connect.refresh(refreshToken));
    const next = await connect.refresh(refreshToken);
    emulator.fail({ endpoint: 'token', cutOff: true });
    await rejection(connect.refresh(next.refreshToken));
    expect(await rejection(connect.refresh(next.refreshToken))).to.include({ code: 'unauthorized' });
  });

  for (const [fault, error] of [
    [{ delay: 60_000 }, 'AbortError'],
    [{ cutOff: true }, 'TypeError'],
  ] as const) {
    it(`the requested payment is made before the fault: ${JSON.stringify(fault)}`, async () => {
      const [ada, obi] = [
        { id: 'ada', wallet: { NGN: 100 } },
        { id: 'obi', email: 'obi@example.com' },
      ];
      await emulator.close();
      emulator = await startEmulator({ users: [ada, obi] });
      connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
      const { accessToken } = await signIn('wallet:send');
      emulator.fail({ endpoint: 'api', ...fault });

      const abort = new AbortController();
      const payment = fetch(`${emulator.apiURL}/wallet/payout/transfer`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ receiver: obi.email, amount: 40, transactionPin: '1234', currency: 'NGN' }),
        signal: abort.signal,
      }).then((response) => response.text());
      const failed = rejection(payment);
      await until(async () => emulator.account('obi').transactions.length === 1);
      if ('delay' in fault) abort.abort(); // The client's time limit.
      expect(await failed).to.have.property('name', error);
      expect(emulator.account('ada').balances.NGN).to.equal(60);
    });
  }

  it('a fault with a status prevents the requested payment', async () => {
    const { accessToken } = await signIn('wallet:withdraw');
    const withdraw = () =>
      fetch(`${emulator.apiURL}/wallet/payout/bank-transfer`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          amount: 40,
          bank: '058',
          accountNumber: '0123456789',
          transactionPin: '1234',
        }),
      });
    emulator.fail({ endpoint: 'api', status: 503, delay: 1 });
    expect((await withdraw()).status).to.equal(503);
    expect(emulator.account().transactions).to.deep.equal([]);
    expect((await withdraw()).status).to.equal(200);
    expect(emulator.account().transactions).to.have.lengthOf(1);
  });

  it('a fault cuts off error responses too', async () => {
    emulator.fail({ endpoint: 'token', cutOff: true });
    expect(await rejection(connect.refresh('mcr_unknown'))).to.include({ code: 'network' });
    expect(await rejection(connect.refresh('mcr_unknown'))).to.include({ code: 'unauthorized' });
  });

  it('a fault does not apply to other endpoints', async () => {
    emulator.fail({ endpoint: 'profile', status: 404 });
    emulator.fail({ endpoint: 'api', status: 503 });
    const { accessToken } = await signIn();
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await fetch(`${emulator.apiURL}/wallet/me`, { headers })).status).to.equal(503);
    expect((await fetch(`${emulator.apiURL}/wallet/me`, { headers })).status).to.equal(200);
    expect(await rejection(connect.fetchUser(accessToken))).to.include({ code: 'not_found' });
  });

  it('access tokens expire when a test asks for it, or after the lifetime that was set', async () => {
    const { accessToken, refreshToken } = await signIn();
    emulator.expireTokens();
    expect(await rejection(connect.fetchUser(accessToken))).to.include({ code: 'unauthorized' });
    const { accessToken: fresh, expiresIn } = await connect.refresh(refreshToken);
    expect(expiresIn).to.equal(3600);
    await connect.fetchUser(fresh);

    expect((await press({ action: 'token-life', seconds: '5' })).status).to.equal(303);
    expect((await signIn()).expiresIn).to.equal(5);
    const short = await startEmulator({ tokenLife: 60 });
    expect(await (await fetch(short.url)).text()).to.include('value="60"');
    await short.close();
  });

  for (const wrong of [
    { endpoint: 'tokens', status: 500 },
    { endpoint: 'token' },
    { endpoint: 'token', status: 200 },
    { endpoint: 'token', status: 500, times: 0 },
    { endpoint: 'token', delay: 0.5 },
  ]) {
    it(`fail() refuses wrong fields: ${JSON.stringify(wrong)}`, () => {
      expect(() => emulator.fail(wrong as EmulatedFault)).to.throw(TypeError, 'fail() needs');
    });
  }

  it('startEmulator() refuses a token lifetime of 0', async () => {
    expect(await rejection(startEmulator({ tokenLife: 0 }))).to.be.instanceOf(TypeError);
  });

  describe('the page at /', () => {
    it('shows apps, users, balances and grants, and no token', async () => {
      expect(await overview())
        .to.include('None yet.')
        .and.include('Example app')
        .and.include('<a href="https://docs.monei.cc/')
        .and.include('125000.5 NGN');
      await signIn();
      const page = await overview();
      expect(page).to.include('profile:read, wallet:read. 1 token pair.').and.not.include('None yet.');
      expect(page).to.not.match(/mc[rst]_\w{10,}/);
    });

    it('shows the last transactions of a user', async () => {
      const asked = new URL(emulator.endpoints.authorizationURL);
      asked.search = String(
        new URLSearchParams({
          client_id: emulator.client.clientID,
          redirect_uri: REDIRECT_URI,
          scope: 'wallet:deposit',
        }),
      );
      const code = String(new URL(await emulator.authorize(asked)).searchParams.get('code'));
      const { accessToken } = await connect.exchangeCode({ code, redirectURI: REDIRECT_URI });
      await fetch(`${emulator.apiURL}/wallet/deposit/payment-link`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ amount: 4321, reference: 'R1' }),
      });
      expect(await overview()).to.include('4321 NGN PENDING');
    });

    it('revokes a grant, as a user can in Monei’s settings', async () => {
      const { accessToken } = await signIn();
      const [, user = ''] = /name="user" value="([^"]+)"/.exec(await overview()) ?? [];
      const who = { client: emulator.client.clientID, user };
      expect((await press({ action: 'expire', ...who })).headers.get('location')).to.equal('/');
      expect(await rejection(connect.fetchUser(accessToken))).to.include({ code: 'unauthorized' });
      await press({ action: 'revoke', ...who });
      expect(await overview()).to.include('None yet.');
    });

    it('injects faults', async () => {
      for (const kind of ['503', 'slow', 'cutOff']) {
        expect((await press({ action: 'fail', endpoint: 'token', kind, times: '2' })).status).to.equal(303);
      }
      expect(await overview()).to.include('Still to happen: 2 × token, 2 × token, 2 × token.');
      expect(await rejection(signIn())).to.include({ code: 'unavailable' });
    });

    it('says what is wrong with a form', async () => {
      for (const [fields, words] of [
        [{ action: 'fail', endpoint: 'token', kind: '500', times: 'x' }, 'times'],
        [{ action: 'fail' }, 'endpoint'],
        [{ action: 'token-life', seconds: '1e9' }, 'tokenLife'],
        [{ action: 'other' }, 'Unknown action'],
        [{}, 'Unknown action'],
      ] as [Record<string, string>, string][]) {
        const answer = await press(fields);
        expect([answer.status, (await answer.text()).includes(words)]).to.deep.equal([400, true]);
      }
    });

    it('refuses forms of another site', async () => {
      await signIn();
      const body = new URLSearchParams({ action: 'revoke' });
      const headers = { origin: 'https://other.example' };
      expect((await fetch(emulator.url, { method: 'POST', headers, body })).status).to.equal(403);
      expect(await overview()).to.not.include('None yet.');
    });
  });

  it('shows a grant without scopes', async () => {
    const asked = new URL(emulator.endpoints.authorizationURL);
    const client_id = emulator.client.clientID;
    asked.search = String(new URLSearchParams({ client_id, redirect_uri: REDIRECT_URI, scope: 'kyc:read' }));
    await emulator.authorize(asked, { allow: [] });
    expect(await overview()).to.include('nothing. 0 token pairs.');
  });

  it('shows registered redirect URIs, and users with more than one token pair', async () => {
    const clients = [
      { clientID: 'mc_a', clientSecret: 'mcs_a', redirectURIs: [REDIRECT_URI] },
      { clientID: 'mc_b', clientSecret: 'mcs_b', redirectURIs: [] },
    ];
    await emulator.close();
    emulator = await startEmulator({ clients });
    connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
    await signIn();
    await signIn();
    const page = await overview();
    expect(page).to.include(REDIRECT_URI).and.include('no redirect URI').and.include('2 token pairs');
    emulator.revokeGrant();
    expect(await overview()).to.include('None yet.');
  });
});
