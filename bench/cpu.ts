import type { CpuQuestion } from './cpu-worker.js';
import type { Figure, SubjectName } from './figure.js';
import { inRounds } from './rounds.js';
import { Worker } from './worker.js';

const STRATEGIES: SubjectName[] = ['ours', 'google', 'github'];
/** Of each subject: the code that V8 makes of it, and where it lies, is another in each process, and so is its speed. */
const PROCESSES = 3;
const ROUNDS = 15;
const SIGN_INS = 400;
const REDIRECTS = 4000;

/** V8 has optimized what it is going to after so many rounds. */
const WARM_UP = 20;

/** CPU of a sign-in, in microseconds of user and system time. */
export async function cpuFigures(): Promise<Figure[]> {
  const server = new Worker('near-server.js');
  const api = await server.ask<string>();
  // Processes of its own for each: the code and the garbage of one are not to slow another one down.
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
