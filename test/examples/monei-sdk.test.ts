import { expect } from 'chai';
import { type EmulatedRequest, type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import { MoneiConnect } from 'passport-monei/connect';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';
import { withMoneiSDK } from '../../examples/monei-sdk/with-monei-sdk.js';
import { rejection } from '../helpers/rejection.js';

const CALLBACK = 'http://localhost:3000/callback';

/** Sends the requests of Monei's Node SDK 1.0.8, and throws its errors. */
class SDKRequests {
  readonly #baseUrl: string;
  #authorization: string | undefined;

  constructor({ baseUrl }: { baseUrl: string }) {
    this.#baseUrl = baseUrl;
  }

  setBearerToken(token: string): void {
    this.#authorization = `Bearer ${token}`;
  }

  getCurrentUser() {
    return this.#send('GET', '/api/v1/user/me');
  }

  me() {
    return this.#send('GET', '/api/v1/wallet/me');
  }

  async #send(method: string, path: string): Promise<{ data: Record<string, unknown> }> {
    const headers = new Headers({ 'Content-Type': 'application/json' });
    if (this.#authorization) headers.set('Authorization', this.#authorization);
    const response = await fetch(this.#baseUrl + path, { method, headers });
    const body = (await response.json()) as { message: string; data: Record<string, unknown> };
    if (response.ok) return body;
    throw Object.assign(new Error(body.message), { statusCode: response.status });
  }
}

describe('examples/monei-sdk', () => {
  let emulator: MoneiEmulator;
  let keeper: TokenKeeper;
  let requests: EmulatedRequest[];
  const createSDK = () => new SDKRequests({ baseUrl: emulator.url });

  beforeEach(async () => {
    requests = [];
    emulator = await startEmulator({
      users: [{ id: 'ada' }, { id: 'obi' }],
      onRequest: (request) => requests.push(request),
    });
    const { client, endpoints, apiURL } = emulator;
    const connect = new MoneiConnect({ ...client, ...endpoints });
    keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, apiURL });
    for (const user of ['ada', 'obi']) {
      const query = new URLSearchParams({
        client_id: client.clientID,
        redirect_uri: CALLBACK,
        scope: 'profile:read',
      });
      const callback = await emulator.authorize(`${endpoints.authorizationURL}?${query}`, { user });
      const code = new URL(callback).searchParams.get('code') ?? '';
      await keeper.save(user, await connect.exchangeCode({ code, redirectURI: CALLBACK }));
    }
    requests.length = 0;
  });
  afterEach(() => emulator.close());

  const paths = () => requests.map(({ path, status }) => `${path} ${status}`);

  it('sends requests of two users at the same time, each with the token of its user', async () => {
    const idOf = async (userId: string) =>
      (await withMoneiSDK(keeper, userId, createSDK, (sdk) => sdk.getCurrentUser())).data.id;
    expect(await Promise.all([idOf('ada'), idOf('obi')])).to.deep.equal(['ada', 'obi']);
  });

  it('refreshes a token that Monei refuses, and repeats the request once', async () => {
    emulator.expireTokens();
    const { data } = await withMoneiSDK(keeper, 'ada', createSDK, (sdk) => sdk.getCurrentUser());
    expect(data.id).to.equal('ada');
    expect(paths()).to.deep.equal([
      '/api/v1/user/me 401',
      '/api/v1/connect/token 200',
      '/api/v1/user/me 200',
    ]);
  });

  it('rejects with reconnect_required after the user revoked the access', async () => {
    emulator.revokeGrant({ user: 'ada' });
    const error = await rejection(withMoneiSDK(keeper, 'ada', createSDK, (sdk) => sdk.getCurrentUser()));
    expect(error).to.have.property('code', 'reconnect_required');
  });

  it('passes on other errors of the SDK, and repeats nothing', async () => {
    const error = await rejection(withMoneiSDK(keeper, 'ada', createSDK, (sdk) => sdk.me()));
    expect(error).to.have.property('statusCode', 403);
    expect(paths()).to.deep.equal(['/api/v1/wallet/me 403']);
  });
});
