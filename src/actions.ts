import type { StrategyCreatedStatic } from 'passport';
import { LONGEST_TIMER } from './options.js';
import { reasonOf } from './reason.js';

/** Passport's actions, of which a strategy takes one to answer a request. */
type Actions = StrategyCreatedStatic;

/** A callback of passport-oauth2. None takes more than four arguments; a list of any length would cost more. */
type Guarded<A, B, C, D> = (a?: A, b?: B, c?: C, d?: D) => void;

/**
 * The actions that Passport just put on a strategy, for one request: the first one taken answers it, the others do
 * nothing.
 *
 * An app may hand the strategy object itself to `passport.authenticate()`; Passport then puts every request's actions on
 * that one object, and whoever answers later without a copy answers somebody else's request.
 */
export class OwnActions {
  readonly #strategy: Actions;
  readonly #actions: Actions;
  #answered = false;
  #escaped: { thrown: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(strategy: Actions) {
    this.#strategy = strategy;
    this.#actions = new ActionsCopy(strategy);
  }

  success(user: unknown, info?: unknown): void {
    this.#answer('success', given(user, info));
  }

  fail(challenge?: unknown, status?: unknown): void {
    this.#answer('fail', given(challenge, status));
  }

  redirect(url: unknown, status?: unknown): void {
    this.#answer('redirect', given(url, status));
  }

  pass(): void {
    this.#answer('pass', []);
  }

  error(reason: unknown): void {
    // On its way up, what escaped passes those who would make an error of it: passport-oauth2 is one.
    if (this.#escaped && this.#escaped.thrown === reason) throw reason;
    if (this.#isFirst()) this.#takeError(reason);
  }

  /**
   * Wraps a callback that others call, later. It is called once, and not any more when the request is answered; what
   * it throws answers the request with an error.
   */
  guarded<A = unknown, B = unknown, C = unknown, D = unknown>(
    callback: Guarded<A, B, C, D>,
  ): Guarded<A, B, C, D> {
    let called = false;
    return (a, b, c, d) => {
      if (called || this.#answered) return;
      called = true;
      try {
        callback(a, b, c, d);
      } catch (thrown) {
        this.error(thrown);
      }
    };
  }

  /** Answers with an error if no action is taken in this many milliseconds. */
  expectWithin(milliseconds: number): void {
    if (this.#answered) return;
    const giveUp = () => this.error(silence(milliseconds));
    this.#timer = setTimeout(giveUp, Math.min(milliseconds, LONGEST_TIMER)).unref();
  }

  /** Takes an action. The app's own code runs in it: what that throws goes to the `error` action. */
  #answer(name: keyof Actions, args: unknown[]): void {
    if (!this.#isFirst()) return;
    try {
      Reflect.apply(this.#actions[name], this.#strategy, args);
    } catch (thrown) {
      this.#takeError(thrown);
    }
  }

  /** Whether nobody has answered yet. From now on somebody has. */
  #isFirst(): boolean {
    if (this.#answered) return false;
    this.#answered = true;
    clearTimeout(this.#timer);
    return true;
  }

  /** What the `error` action throws is the caller's to see: nobody here could answer the request any more. */
  #takeError(reason: unknown): void {
    try {
      // Passport's `next(undefined)` would let the request through.
      this.#actions.error.call(this.#strategy, reasonOf(reason, 'the sign-in'));
    } catch (thrown) {
      this.#escaped = { thrown };
      throw thrown;
    }
  }
}

/** A class, which for V8 is cheaper to keep alive while Monei is asked than an object literal. */
class ActionsCopy implements Actions {
  readonly success: Actions['success'];
  readonly fail: Actions['fail'];
  readonly redirect: Actions['redirect'];
  readonly pass: Actions['pass'];
  readonly error: Actions['error'];

  constructor(actions: Actions) {
    this.success = actions.success;
    this.fail = actions.fail;
    this.redirect = actions.redirect;
    this.pass = actions.pass;
    this.error = actions.error;
  }
}

/** The arguments of an action, as many as there are. */
function given(first: unknown, second: unknown): unknown[] {
  if (second !== undefined) return [first, second];
  return first === undefined ? [] : [first];
}

function silence(milliseconds: number): Error {
  const seconds = Math.round(milliseconds / 1000);
  return new Error(
    `passport-monei: this sign-in was not answered within ${seconds} s. Does verify call \`done\` or resolve on every ` +
      'path, and do the state store and overridden hooks call back?',
  );
}
