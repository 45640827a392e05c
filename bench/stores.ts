import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Figure } from './figure.js';
import { median } from './median.js';
import { inRounds } from './rounds.js';
import type { GoodTokenAnswer, StoreName } from './stores-worker.js';
import { Worker } from './worker.js';

const STORES = { redisStore: 'REDIS_URL', postgresStore: 'DATABASE_URL' } as const;

const ROUNDS = 15;
const CALLS = 2_000;
const WARM_UP = 10_000;

/** The time that Monei takes for a refresh, in milliseconds. */
const REFRESH = 10;
const WAIT_ROUNDS = 7;

/** Measures the stores of tokens. REDIS_URL and DATABASE_URL name their servers. */
export async function storeFigures(): Promise<Figure[]> {
  const monei = await startMonei();
  const figures: Figure[] = [];
  try {
    for (const [name, variable] of Object.entries(STORES) as [keyof typeof STORES, string][]) {
      if (process.env[variable]) figures.push(...(await figuresOf(name, monei)));
      else console.error(`No ${name}: ${variable} is not set.`);
    }
    figures.push(await memoryFigure());
    return figures;
  } finally {
    monei.close();
  }
}

async function figuresOf(name: StoreName, monei: Monei): Promise<Figure[]> {
  const table = `passport_monei_bench_${process.pid}`;
  const open = () => new Worker('stores-worker.js', [name, table, monei.url]);
  const first = open();
  const workers = [first];
  try {
    await first.ask({ kind: 'save', users: 100, expiresIn: 3600 });
    const good = await goodToken(name, first);
    while (workers.length < 30) workers.push(open());
    const crowd = await crowded(workers.slice(0, 8), 200, monei);
    const many = await crowded(workers, 1, monei);
    return [
      ...good,
      {
        name: `${name}: refreshes when 8 processes with 200 callers each need one`,
        format: String,
        values: { ours: crowd.refreshes },
      },
      {
        name: `${name}: from the refresh to the last of 30 processes`,
        format: (ms) => `${ms.toFixed(0)} ms`,
        values: { ours: many.last },
      },
    ];
  } finally {
    await first.ask({ kind: 'clean up' });
    for (const worker of workers) worker.stop();
  }
}

/** Measures `accessToken` for a token that has not expired, beside the floor. */
async function goodToken(name: StoreName, worker: Worker): Promise<Figure[]> {
  const answers = { ours: [] as GoodTokenAnswer[], floor: [] as GoodTokenAnswer[] };
  const measure = async (kind: 'ours' | 'floor') => {
    const answer = await worker.ask<GoodTokenAnswer>({ kind, count: CALLS });
    answers[kind].push(answer);
    return answer.cpu;
  };
  for (const kind of ['ours', 'floor']) await worker.ask({ kind, count: WARM_UP });
  const cpu = await inRounds(ROUNDS, [
    ['ours', () => measure('ours')],
    ['floor', () => measure('floor')],
  ]);
  const rate = (kind: 'ours' | 'floor') => median(answers[kind].map((one) => one.rate));
  const trips = Math.max(...answers.ours.map((one) => one.roundTrips));
  console.error(
    `${name}: ${rate('ours').toFixed(0)} calls a second, one after the other; floor: ${rate('floor').toFixed(0)}`,
  );
  return [
    {
      name: `${name}: CPU for a good token`,
      format: (microseconds) => `${microseconds.toFixed(1)} µs`,
      values: cpu,
      against: 'floor',
    },
    { name: `${name}: round trips for it`, format: String, values: { ours: trips, floor: 1 } },
  ];
}

/** Measures one expired token that several processes need at the same moment. */
async function crowded(workers: Worker[], callers: number, monei: Monei) {
  const [first] = workers;
  const refreshes: number[] = [];
  const last: number[] = [];
  for (let round = 0; round <= WAIT_ROUNDS; round++) {
    await first?.ask({ kind: 'save', users: 1, expiresIn: 0 });
    monei.respondedAt.length = 0;
    const ends = await Promise.all(workers.map((worker) => worker.ask<number>({ kind: 'wait', callers })));
    if (round === 0) continue; // The processes started and connected in this round.
    refreshes.push(monei.respondedAt.length);
    last.push(Math.max(...ends) - (monei.respondedAt[0] ?? Number.NaN));
  }
  return { refreshes: Math.max(...refreshes), last: median(last) };
}

async function memoryFigure(): Promise<Figure> {
  const worker = new Worker('stores-worker.js', ['memoryStore', '', 'http://127.0.0.1'], {
    execArgv: ['--expose-gc'],
  });
  try {
    const bytes = await worker.ask<number>({ kind: 'memory', users: 100_000 });
    return {
      name: 'memoryStore: heap for each user',
      format: (value) => `${value.toFixed(0)} B`,
      values: { ours: bytes },
    };
  } finally {
    worker.stop();
  }
}

interface Monei {
  url: string;
  /** The times of the responses to refreshes, in milliseconds since the epoch. */
  respondedAt: number[];
  close(): void;
}

/** Starts a server that responds to every refresh with new tokens. */
async function startMonei(): Promise<Monei> {
  const respondedAt: number[] = [];
  const server = createServer((_request, response) => {
    setTimeout(() => {
      respondedAt.push(Date.now());
      const tokens = { access_token: `mct_${'b'.repeat(60)}`, refresh_token: `mcr_${'b'.repeat(60)}` };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ ...tokens, token_type: 'Bearer', expires_in: 3600, scopes: ['profile:read'] }),
      );
    }, REFRESH);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    respondedAt,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
