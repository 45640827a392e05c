import type FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import fc from 'fast-check';
import type { MoneiProfile, MoneiStrategy } from '../../src/index.js';
import { pair } from '../helpers/fixtures.js';
import { type ActionTaken, type HandedOver, handOver } from './actions-taken.js';
import type { HoldingMonei } from './holding-monei.js';
import { newSession, type Session, throughStore } from './session.js';

const HOUR_MS = 60 * 60 * 1000;
const SESSIONS = 3;
const MAX_PENDING = 10;

/** The options of `passport.authenticate()` that start a sign-in, small enough for ten in one session. */
interface StartOptions {
  scope: string[];
  callbackURL: string;
  state: unknown;
}

/** A sign-in in the model. */
interface Started {
  /** The code that Monei issues for it. */
  code: string;
  session: number;
  options: StartOptions;
  expires: number;
  isPending: boolean;
}

/** The expected state of the system, in its simplest form. */
export interface Model {
  now: number;
  started: Started[];
  /** The sign-ins whose code was sent to Monei, in that order. */
  exchanged: Started[];
  /** The exchanged ones to which Monei has not responded yet. */
  inFlight: Started[];
}

/** The system under test. */
export interface Real {
  strategy: MoneiStrategy;
  monei: HoldingMonei;
  clock: FakeTimers.Clock;
  sessions: Session[];
  /** The parameter `state` of each sign-in. */
  states: Map<Started, string>;
  requests: Map<Started, HandedOver>;
}

export function newModel(now: number): Model {
  return { now, started: [], exchanged: [], inFlight: [] };
}

export function newReal(what: Pick<Real, 'strategy' | 'monei' | 'clock'>): Real {
  const sessions = Array.from({ length: SESSIONS }, newSession);
  return { ...what, sessions, states: new Map(), requests: new Map() };
}

type Command = fc.AsyncCommand<Model, Real>;

/** A user starts sign-ins, in a few tabs. */
class Start implements Command {
  constructor(
    readonly session: number,
    readonly options: StartOptions,
    readonly tabs: number,
  ) {}

  check = () => true;

  async run(model: Model, real: Real) {
    for (let tab = 0; tab < this.tabs; tab++) await this.open(model, real);
  }

  async open(model: Model, real: Real) {
    const { session, options } = this;
    const req = { session: visit(real, session), query: {} };
    const { kind, args } = await handOver(real.strategy, req, { options }).action;
    expect(kind).to.equal('redirect');
    const code = `code-${model.started.length}`;
    const started = { code, session, options, expires: model.now + HOUR_MS, isPending: true };
    model.started.push(started);
    real.states.set(started, new URL(String(args[0])).searchParams.get('state') ?? '');
    for (const pushedOut of pendingIn(model, session).slice(0, -MAX_PENDING)) pushedOut.isPending = false;
  }

  toString = () => `start ${this.tabs} times in session ${this.session}: ${JSON.stringify(this.options)}`;
}

/** A browser comes back with the state of any sign-in, for the first time or again, in any session. */
abstract class ComeBack implements Command {
  constructor(
    readonly session: number,
    readonly which: number,
  ) {}

  check = ({ started }: Readonly<Model>) => started.length > 0;

  async run(model: Model, real: Real) {
    const started = pick(model.started, this.which);
    const isGood = pendingIn(model, this.session).includes(started);
    const session = visit(real, this.session);
    const query = { ...this.query(started), state: real.states.get(started) };
    const { pathname: url } = new URL(started.options.callbackURL);
    const request = handOver(real.strategy, { session, query, url }, { session });
    if (!isGood) return expectInvalidState(await request.action);
    started.isPending = false;
    await this.expectKnown(request, started, model, real);
  }

  abstract query(started: Started): Record<string, string>;
  abstract expectKnown(request: HandedOver, started: Started, model: Model, real: Real): Promise<void>;
}

class ComeBackRefused extends ComeBack {
  override query = () => ({ error: 'access_denied' });

  override async expectKnown({ action }: HandedOver, { options }: Started) {
    const { kind, args } = await action;
    expect(kind).to.equal('fail');
    expect(args[0]).to.deep.include({ code: 'access_denied', state: options.state });
  }

  override toString = () => `come back refused from start ${this.which} in session ${this.session}`;
}

/** The browser comes back with a code, which is sent to Monei. Monei responds later. */
class ComeBackApproved extends ComeBack {
  override query = ({ code }: Started) => ({ code });

  override async expectKnown(request: HandedOver, started: Started, model: Model, real: Real) {
    const { code, options } = started;
    const exchange = await Promise.race([real.monei.received(code), request.action]);
    expect(exchange).to.include({ code, redirect_uri: options.callbackURL });
    real.requests.set(started, request);
    model.exchanged.push(started);
    model.inFlight.push(started);
  }

  override toString = () => `come back approved from start ${this.which} in session ${this.session}`;
}

/** Monei responds to one of the exchanges that wait for a response. */
class Respond implements Command {
  constructor(
    readonly which: number,
    readonly isGood: boolean,
  ) {}

