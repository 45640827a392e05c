import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificate } from './certificate.js';
import type { Figure } from './figure.js';
import type { StrategyName } from './subjects.js';
import { Worker } from './worker.js';

const STRATEGIES: StrategyName[] = ['ours', 'google', 'github'];

/** The delay of the line to the server in each direction, in milliseconds. */
const DELAY = 50;

/** The pause between two sign-ins, in milliseconds. */
const IDLE = 30_000;

/** Measures the round trips of a sign-in after a pause, over TLS. Each strategy uses its default agent. */
export async function idleFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'passport-monei-bench-'));
  const { keyFile, certFile } = makeCertificate(folder);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certFile };
  const server = new Worker('far-server.js', [keyFile, certFile, String(DELAY)]);
  const workers: [StrategyName, Worker][] = [];
  try {
    for (const name of STRATEGIES) {
      workers.push([name, new Worker('idle-worker.js', [name, await server.ask<string>('open')], { env })]);
    }
    for (const [, worker] of workers) await worker.ask();
    const before = await server.ask<number[]>('count');
    await sleep(IDLE);
    const roundTrips: Figure['values'] = {};
    for (const [name, worker] of workers) {
      roundTrips[name] = Math.round((await worker.ask<number>()) / (2 * DELAY));
    }
    const after = await server.ask<number[]>('count');
    const connections = workers.map(([name], line) => [name, (after[line] ?? 0) - (before[line] ?? 0)]);
    const format = String;
    return [
      { name: 'round trips of a sign-in after 30 s without one', format, values: roundTrips },
      { name: 'new connections for it', format, values: Object.fromEntries(connections) },
    ];
  } finally {
    for (const worker of [server, ...workers.map(([, worker]) => worker)]) worker.stop();
    rmSync(folder, { recursive: true });
  }
}
