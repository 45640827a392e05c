import { Agent, request } from 'node:http';
import { type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import { MoneiConnect } from 'passport-monei';
import type { Figure } from './figure.js';
import { inRounds } from './rounds.js';

const ROUNDS = 30;
/** The number of requests in one sample. */
const REQUESTS = 100;
const [FEW, MANY] = [100, 100_000];
const REDIRECT_URI = 'http://localhost:3000/callback';

/** Measures the time of requests to an emulator in the same process, one after the other. */
export async function emulatorFigures(): Promise<Figure[]> {
  const [few, many] = await Promise.all([FEW, MANY].map(accountWith));
  if (!few || !many) throw new Error('There is no emulator.');
  const samples = await inRounds(ROUNDS, [
    ['wallet', () => few.timeOf('/wallet/me')],
    ['few', () => few.timeOf('/transactions?limit=10&page=5')],
    ['many', () => many.timeOf('/transactions?limit=10&page=5')],
    ['deep', () => many.timeOf('/transactions?limit=10&page=9000')],
    ['byAmount', () => many.timeOf('/transactions?limit=10&page=5&sortBy=amount')],
    ['filtered', () => many.timeOf('/transactions?limit=10&type=DEBIT')],
  ]);
  await Promise.all([few.close(), many.close()]);
  const time = (name: string, milliseconds: number): Figure => ({
    name,
    format: (value) => `${value.toFixed(2)} ms (${Math.round(1000 / value)} a second)`,
    values: { ours: milliseconds },
  });
  const growth = (name: string, page: number): Figure => ({
    name: `${name} among 100,000 transactions, compared with a page among 100`,
    format: (ratio) => `${ratio.toFixed(2)} ×`,
    values: { ours: page / samples.few },
  });
  return [
    time('GET /wallet/me at the emulator', samples.wallet),
    time('a page of 10 among 100 transactions', samples.few),
    growth('a page', samples.many),
    growth('page 9,000', samples.deep),
    growth('a page sorted by amount', samples.byAmount),
    time('a page among 100,000 transactions that a filter looks through', samples.filtered),
  ];
}

/** Creates an account with `count` transactions of different amounts. */
async function accountWith(transactions: number) {
  const emulator = await startEmulator({ users: [{ id: 'ada', wallet: { NGN: 10_000_000_000 } }] });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const token = await signIn(emulator);
  const call = (method: string, path: string, body?: object) =>
    new Promise<void>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const sent = request(emulator.apiURL + path, { method, headers, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${method} ${path}: ${response.statusCode}`));
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(body && JSON.stringify(body));
    });
  const withdraw = (amount: number) => {
    const body = { amount, bank: '058', accountNumber: '0123456789', transactionPin: '1234' };
    return call('POST', '/wallet/payout/bank-transfer', body);
  };
  for (let made = 0; made < transactions; made += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => withdraw(made + index + 1)));
  }
  return {
    /** The time of one request in milliseconds. */
    async timeOf(path: string): Promise<number> {
      const start = performance.now();
      for (let count = 0; count < REQUESTS; count++) await call('GET', path);
      return (performance.now() - start) / REQUESTS;
    },
    close() {
      agent.destroy();
      return emulator.close();
    },
  };
}

async function signIn({ authorize, client, endpoints }: MoneiEmulator): Promise<string> {
  const scope = 'wallet:read wallet:withdraw';
  const asked = { client_id: client.clientID, redirect_uri: REDIRECT_URI, scope };
  const callback = new URL(await authorize(`${endpoints.authorizationURL}?${new URLSearchParams(asked)}`));
  const code = callback.searchParams.get('code') ?? '';
  const connect = new MoneiConnect({ ...client, ...endpoints });
  return (await connect.exchangeCode({ code, redirectURI: REDIRECT_URI })).accessToken;
}
