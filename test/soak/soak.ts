import http from 'node:http';
import { type SoakedApp, startSoakedApp } from './app.js';
import { accountOf, type FaultyMonei, type SignInRecord, startFaultyMonei } from './faulty-monei.js';
import { countLeftovers, type Leftovers, openSockets } from './leftovers.js';
import { type Fault, retryAfterMs } from './plan.js';
import { type Visit, Visitor } from './visitor.js';

export interface SoakOptions {
  signIns: number;
  concurrency: number;
  seed: number;
  /** The timeout of the strategy, in milliseconds. */
  timeout: number;
  /** Called after each sign-in. */
  onSignIn?: () => void;
}

/** The results of a soak. */
export interface Figures {
  options: SoakOptions;
  seconds: number;
  requests: number;
  faultyRequests: number;
  slowestRequest: number;
  wrongRepeats: number;
  succeeded: number;
  /** The number of sign-ins with a fault, and those of them that succeeded, by their first fault. */
  hit: Map<Fault, { all: number; saved: number }>;
  /** The number of failures by the code of the error. */
  failures: Map<string, number>;
  /** Failures without a fault, and failures that are not a `MoneiConnectError`. */
  wrongFailures: string[];
  /** The number of sign-ins with a request to the app that got no response. */
  withoutResponse: number;
  /** The number of sign-ins in which Passport did not take exactly one action. */
  withoutOneAction: number;
  /** The number of sign-ins that got data of another user. */
  mixUps: number;
  slowestSignInMs: number;
  /** The largest difference between the time of a sign-in and the time that its requests may take, in milliseconds. */
  latestMs: number;
  unhandledRejections: number;
  warnings: number;
  socketsBefore: number;
  /** The resources after each half of the soak. */
  leftovers: Leftovers[];
}

/** Signs users in, many at a time, at a server that injects faults by plan. */
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
    figures.slowestRequest = monei.slowestRequest();
  } finally {
    stopListening();
    await app.close();
    await monei.close();
  }
  const { requests, faultyRequests, wrongRepeats } = monei;
  Object.assign(figures, { requests, faultyRequests, wrongRepeats });
  figures.seconds = (performance.now() - start) / 1000;
  figures.mixUps += app.mixUps;
  figures.withoutOneAction = app.actions.filter((times) => times !== 1).length;
  return figures;
}

/** Runs `concurrency` sign-ins at a time. Then closes the idle connections. */
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
    figures.withoutResponse++;
    return;
  }
  const succeeded = visit.outcome === 'success';
  const { id } = accountOf(signIn);
  if (visit.sessionOf !== (succeeded ? id : undefined) || (succeeded && visit.id !== id)) figures.mixUps++;
  figures.slowestSignInMs = Math.max(figures.slowestSignInMs, visit.tookMs);
  figures.latestMs = Math.max(figures.latestMs, visit.tookMs - allowedMs(figures.options.timeout, faults));
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

/** Returns the time that a sign-in may take: two timeouts, and each `Retry-After` with the timeout of the repeated request. */
function allowedMs(timeout: number, faults: Fault[]): number {
  const waits = faults.map(retryAfterMs).filter((wait) => wait > 0);
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
    requests: 0,
    faultyRequests: 0,
    slowestRequest: 0,
    wrongRepeats: 0,
    succeeded: 0,
    hit: new Map(),
    failures: new Map(),
    wrongFailures: [],
    withoutResponse: 0,
    withoutOneAction: 0,
    mixUps: 0,
    slowestSignInMs: 0,
    latestMs: Number.NEGATIVE_INFINITY,
    unhandledRejections: 0,
    warnings: 0,
    leftovers: [],
  };
}
