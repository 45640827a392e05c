import type { CpuQuestion } from './cpu-worker.js';
import type { Figure, SubjectName } from './figure.js';
import { inRounds } from './rounds.js';
import { Worker } from './worker.js';

const STRATEGIES: SubjectName[] = ['ours', 'google', 'github'];
/** The number of processes for each subject. V8's code and its place in memory differ between processes, and so does its speed. */
const PROCESSES = 3;
const ROUNDS = 15;
const SIGN_INS = 400;
const REDIRECTS = 4000;

/** The number of rounds after which V8 has optimized the code. */
const WARM_UP = 20;

/** Measures the CPU of a sign-in, in microseconds of user and system time. */
export async function cpuFigures(): Promise<Figure[]> {
  const server = new Worker('near-server.js');
  const api = await server.ask<string>();
  // Each subject has its own processes, so that the code and garbage of one do not slow down another.
  const workersOf = (name: SubjectName) => {
    return Array.from({ length: PROCESSES }, () => [name, new Worker('cpu-worker.js', [name, api])] as const);
  };
  const workers = [...STRATEGIES, 'node:http' as const, 'node-fetch' as const].flatMap(workersOf);
  try {
    const whole = await measure(workers, { leg: 'whole', count: SIGN_INS });
    const strategies = workers.filter(([name]) => STRATEGIES.includes(name));
    const redirect = await measure(strategies, { leg: 'redirect', count: REDIRECTS });
    const format = (microseconds: number) => `${microseconds.toFixed(1)} µs`;
    return [
      { name: 'CPU per whole sign-in', format, values: whole, against: 'google' },
      { name: 'CPU per redirect leg', format, values: redirect, against: 'google' },
    ];
  } finally {
    for (const worker of [server, ...workers.map(([, worker]) => worker)]) worker.stop();
  }
}

async function measure(
  workers: (readonly [SubjectName, Worker])[],
  { leg, count }: CpuQuestion,
): Promise<Figure['values']> {
  for (const [, worker] of workers) await worker.ask({ leg, count: count * WARM_UP });
  return inRounds(
    ROUNDS,
    workers.map(([name, worker]) => [name, () => worker.ask<number>({ leg, count })] as const),
  );
}
