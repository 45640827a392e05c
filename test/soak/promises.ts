import { FAULT_SHARE } from './plan.js';
import type { Figures } from './soak.js';

/** Something that holds however badly Monei behaves. */
export interface Promised {
  what: string;
  figure(figures: Figures): string;
  isKept(figures: Figures): boolean;
}

/** How much later than its time an answer may be, in milliseconds: a busy machine is slow by itself. */
const GRACE = 1000;

/** How much the heap may grow in 10,000 sign-ins, in bytes: a tenth of a kilobyte each. What leaks is more. */
const HEAP_GRACE = 1_000_000;

const none = (what: string, count: (figures: Figures) => number): Promised => ({
  what,
  figure: (figures) => `${count(figures)} exceptions`,
  isKept: (figures) => count(figures) === 0,
});

export const PROMISES: Promised[] = [
  none('every request is answered', ({ unanswered }) => unanswered),
  none('every sign-in is answered exactly once', ({ notAnsweredOnce }) => notAnsweredOnce),
  none('nobody is given another user’s session, tokens or profile', ({ mixUps }) => mixUps),
  none(
    'only what goes wrong at Monei fails, as a MoneiConnectError',
    ({ wrongFailures }) => wrongFailures.length,
  ),
  none('no call is repeated that can do harm twice', ({ wrongRepeats }) => wrongRepeats),
  {
    what: 'no call takes longer than the timeout and 1 s',
    figure: ({ slowestCall, options }) => `${ms(slowestCall)} of ${ms(options.timeout)} + ${ms(GRACE)}`,
    isKept: ({ slowestCall, options }) => slowestCall <= options.timeout + GRACE,
  },
  {
    what: 'no sign-in takes longer than what its calls may take, and 1 s',
    figure: ({ slowestSignIn, latest }) =>
      `the slowest ${ms(slowestSignIn)}, ${latest < 0 ? `all ${ms(-latest)} or more before their` : `one ${ms(latest)} over its`} time`,
    isKept: ({ latest }) => latest <= GRACE,
  },
  none('no rejection goes unhandled', ({ unhandledRejections }) => unhandledRejections),
  none('no warning of the process', ({ warnings }) => warnings),
  {
    what: 'no socket is left open',
    figure: ({ leftovers }) => `${leftovers.map(({ sockets }) => sockets).join(', then ')}`,
    isKept: ({ leftovers, socketsBefore }) => leftovers.every(({ sockets }) => sockets <= socketsBefore),
  },
  {
    what: 'no handle is left over',
    figure: ({ leftovers }) => `${leftovers.map(({ handles }) => handles).join(', then ')}`,
    isKept: ({ leftovers: [first, second] }) => (second?.handles ?? 0) <= (first?.handles ?? 0),
  },
];

/** What only shows in a long run, and with `--expose-gc`. */
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
    return second.heap - first.heap <= HEAP_GRACE * Math.max(1, options.signIns / 20_000);
  },
};

/** What came of it all, as lines of a table: what, and how much of it. */
export function summary(figures: Figures): [what: string, figure: string][] {
  const { options, calls, faultyCalls, succeeded, hit, failures } = figures;
  const all = sum([...hit.values()].map(({ all }) => all));
  const saved = sum([...hit.values()].map(({ saved }) => saved));
  return [
    ['sign-ins', `${options.signIns}, ${options.concurrency} at a time, seed ${options.seed}`],
    ['took', `${figures.seconds.toFixed(1)} s`],
    ['calls to Monei', String(calls)],
    [
      'of which went wrong by plan',
      `${faultyCalls} (${percent(faultyCalls, calls)} of ${FAULT_SHARE * 100} %)`,
    ],
    ['sign-ins that succeeded', `${succeeded} (${percent(succeeded, options.signIns)})`],
    ['sign-ins that were hit', `${all} (${percent(all, options.signIns)})`],
    ['of which retries saved', `${saved} (${percent(saved, all)})`],
    ...[...hit]
      .sort()
      .map(([fault, { all, saved }]): [string, string] => [
        `  Monei first ${fault}`,
        `${saved} of ${all} saved (${percent(saved, all)})`,
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
