import type { StrategyCreatedStatic } from 'passport';
import { LONGEST_TIMER } from '../connect/options.js';
import { reasonOf } from '../internal/to-error.js';

/** Passport's actions that a sign-in takes. */
type Actions = Omit<StrategyCreatedStatic, 'pass'>;

/**
 * The one answer to a request: the first of Passport's actions counts, later ones do nothing.
 *
 * An app may hand the strategy object itself to `passport.authenticate()`. Passport then puts every request's actions on
 * that one object, so they are taken from it at once.
 */
export class Answer {
  readonly #strategy: object;
  readonly #actions: Actions;
  #given = false;
  #timer: NodeJS.Timeout | undefined;

  /** What the `error` action threw. Nobody here can answer the request any more: it is the caller's to see. */
  escaped: { thrown: unknown } | undefined;

  constructor(strategy: Actions) {
    const { success, fail, redirect, error } = strategy;
    this.#strategy = strategy;
    this.#actions = { success, fail, redirect, error };
  }

  success(user: unknown, info?: unknown): void {
    this.#answer('success', [user, info]);
  }

  fail(challenge?: unknown, status?: unknown): void {
    this.#answer('fail', [challenge, status]);
  }

  redirect(url: unknown, status?: unknown): void {
    this.#answer('redirect', [url, status]);
  }

  error(reason: unknown): void {
    // On its way up, what escaped passes those who would make an error of it.
    if (this.escaped && this.escaped.thrown === reason) throw reason;
    if (this.#isFirst()) this.#takeError(reason);
  }

  /** Waits for a step, and does not go on once the request is answered. */
  async until<T>(step: PromiseLike<T>): Promise<T> {
    const value = await step;
    if (this.#given) throw new Error('passport-monei: this sign-in was answered already.');
    return value;
  }

  /** Answers with an error if nothing else does in this many milliseconds. */
  expectWithin(milliseconds: number): void {
    if (this.#given) return;
    const giveUp = () => this.error(silence(milliseconds));
    this.#timer = setTimeout(giveUp, Math.min(milliseconds, LONGEST_TIMER)).unref();
  }

  /** Takes an action. The app's own code runs in it: what that throws goes to the `error` action. */
  #answer(name: keyof Actions, given: unknown[]): void {
    if (!this.#isFirst()) return;
    const length = given.findLastIndex((one) => one !== undefined) + 1;
    try {
      Reflect.apply(this.#actions[name], this.#strategy, given.slice(0, length));
    } catch (thrown) {
      this.#takeError(thrown);
    }
  }

  /** Whether nobody has answered yet. From now on somebody has. */
  #isFirst(): boolean {
    if (this.#given) return false;
    this.#given = true;
    clearTimeout(this.#timer);
    return true;
  }

  #takeError(reason: unknown): void {
    try {
      // Passport's `next(undefined)` would let the request through.
      this.#actions.error.call(this.#strategy, reasonOf(reason, 'the sign-in'));
    } catch (thrown) {
      this.escaped = { thrown };
      throw thrown;
    }
  }
}

function silence(milliseconds: number): Error {
  const seconds = Math.round(milliseconds / 1000);
  return new Error(
    `passport-monei: this sign-in was not answered within ${seconds} s. Does verify call \`done\` or resolve on every ` +
      'path, and do the state store and overridden hooks call back?',
  );
}
