import type FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import fc from 'fast-check';
import type { MoneiProfile, MoneiStrategy } from '../../src/index.js';
import { pair } from '../helpers/fixtures.js';
import { type ActionTaken, type HandedOver, handOver } from './actions-taken.js';
import type { HoldingMonei } from './holding-monei.js';
import { newSession, type Session, throughStore } from './session.js';

const HOUR = 60 * 60 * 1000;
const SESSIONS = 3;
const MAX_OPEN = 10;

/** What a sign-in is started with: options of `passport.authenticate()`, small enough for ten in a session. */
interface Asked {
  scope: string[];
  callbackURL: string;
  state: unknown;
}

/** A sign-in as the model knows it. */
interface Started {
  /** The code that Monei gives out for it. */
  code: string;
  session: number;
  asked: Asked;
  expires: number;
  isOpen: boolean;
}

/** What shall be true, in its simplest form. */
export interface Model {
  now: number;
  started: Started[];
  /** Those whose code Monei was asked about, in that order. */
  exchanged: Started[];
  /** Those of them that Monei has not answered yet. */
  inFlight: Started[];
}

/** What is. */
export interface Real {
  strategy: MoneiStrategy;
  monei: HoldingMonei;
  clock: FakeTimers.Clock;
  sessions: Session[];
  /** The state that each start put on the wire. */
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

/** Someone goes to Monei, in a few tabs. */
class Start implements Command {
  constructor(
    readonly session: number,
    readonly asked: Asked,
    readonly tabs: number,
  ) {}

  check = () => true;

  async run(model: Model, real: Real) {
    for (let tab = 0; tab < this.tabs; tab++) await this.open(model, real);
  }

  async open(model: Model, real: Real) {
    const { session, asked } = this;
    const req = { session: visit(real, session), query: {} };
    const { kind, args } = await handOver(real.strategy, req, { options: asked }).answered;
    expect(kind).to.equal('redirect');
    const code = `code-${model.started.length}`;
    const started = { code, session, asked, expires: model.now + HOUR, isOpen: true };
    model.started.push(started);
    real.states.set(started, new URL(String(args[0])).searchParams.get('state') ?? '');
    for (const pushedOut of openIn(model, session).slice(0, -MAX_OPEN)) pushedOut.isOpen = false;
  }

  toString = () => `start ${this.tabs} times in session ${this.session}: ${JSON.stringify(this.asked)}`;
}

/** Someone comes back with the state of any start, for the first time or again, in whatever session. */
abstract class ComeBack implements Command {
  constructor(
    readonly session: number,
    readonly which: number,
  ) {}

  check = ({ started }: Readonly<Model>) => started.length > 0;

  async run(model: Model, real: Real) {
    const started = pick(model.started, this.which);
    const isGood = openIn(model, this.session).includes(started);
    const session = visit(real, this.session);
    const query = { ...this.query(started), state: real.states.get(started) };
    const { pathname: url } = new URL(started.asked.callbackURL);
    const request = handOver(real.strategy, { session, query, url }, { session });
    if (!isGood) return expectInvalidState(await request.answered);
    started.isOpen = false;
    await this.expectKnown(request, started, model, real);
  }

  abstract query(started: Started): Record<string, string>;
  abstract expectKnown(request: HandedOver, started: Started, model: Model, real: Real): Promise<void>;
}

class ComeBackRefused extends ComeBack {
  override query = () => ({ error: 'access_denied' });

  override async expectKnown({ answered }: HandedOver, { asked }: Started) {
    const { kind, args } = await answered;
    expect(kind).to.equal('fail');
    expect(args[0]).to.deep.include({ code: 'access_denied', state: asked.state });
  }

  override toString = () => `come back refused from start ${this.which} in session ${this.session}`;
}

/** With a code: then Monei is asked, and takes its time. */
class ComeBackApproved extends ComeBack {
  override query = ({ code }: Started) => ({ code });

  override async expectKnown(request: HandedOver, started: Started, model: Model, real: Real) {
    const { code, asked } = started;
    const exchange = await Promise.race([real.monei.asked(code), request.answered]);
    expect(exchange).to.include({ code, redirect_uri: asked.callbackURL });
    real.requests.set(started, request);
    model.exchanged.push(started);
    model.inFlight.push(started);
  }

  override toString = () => `come back approved from start ${this.which} in session ${this.session}`;
}

/** Monei answers one of the calls that it let wait. */
class Answer implements Command {
  constructor(
    readonly which: number,
    readonly isGood: boolean,
  ) {}

  check = ({ inFlight }: Readonly<Model>) => inFlight.length > 0;

