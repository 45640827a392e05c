import fetch from 'node-fetch';
import { startEmulator } from '../../../emulator/src/index.js';
import { MoneiConnect, MoneiConnectError, type MoneiTokens } from '../../../src/index.js';
import { memoryStore, type TokenStore } from '../../../src/tokens/index.js';
import { type Deferred, deferred } from '../../helpers/deferred.js';
import { credentials } from '../../helpers/fixtures.js';
import { type SeenRequest, startLoopbackServer } from '../../helpers/loopback-server.js';

/** The tokens of a sign-in. */
export const signedIn = {
  accessToken: 'mct_1',
  refreshToken: 'mcr_1',
  expiresIn: 3600,
  scopes: ['wallet:read'],
};
/** The tokens of a sign-in whose access token has expired. */
export const expired = { ...signedIn, expiresIn: 0 };

/** Returns the tokens of the `n`th response of Monei. */
export function newTokens(n: number, expiresIn = 3600): MoneiTokens {
  const expiresAt = new Date(Date.now() + expiresIn * 1000);
  const [accessToken, refreshToken] = [`mct_${n}`, `mcr_${n}`];
  return { ...signedIn, accessToken, refreshToken, tokenType: 'Bearer', expiresIn, expiresAt };
}

/** Returns the error of a refresh whose refresh token Monei does not accept. */
export function refusal(): MoneiConnectError {
  return new MoneiConnectError('refused', { code: 'unauthorized', endpoint: 'token', moneiStatus: 401 });
}

/** A connection to Monei whose refreshes the test settles, one by one. */
export class ScriptedConnect extends MoneiConnect {
  /** The access tokens that were revoked. */
  readonly revoked: string[] = [];
  /** The refresh tokens that were sent. */
  readonly sent: string[] = [];
  readonly #refreshes: Deferred<MoneiTokens>[] = [];

  constructor() {
    super(credentials);
  }

  /** Resolves when the `nth` refresh (from 0) was sent. */
  async untilSent(nth: number): Promise<Deferred<MoneiTokens>> {
    for (let turn = 0; turn < 1000; turn++) {
      const refresh = this.#refreshes[nth];
      if (refresh) return refresh;
      await new Promise(setImmediate);
    }
    throw new Error(`refresh ${nth} was not sent`);
  }

  /** Settles all further refreshes with what `respond` returns for the number of the refresh, from 1. */
  respondWith(respond: (nth: number) => MoneiTokens): void {
    this.refresh = async (refreshToken) => {
      this.sent.push(refreshToken);
      return respond(this.sent.length);
    };
  }

  override refresh(refreshToken: string): Promise<MoneiTokens> {
    this.sent.push(refreshToken);
    const refresh = deferred<MoneiTokens>();
    this.#refreshes.push(refresh);
    return refresh.promise;
  }

  override async revoke(accessToken: string): Promise<void> {
    this.revoked.push(accessToken);
  }
}

/** Returns a store whose lock keeps no other caller out: it is lost as soon as it is taken. */
export function storeWithLostLock(): TokenStore {
  return { ...memoryStore(), lock: (_userId, fn) => fn() };
}

/** The emulator, behind a proxy that records the requests of a keeper. */
export interface RecordedMonei {
  connect: MoneiConnect;
  seen: SeenRequest[];
  /** The paths of the token and the revocation endpoint. */
  paths: { token: string; revocation: string };
  /** Signs a user in, past the proxy. */
  signIn(): Promise<MoneiTokens>;
  /** Whether Monei accepts an access token. */
  accepts(accessToken: string): Promise<boolean>;
  revokeGrant(): void;
  /** Stops the proxy, so that Monei cannot be reached. */
  disconnect(): Promise<void>;
  close(): Promise<void>;
}

export async function startRecordedMonei(): Promise<RecordedMonei> {
  const emulator = await startEmulator();
  const proxy = await startLoopbackServer(async (req, res) => {
    const { body = '' } = proxy.seen.at(-1) ?? {};
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(emulator.url + req.url, { method: 'POST', headers, body });
    res.writeHead(response.status, headers).end(await response.text());
  });
  const { tokenURL, revocationURL, authorizationURL, userProfileURL } = emulator.endpoints;
  const paths = { token: new URL(tokenURL).pathname, revocation: new URL(revocationURL).pathname };
  return {
    connect: new MoneiConnect({
      ...emulator.client,
      tokenURL: proxy.url + paths.token,
      revocationURL: proxy.url + paths.revocation,
    }),
    seen: proxy.seen,
    paths,
    async signIn() {
      const redirectURI = 'http://localhost/callback';
      const url = new URL(authorizationURL);
      url.search = new URLSearchParams({
        client_id: emulator.client.clientID,
        redirect_uri: redirectURI,
        scope: 'profile:read',
      }).toString();
      const code = new URL(await emulator.authorize(url)).searchParams.get('code') ?? '';
      const direct = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
      return direct.exchangeCode({ code, redirectURI });
    },
    async accepts(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await fetch(userProfileURL, { headers })).ok;
    },
    revokeGrant: () => emulator.revokeGrant(),
    disconnect: () => proxy.close(),
    async close() {
      await proxy.close();
      await emulator.close();
    },
  };
}
