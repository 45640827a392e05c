import { type Started, signIn, start } from './sign-in.js';
import { type StrategyName, strategyFor } from './subjects.js';
import { answer } from './worker.js';

export interface HeapQuestion {
  kind: 'finished' | 'abandoned';
  count: number;
}

/** The heap in bytes for each sign-in. */
export interface HeapAnswer {
  finished: number;
  abandoned: {
    /** The heap with the session, less that of the same session parsed from JSON. */
    beyondSession: number;
    afterSession: number;
  };
}

/** The number of simultaneous sign-ins. */
const LANES = 20;

const [name, api = ''] = process.argv.slice(2) as [StrategyName, string];
const strategy = strategyFor(name, api);

answer(({ kind, count }: HeapQuestion) => (kind === 'finished' ? finished(count) : abandoned(count)));

async function finished(count: number): Promise<HeapAnswer['finished']> {
  const before = heap();
  const lane = async () => {
    for (let i = 0; i < count / LANES; i++) await signIn(strategy);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return (heap() - before) / count;
}

async function abandoned(count: number): Promise<HeapAnswer['abandoned']> {
  const empty = heap();
  const sessions: Started['session'][] = [];
  for (let i = 0; i < count; i++) sessions.push((await start(strategy)).session);
  const full = heap();
  const clones = sessions.map((session) => JSON.parse(JSON.stringify(session)));
  const cloned = heap();
  // A later use, so that neither is collected before.
  const ownBytes = (cloned - full) / clones.length;
  const bytes = (full - empty) / sessions.length;
  sessions.length = 0;
  clones.length = 0;
  return { beyondSession: bytes - ownBytes, afterSession: (heap() - empty) / count };
}

function heap(): number {
  if (!globalThis.gc) throw new Error('This needs --expose-gc.');
  for (let i = 0; i < 3; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
