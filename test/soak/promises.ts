import { FAULT_SHARE } from './plan.js';
import type { Figures } from './soak.js';

/** A property that holds with every fault. */
export interface Promised {
  what: string;
  figure(figures: Figures): string;
  isKept(figures: Figures): boolean;
}

/** The time that a response may be late on a busy machine, in milliseconds. */
const GRACE_MS = 1000;

/** The growth of the heap that is allowed for 10,000 sign-ins, in bytes. A leak is larger than 100 bytes for each. */
const HEAP_GRACE_BYTES = 1_000_000;

const none = (what: string, count: (figures: Figures) => number): Promised => ({
  what,
  figure: (figures) => `${count(figures)} exceptions`,
  isKept: (figures) => count(figures) === 0,
});

export const PROMISES: Promised[] = [
  none('every request gets a response', ({ withoutResponse }) => withoutResponse),
  none('Passport takes exactly one action in every sign-in', ({ withoutOneAction }) => withoutOneAction),
  none('no user gets the session, tokens or profile of another user', ({ mixUps }) => mixUps),
  none(
    'a sign-in fails only after a fault, with a MoneiConnectError',
    ({ wrongFailures }) => wrongFailures.length,
  ),
  none('no request is repeated that may have had an effect', ({ wrongRepeats }) => wrongRepeats),
  {
    what: 'no request takes longer than the timeout and 1 s',
    figure: ({ slowestRequest, options }) =>
      `${ms(slowestRequest)} of ${ms(options.timeout)} + ${ms(GRACE_MS)}`,
    isKept: ({ slowestRequest, options }) => slowestRequest <= options.timeout + GRACE_MS,
  },
  {
    what: 'no sign-in takes longer than its requests may take, and 1 s',
    figure: ({ slowestSignInMs, latestMs }) =>
      `the slowest ${ms(slowestSignInMs)}, ${latestMs < 0 ? `all ${ms(-latestMs)} or more before their` : `one ${ms(latestMs)} over its`} time`,
    isKept: ({ latestMs }) => latestMs <= GRACE_MS,
  },
  none('no rejection is unhandled', ({ unhandledRejections }) => unhandledRejections),
  none('the process emits no warning', ({ warnings }) => warnings),
  {
    what: 'no socket is left open',
    figure: ({ leftovers }) => `${leftovers.map(({ sockets }) => sockets).join(', then ')}`,
    isKept: ({ leftovers, socketsBefore }) => leftovers.every(({ sockets }) => sockets <= socketsBefore),
  },
  {
    what: 'no handle is left open',
    figure: ({ leftovers }) => `${leftovers.map(({ handles }) => handles).join(', then ')}`,
    isKept: ({ leftovers: [first, second] }) => (second?.handles ?? 0) <= (first?.handles ?? 0),
  },
];

/** A property that needs a long run and `--expose-gc`. */
export const HEAP_PROMISE: Promised = {
  what: 'the heap does not grow in the second half',
  figure: (figures) => {
    const { leftovers, options } = figures;
    const [first = 0, second = 0] = leftovers.map(({ heap }) => heap);
    const each = Math.round((second - first) / (options.signIns / 2));
    return `${mb(first)}, then ${mb(second)}: ${each} bytes for each sign-in`;
  },
  isKept: ({ leftovers: [first, second], options }) => {
    if (first?.heap === undefined || second?.heap === undefined) return false;
    return second.heap - first.heap <= HEAP_GRACE_BYTES * Math.max(1, options.signIns / 20_000);
  },
};

/** Returns the results as lines of a table. */
export function summary(figures: Figures): [what: string, figure: string][] {
  const { options, requests, faultyRequests, succeeded, hit, failures } = figures;
  const all = sum([...hit.values()].map(({ all }) => all));
  const saved = sum([...hit.values()].map(({ saved }) => saved));
  return [
    ['sign-ins', `${options.signIns}, ${options.concurrency} at a time, seed ${options.seed}`],
    ['took', `${figures.seconds.toFixed(1)} s`],
    ['requests to Monei', String(requests)],
    [
      'of which got a fault',
      `${faultyRequests} (${percent(faultyRequests, requests)} of ${FAULT_SHARE * 100} %)`,
    ],
    ['sign-ins that succeeded', `${succeeded} (${percent(succeeded, options.signIns)})`],
    ['sign-ins with a fault', `${all} (${percent(all, options.signIns)})`],
    ['of which succeeded after a retry', `${saved} (${percent(saved, all)})`],
    ...[...hit]
      .sort()
      .map(([fault, { all, saved }]): [string, string] => [
        `  Monei first ${fault}`,
        `${saved} of ${all} succeeded (${percent(saved, all)})`,
      ]),
    ...[...failures]
      .sort()
      .map(([code, times]): [string, string] => [`  failed with ${code}`, String(times)]),
  ];
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
