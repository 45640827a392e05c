import type { Figure } from './figure.js';
import type { HeapAnswer, HeapQuestion } from './heap-worker.js';
import type { StrategyName } from './subjects.js';
import { Worker } from './worker.js';

const SIGN_INS = 100_000;
const WARM_UP = 10_000;

/** The size of the smallest object in V8, in bytes. Less for each sign-in comes from compiled code, not from a leak. */
const SMALLEST = 16;

/** Measures the heap that is used after many sign-ins, in bytes for each. */
export async function heapFigures(): Promise<Figure[]> {
  const server = new Worker('near-server.js');
  const api = await server.ask<string>();
  try {
    // Simultaneous, because the load of the machine does not change the heap.
    const [ours, google] = await Promise.all([measure('ours', api), measure('google', api)]);
    const figure = (name: string, kept: (bytes: Kept) => number): Figure => ({
      name,
      format: (bytes) => `${bytes} B`,
      values: { ours: countable(kept(ours)), google: countable(kept(google)) },
    });
    return [
      figure('heap kept per sign-in, after 100,000', ({ finished }) => finished),
      figure('heap kept per abandoned sign-in, beyond its session', ({ beyondSession }) => beyondSession),
      figure('the same, once its session is gone', ({ afterSession }) => afterSession),
    ];
  } finally {
    server.stop();
  }
}

type Kept = HeapAnswer['abandoned'] & { finished: number };

async function measure(name: StrategyName, api: string): Promise<Kept> {
  const worker = new Worker('heap-worker.js', [name, api], { execArgv: ['--expose-gc'] });
  const ask = <Kind extends HeapQuestion['kind']>(kind: Kind, count: number) =>
    worker.ask<HeapAnswer[Kind]>({ kind, count });
  try {
    await ask('abandoned', WARM_UP);
    const abandoned = await ask('abandoned', SIGN_INS);
    await ask('finished', WARM_UP);
    return { ...abandoned, finished: await ask('finished', SIGN_INS) };
  } finally {
    worker.stop();
  }
}

function countable(bytes: number): number {
  return Math.abs(bytes) < SMALLEST / 2 ? 0 : Math.round(bytes);
}