  async run(model: Model, real: Real) {
    const started = pick(model.inFlight, this.which);
    model.inFlight = model.inFlight.filter((one) => one !== started);
    const { code, asked } = started;
    real.monei.answer(code, this.isGood ? { ...pair, access_token: `mct_${code}`, scopes: asked.scope } : {});
    const { answered, taken } = real.requests.get(started) ?? nothing();
    const action = await answered;
    expect(taken).to.have.lengthOf(1);
    if (!this.isGood) {
      expect(action.kind).to.equal('error');
      return;
    }
    expectSuccess(started, action);
    // The login renewed the session.
    for (const lost of openIn(model, started.session)) lost.isOpen = false;
  }

  toString = () => `Monei answers number ${this.which} ${this.isGood ? 'well' : 'badly'}`;
}

/** Someone made a state up. */
class Forge implements Command {
  constructor(
    readonly session: number,
    readonly state: string,
  ) {}

  check = () => true;

  async run(_model: Model, real: Real) {
    const req = { session: visit(real, this.session), query: { code: 'forged', state: this.state } };
    expectInvalidState(await handOver(real.strategy, req).answered);
  }

  toString = () => `forge ${JSON.stringify(this.state)} in session ${this.session}`;
}

class Wait implements Command {
  constructor(readonly milliseconds: number) {}

  check = () => true;

  async run(model: Model, real: Real) {
    model.now += this.milliseconds;
    real.clock.tick(this.milliseconds);
  }

  toString = () => `wait ${this.milliseconds} ms`;
}

/** A login with something that knows nothing of Monei: all that was open is gone. */
class LogInElsewhere implements Command {
  constructor(readonly session: number) {}

  check = () => true;

  async run(model: Model, real: Real) {
    visit(real, this.session).regenerate(() => {});
    for (const lost of openIn(model, this.session)) lost.isOpen = false;
  }

  toString = () => `log in elsewhere in session ${this.session}`;
}

const session = fc.nat(SESSIONS - 1);
const which = fc.nat(50);
const asked: fc.Arbitrary<Asked> = fc.record({
  scope: fc.subarray(['wallet:read', 'kyc:read', 'bills:pay']).map((more) => ['profile:read', ...more]),
  callbackURL: fc.constantFrom('https://app.example.com/one', 'https://app.example.com/two'),
  state: fc.constantFrom<unknown>(null, false, 0, '', 'text', ['a', 1], { returnTo: '/wallet' }),
});
const tabs = fc.integer({ min: 1, max: 6 });
const start = fc.tuple(session, asked, tabs).map((of): Command => new Start(...of));
const forgery = fc.oneof(fc.base64String({ minLength: 1 }), fc.string({ minLength: 1 }));

/** Any interleaving of what can happen to sign-ins. */
export const anyInterleaving = fc.commands<Model, Real, false>(
  [
    start,
    start,
    fc.tuple(session, which).map((of): Command => new ComeBackApproved(...of)),
    fc.tuple(session, which).map((of): Command => new ComeBackRefused(...of)),
    fc.tuple(which, fc.boolean()).map((of): Command => new Answer(...of)),
    fc.tuple(session, forgery).map((of): Command => new Forge(...of)),
    fc.oneof(fc.constantFrom(0, 1, HOUR - 1, HOUR), fc.nat(HOUR)).map((time): Command => new Wait(time)),
    session.map((of): Command => new LogInElsewhere(of)),
  ],
  { maxCommands: 60, size: 'max' },
);

/** Has Monei answer all that still wait, and checks that it was asked about nothing else. */
export async function comeToAnEnd(model: Model, real: Real): Promise<void> {
  while (model.inFlight.length > 0) await new Answer(0, true).run(model, real);
  expect(real.monei.codes).to.deep.equal(model.exchanged.map(({ code }) => code));
}

/** The session of a request: what it held has been through a store meanwhile. */
function visit({ sessions }: Real, which: number): Session {
  return throughStore(pick(sessions, which));
}

function openIn({ started, now }: Model, session: number): Started[] {
  return started.filter((one) => one.session === session && one.isOpen && one.expires > now);
}

function pick<T>(list: T[], which: number): T {
  return list[which % list.length] ?? nothing();
}

function nothing(): never {
  throw new Error('there is nothing to pick from');
}

function expectSuccess({ code, asked }: Started, { kind, args }: ActionTaken): void {
  expect(kind).to.equal('success');
  const [profile, info] = args as [MoneiProfile, object];
  expect(profile).to.include({ id: 'ada', displayName: code });
  expect(profile.grant.requested).to.deep.equal(asked.scope);
  expect(info).to.deep.equal({ state: asked.state });
}

function expectInvalidState({ kind, args: [info, status] }: ActionTaken): void {
  expect([kind, (info as { code?: string }).code, status]).to.deep.equal(['fail', 'invalid_state', 403]);
}
