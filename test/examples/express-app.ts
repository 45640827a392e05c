import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { type EmulatedUser, type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import fetch from 'node-fetch';
import { MoneiConnect } from 'passport-monei';
import { memoryStore, TokenKeeper, type TokenStore } from 'passport-monei/tokens';
import { createApp } from '../../examples/express/app.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';

const USERS: EmulatedUser[] = [
  { id: 'ada', name: 'Ada', email: 'ada@example.com', wallet: { NGN: 1000, USDC: 20 } },
  { id: 'bob', name: '<b>Bob</b> & "co"', email: 'bob@example.com' },
  { id: 'cy', name: 'Cy', email: 'cy@example.com', phone: '+2348012345678' },
];

/** The paths of Monei's API that the app calls. */
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

/** The Express example in this process, with an emulated Monei whose API can be made to answer anything. */
export interface ExpressApp {
  url: string;
  emulator: MoneiEmulator;
  /** What Monei's API answers instead of the emulator, by path. */
  answers: Map<string, RequestListener>;
  /** Lets an hour pass: what there is of access tokens has expired. */
  expireTokens(): void;
  /** Monei's API hangs up on every call. */
  cutOff(): void;
  /** What is stored for a user, as it is stored. */
  stored(userId: string): Promise<string | undefined>;
  /** Every text that was ever stored. */
  everStored: string[];
  store: TokenStore;
  /** Another process on the same store. */
  keeper: TokenKeeper;
  /** The access tokens that Monei has given out, oldest first. */
  issued: string[];
  /** What the calls of a path were made with: the access token in the header or in the body. */
  callsOf(path: string): string[];
  /** Whether Monei accepts an access token. */
  accepts(accessToken: string | undefined): Promise<boolean>;
  close(): Promise<void>;
}

/** Starts it with three Monei users: Ada, Bob and Cy. */
export async function startExpressApp(): Promise<ExpressApp> {
  const emulator = await startEmulator({
    clients: [{ clientID: 'mc_1', clientSecret: 'mcs_1' }],
    users: USERS,
  });
  let clock: Clock | undefined;
  const answers = new Map<string, RequestListener>();
  const issued: string[] = [];
  const api = await startLoopbackServer((request, response) => {
    const answer = answers.get(pathOf(request.url));
    if (answer) return answer(request, response);
    forward(api, emulator).then(
      ({ status, text }) => {
        const [, token] = /"access_token":"([^"]*)"/.exec(text) ?? [];
        if (token) issued.push(token);
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      },
      () => response.destroy(),
    );
  });
  const endpoints = {
    authorizationURL: emulator.endpoints.authorizationURL,
    tokenURL: api.url + API.token,
    revocationURL: api.url + API.revocation,
    userProfileURL: api.url + API.profile,
  };
  const { store, everStored } = recordingStore();
  const tokenKey = randomBytes(32);
  const web = await listen(createServer());
  const url = `http://localhost:${portOf(web)}`;
  web.on(
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
    answers,
    expireTokens() {
      clock ??= FakeTimers.install({ now: Date.now(), toFake: ['Date'] });
      clock.tick(HOUR);
    },
    cutOff() {
      for (const path of Object.values(API)) answers.set(path, (request) => request.socket.destroy());
    },
    stored: async (userId) => (await store.load(userId)) ?? undefined,
    everStored,
    store,
    keeper: new TokenKeeper({ connect, store, keys: [tokenKey] }),
    issued,
    callsOf(path) {
      const calls = api.seen.filter((request) => pathOf(request.url) === path);
      return calls.map(({ headers, body }) => (headers.authorization ?? body).match(/mct_[\w-]+/)?.[0] ?? '');
    },
    async accepts(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await fetch(emulator.url + API.profile, { headers })).status === 200;
    },
    async close() {
      clock?.uninstall();
      web.close();
      web.closeAllConnections();
      await api.close();
      await emulator.close();
    },
  };
}

/** The answer of the emulator to what the API was asked last. */
async function forward(
  api: LoopbackServer,
  emulator: MoneiEmulator,
): Promise<{ status: number; text: string }> {
  const { method = '', url = '', headers, body = '' } = api.seen.at(-1) ?? {};
  const { authorization = '', 'content-type': type = '' } = headers ?? {};
  const response = await fetch(emulator.url + url, {
    method,
    headers: { authorization, 'content-type': type },
    body: method === 'POST' ? body : null,
  });
  return { status: response.status, text: await response.text() };
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

/** Listens on a free port of this machine. */
export async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** What `visit` gives, and what the app logged as errors meanwhile. */
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
