import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { type EmulatedUser, type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import fetch from 'node-fetch';
import { MoneiConnect } from 'passport-monei';
import { memoryStore, TokenKeeper, type TokenStore } from 'passport-monei/tokens';
import { createApp } from '../../examples/express/app.js';
import { listenOnLoopback } from '../helpers/listen.js';
import { startRecordingProxy } from '../helpers/recording-proxy.js';

const USERS: EmulatedUser[] = [
  { id: 'ada', name: 'Ada', email: 'ada@example.com', wallet: { NGN: 1000, USDC: 20 } },
  { id: 'bob', name: '<b>Bob</b> & "co"', email: 'bob@example.com' },
  { id: 'cy', name: 'Cy', email: 'cy@example.com', phone: '+2348012345678' },
];

/** The paths of Monei's API that the app uses. */
export const API = {
  token: '/api/v1/connect/token',
  revocation: '/api/v1/connect/token/revoke',
  profile: '/api/v1/user/me',
  wallet: '/api/v1/wallet/me',
  transactions: '/api/v1/transactions',
  transfer: '/api/v1/wallet/payout/transfer',
  portfolio: '/api/v1/evm/portfolio/8453',
  price: '/api/v1/evm-exchange/price/token-to-token',
  swap: '/api/v1/evm-exchange/token-to-token',
} as const;

const HOUR = 60 * 60 * 1000;

/** The Express example in this process, with an emulator whose responses a test can replace. */
export interface ExpressApp {
  url: string;
  emulator: MoneiEmulator;
  /** Functions that respond in place of the emulator, by path. */
  overrides: Map<string, RequestListener>;
  /** Moves the clock by an hour, after which the access tokens have expired. */
  expireTokens(): void;
  /** Breaks the connection of every request to Monei's API. */
  cutOff(): void;
  /** Returns the stored text of a user. */
  stored(userId: string): Promise<string | undefined>;
  /** Every text that was ever stored. */
  everStored: string[];
  store: TokenStore;
  /** A keeper with the same store, as another process has it. */
  keeper: TokenKeeper;
  /** Returns the access tokens that Monei has issued, oldest first. */
  issued(): string[];
  /** Returns the access token of each request to a path, from its header or body. */
  tokensOf(path: string): string[];
  /** Whether Monei accepts an access token. */
  accepts(accessToken: string | undefined): Promise<boolean>;
  close(): Promise<void>;
}

/** Starts the example with three Monei users: Ada, Bob and Cy. */
export async function startExpressApp(): Promise<ExpressApp> {
  const emulator = await startEmulator({
    clients: [{ clientID: 'mc_1', clientSecret: 'mcs_1' }],
    users: USERS,
  });
  let clock: Clock | undefined;
  const overrides = new Map<string, RequestListener>();
  const api = await startRecordingProxy(emulator.url, ({ url }) => overrides.get(pathOf(url)));
  const endpoints = {
    authorizationURL: emulator.endpoints.authorizationURL,
    tokenURL: api.url + API.token,
    revocationURL: api.url + API.revocation,
    userProfileURL: api.url + API.profile,
  };
  const { store, everStored } = recordingStore();
  const tokenKey = randomBytes(32);
  const web = await listenOnLoopback(createServer());
  const url = `http://localhost:${web.port}`;
  web.server.on(
    'request',
    createApp({
      credentials: emulator.client,
      emulator: { endpoints, apiURL: `${api.url}/api/v1` },
      callbackURL: `${url}/auth/monei/callback`,
      tokens: store,
      tokenKey,
      sessionSecret: 'test',
    }),
  );
  const connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });

  return {
    url,
    emulator,
    overrides,
    expireTokens() {
      clock ??= FakeTimers.install({ now: Date.now(), toFake: ['Date'] });
      clock.tick(HOUR);
    },
    cutOff() {
      for (const path of Object.values(API)) overrides.set(path, (request) => request.socket.destroy());
    },
    stored: async (userId) => (await store.load(userId)) ?? undefined,
    everStored,
    store,
    keeper: new TokenKeeper({ connect, store, keys: [tokenKey] }),
    issued: () => api.responses.flatMap(({ body }) => /"access_token":"([^"]*)"/.exec(body)?.[1] ?? []),
    tokensOf(path) {
      const requests = api.seen.filter((request) => pathOf(request.url) === path);
      return requests.map(
        ({ headers, body }) => (headers.authorization ?? body).match(/mct_[\w-]+/)?.[0] ?? '',
      );
    },
    async accepts(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await fetch(emulator.url + API.profile, { headers })).status === 200;
    },
    async close() {
      clock?.uninstall();
      await web.close();
      await api.close();
      await emulator.close();
    },
  };
}

function pathOf(url = ''): string {
  return url.split('?')[0] ?? '';
}

function recordingStore(): { store: TokenStore; everStored: string[] } {
  const memory = memoryStore();
  const everStored: string[] = [];
  const store: TokenStore = {
    ...memory,
    save(userId, value, replaces) {
      everStored.push(value);
      return memory.save(userId, value, replaces);
    },
  };
  return { store, everStored };
}

/** Returns the page that `visit` resolves with, and the errors that the app logs while it runs. */
export async function withLog<T>(visit: () => Promise<T>): Promise<{ page: T; logged: unknown[] }> {
  const logged: unknown[] = [];
  const { error } = console;
  console.error = (...what) => logged.push(...what);
  try {
    return { page: await visit(), logged };
  } finally {
    console.error = error;
  }
}
