import type { RequestListener } from 'node:http';
import { MoneiConnect, type MoneiConnectOptions } from '../../src/connect/index.js';
import {
  memoryStore,
  TokenKeeper,
  type TokenKeeperOptions,
  type TokenStore,
} from '../../src/tokens/index.js';
import { credentials, pair } from './fixtures.js';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.js';

/** The tokens of the user `ada`. */
export const signedIn = {
  accessToken: 'mct_first-token-of-ada',
  refreshToken: 'mcr_first-token-of-ada',
  scopes: ['wallet:read', 'wallet:send'],
};
export const FIRST = `Bearer ${signedIn.accessToken}`;
export const SECOND = `Bearer ${pair.access_token}`;
export const JSON_TYPE = { 'content-type': 'application/json' };

/** A request that Monei's API received. */
export interface SeenApiRequest {
  method: string | undefined;
  path: string | undefined;
  authorization: string | undefined;
  body: string;
}

/** Monei's API and token endpoint on loopback, and keepers that use them. */
export class MoneiApi {
  declare server: LoopbackServer;
  /** Responds to API requests. */
  respond: RequestListener = () => {};
  /** Responds to requests to the token endpoint. */
  respondToRefresh: RequestListener = () => {};
  store: TokenStore = memoryStore();

  get url(): string {
    return this.server.url;
  }

  connect(options: Partial<MoneiConnectOptions> = {}): MoneiConnect {
    return new MoneiConnect({ ...credentials, tokenURL: `${this.url}/token`, ...options });
  }

  keeper(options: Partial<TokenKeeperOptions> = {}): TokenKeeper {
    const given = {
      connect: this.connect(),
      store: this.store,
      keys: false,
      apiURL: `${this.url}/api/v1`,
    } as const;
    return new TokenKeeper({ ...given, ...options });
  }

  /** Creates a keeper with the tokens of `ada`. */
  async signIn(options: Partial<TokenKeeperOptions> = {}, expiresIn = 3600): Promise<TokenKeeper> {
    const keeper = this.keeper(options);
    await keeper.save('ada', { ...signedIn, expiresIn });
    return keeper;
  }

  requests(): SeenApiRequest[] {
    const toApi = this.server.seen.filter(({ url }) => url !== '/token');
    return toApi.map(({ method, url, headers, body }) => ({
      method,
      path: url,
      authorization: headers.authorization,
      body,
    }));
  }

  get refreshes(): number {
    return this.server.seen.filter(({ url }) => url === '/token').length;
  }

  /** Responds to the first API requests with these statuses, and to all later ones with 200. */
  respondWith(...responses: [status: number, headers?: Record<string, string>][]): void {
    this.respond = (_req, res) => {
      const [status, headers] = responses.shift() ?? [200];
      res.writeHead(status, { ...JSON_TYPE, ...headers }).end('{}');
    };
  }
}

/** Starts Monei's API for each test of a suite. */
export function useMoneiApi(): MoneiApi {
  const monei = new MoneiApi();
  beforeEach(async () => {
    monei.store = memoryStore();
    monei.respond = (_req, res) => res.writeHead(200, JSON_TYPE).end('{"ok":true}');
    monei.respondToRefresh = (_req, res) =>
      res.writeHead(200, JSON_TYPE).end(JSON.stringify({ ...pair, scopes: signedIn.scopes }));
    monei.server = await startLoopbackServer((req, res) =>
      (req.url === '/token' ? monei.respondToRefresh : monei.respond)(req, res),
    );
  });
  afterEach(() => monei.server.close());
  return monei;
}