  check = ({ inFlight }: Readonly<Model>) => inFlight.length > 0;

  async run(model: Model, real: Real) {
    const started = pick(model.inFlight, this.which);
    model.inFlight = model.inFlight.filter((one) => one !== started);
    const { code, options } = started;
    const response = { ...pair, access_token: `mct_${code}`, scopes: options.scope };
    real.monei.respond(code, this.isGood ? response : {});
    const { action: taking, taken } = real.requests.get(started) ?? nothing();
    const action = await taking;
    expect(taken).to.have.lengthOf(1);
    if (!this.isGood) {
      expect(action.kind).to.equal('error');
      return;
    }
    expectSuccess(started, action);
    // The login renewed the session.
    for (const lost of pendingIn(model, started.session)) lost.isPending = false;
  }

  toString = () =>
    `Monei responds to number ${this.which} with ${this.isGood ? 'tokens' : 'an invalid body'}`;
}

/** A request has a state that was made up. */
class Forge implements Command {
  constructor(
    readonly session: number,
    readonly state: string,
  ) {}

  check = () => true;

  async run(_model: Model, real: Real) {
    const req = { session: visit(real, this.session), query: { code: 'forged', state: this.state } };
    expectInvalidState(await handOver(real.strategy, req).action);
  }

  toString = () => `forge ${JSON.stringify(this.state)} in session ${this.session}`;
}

class Wait implements Command {
  constructor(readonly timeMs: number) {}

  check = () => true;

  async run(model: Model, real: Real) {
    model.now += this.timeMs;
    real.clock.tick(this.timeMs);
  }

  toString = () => `wait ${this.timeMs} ms`;
}

/** The user logs in with another provider, which renews the session, so its pending sign-ins are gone. */
class LogInElsewhere implements Command {
  constructor(readonly session: number) {}

  check = () => true;

  async run(model: Model, real: Real) {
    visit(real, this.session).regenerate(() => {});
    for (const lost of pendingIn(model, this.session)) lost.isPending = false;
  }

  toString = () => `log in elsewhere in session ${this.session}`;
}

const session = fc.nat(SESSIONS - 1);
const which = fc.nat(50);
const options: fc.Arbitrary<StartOptions> = fc.record({
  scope: fc.subarray(['wallet:read', 'kyc:read', 'bills:pay']).map((more) => ['profile:read', ...more]),
  callbackURL: fc.constantFrom('https://app.example.com/one', 'https://app.example.com/two'),
  state: fc.constantFrom<unknown>(null, false, 0, '', 'text', ['a', 1], { returnTo: '/wallet' }),
});
const tabs = fc.integer({ min: 1, max: 6 });
const start = fc.tuple(session, options, tabs).map((of): Command => new Start(...of));
const forgery = fc.oneof(fc.base64String({ minLength: 1 }), fc.string({ minLength: 1 }));

/** Any interleaving of the events of sign-ins. */
export const anyInterleaving = fc.commands<Model, Real, false>(
  [
    start,
    start,
    fc.tuple(session, which).map((of): Command => new ComeBackApproved(...of)),
    fc.tuple(session, which).map((of): Command => new ComeBackRefused(...of)),
    fc.tuple(which, fc.boolean()).map((of): Command => new Respond(...of)),
    fc.tuple(session, forgery).map((of): Command => new Forge(...of)),
    fc
      .oneof(fc.constantFrom(0, 1, HOUR_MS - 1, HOUR_MS), fc.nat(HOUR_MS))
      .map((time): Command => new Wait(time)),
    session.map((of): Command => new LogInElsewhere(of)),
  ],
  { maxCommands: 60, size: 'max' },
);

/** Lets Monei respond to all exchanges that still wait, and checks that it received no others. */
export async function finishExchanges(model: Model, real: Real): Promise<void> {
  while (model.inFlight.length > 0) await new Respond(0, true).run(model, real);
  expect(real.monei.codes).to.deep.equal(model.exchanged.map(({ code }) => code));
}

/** Returns the session of a new request, as it comes from a session store. */
function visit({ sessions }: Real, which: number): Session {
  return throughStore(pick(sessions, which));
}

function pendingIn({ started, now }: Model, session: number): Started[] {
  return started.filter((one) => one.session === session && one.isPending && one.expires > now);
}

function pick<T>(list: T[], which: number): T {
  return list[which % list.length] ?? nothing();
}

function nothing(): never {
  throw new Error('the list is empty');
}

function expectSuccess({ code, options }: Started, { kind, args }: ActionTaken): void {
  expect(kind).to.equal('success');
  const [profile, info] = args as [MoneiProfile, object];
  expect(profile).to.include({ id: 'ada', displayName: code });
  expect(profile.grant.requested).to.deep.equal(options.scope);
  expect(info).to.deep.equal({ state: options.state });
}

function expectInvalidState({ kind, args: [info, status] }: ActionTaken): void {
  expect([kind, (info as { code?: string }).code, status]).to.deep.equal(['fail', 'invalid_state', 403]);
}
