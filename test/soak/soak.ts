import http from 'node:http';
import { type SoakedApp, startSoakedApp } from './app.js';
import { accountOf, type FaultyMonei, type SignInRecord, startFaultyMonei } from './faulty-monei.js';
import { countLeftovers, type Leftovers, openSockets } from './leftovers.js';
import { type Fault, waitAskedBy } from './plan.js';
import { type Visit, Visitor } from './visitor.js';

export interface SoakOptions {
  signIns: number;
  concurrency: number;
  seed: number;
  /** The strategy's, in milliseconds. */
  timeout: number;
  /** Called after each sign-in. */
  onSignIn?: () => void;
}

/** What a soak found out. */
export interface Figures {
  options: SoakOptions;
  seconds: number;
  calls: number;
  faultyCalls: number;
  slowestCall: number;
  wrongRepeats: number;
  succeeded: number;
  /** Sign-ins that something happened to at Monei, and those of them that succeeded, by what happened first. */
  hit: Map<Fault, { all: number; saved: number }>;
  /** By the code of the error. */
  failures: Map<string, number>;
  /** The first failures that are nobody's at Monei: with nothing that happened there, or without its error. */
  wrongFailures: string[];
  /** Requests to the app that got no answer. */
  unanswered: number;
  /** Sign-ins that Passport did not answer exactly once. */
  notAnsweredOnce: number;
  /** Users who were given anything of somebody else's. */
  mixUps: number;
  slowestSignIn: number;
  /** By how much the latest sign-in was over the sum of what its calls may take (below 0: it was not), in milliseconds. */
  latest: number;
  unhandledRejections: number;
  warnings: number;
  socketsBefore: number;
  /** After each half. */
  leftovers: Leftovers[];
}

/** Signs users in, many at a time, at a Monei that misbehaves by plan. */
export async function soak(options: SoakOptions): Promise<Figures> {
  const socketsBefore = openSockets();
  const start = performance.now();
  const monei = await startFaultyMonei(options.seed);
  const app = await startSoakedApp(monei, options);
  const figures = newFigures(options, socketsBefore);
  const stopListening = listenToProcess(figures);
  try {
    const half = options.signIns >> 1;
    for (const [from, to] of [
      [0, half],
      [half, options.signIns],
    ] as const) {
      await signInAll(from, to, figures, app, monei);
      figures.leftovers.push(await countLeftovers(socketsBefore));
    }
    figures.slowestCall = monei.slowestCall();
  } finally {
    stopListening();
    await app.close();
    await monei.close();
  }
  const { calls, faultyCalls, wrongRepeats } = monei;
  Object.assign(figures, { calls, faultyCalls, wrongRepeats });
  figures.seconds = (performance.now() - start) / 1000;
  figures.mixUps += app.mixUps;
  figures.notAnsweredOnce = app.answers.filter((times) => times !== 1).length;
  return figures;
}

/** Keeps as many sign-ins going as there shall be at a time. Then closes the connections that nobody uses. */
async function signInAll(
  from: number,
  to: number,
  figures: Figures,
  app: SoakedApp,
  monei: FaultyMonei,
): Promise<void> {
  const agent = new http.Agent({ keepAlive: true });
  let next = from;
  const worker = async () => {
    while (next < to) {
      const signIn = next++;
      const visit = await new Visitor(app.url, signIn, agent)
        .signIn()
        .catch((error: unknown) => String(error));
      note(figures, signIn, visit, monei.take(signIn));
      figures.options.onSignIn?.();
    }
  };
  await Promise.all(Array.from({ length: figures.options.concurrency }, worker));
  agent.destroy();
  app.closeIdleConnections();
  monei.closeIdleConnections();
}

function note(figures: Figures, signIn: number, visit: Visit | string, { faults }: SignInRecord): void {
  if (typeof visit === 'string') {
    figures.unanswered++;
    return;
  }
  const succeeded = visit.outcome === 'success';
  const { id } = accountOf(signIn);
  if (visit.sessionOf !== (succeeded ? id : undefined) || (succeeded && visit.id !== id)) figures.mixUps++;
  figures.slowestSignIn = Math.max(figures.slowestSignIn, visit.took);
  figures.latest = Math.max(figures.latest, visit.took - allowed(figures.options.timeout, faults));
  if (succeeded) figures.succeeded++;
  else noteFailure(figures, signIn, visit, faults);
  const [first] = faults;
  if (!first) return;
  const { all, saved } = figures.hit.get(first) ?? { all: 0, saved: 0 };
  figures.hit.set(first, { all: all + 1, saved: saved + Number(succeeded) });
}

function noteFailure(figures: Figures, signIn: number, visit: Visit, faults: Fault[]): void {
  const { outcome, code = 'none', message } = visit;
  figures.failures.set(code, (figures.failures.get(code) ?? 0) + 1);
  if (outcome === 'error' && visit.code !== undefined && faults.length > 0) return;
  figures.wrongFailures.push(
    `sign-in ${signIn}, after ${faults.join(', ') || 'nothing'}: ${message ?? code}`,
  );
}

/** A timeout for each of the two calls, and what Monei asked to wait, with a timeout for the call after that. */
function allowed(timeout: number, faults: Fault[]): number {
  const waits = faults.map(waitAskedBy).filter((wait) => wait > 0);
  return 2 * timeout + waits.reduce((sum, wait) => sum + wait + timeout, 0);
}

function listenToProcess(figures: Figures): () => void {
  const onRejection = () => {
    figures.unhandledRejections++;
  };
  const onWarning = () => {
    figures.warnings++;
  };
  process.on('unhandledRejection', onRejection).on('warning', onWarning);
  return () => process.off('unhandledRejection', onRejection).off('warning', onWarning);
}

function newFigures(options: SoakOptions, socketsBefore: number): Figures {
  return {
    options,
    socketsBefore,
    seconds: 0,
    calls: 0,
    faultyCalls: 0,
    slowestCall: 0,
    wrongRepeats: 0,
    succeeded: 0,
    hit: new Map(),
    failures: new Map(),
    wrongFailures: [],
    unanswered: 0,
    notAnsweredOnce: 0,
    mixUps: 0,
    slowestSignIn: 0,
    latest: Number.NEGATIVE_INFINITY,
    unhandledRejections: 0,
    warnings: 0,
    leftovers: [],
  };
}
