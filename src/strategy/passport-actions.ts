import type { StrategyCreatedStatic } from 'passport';
import { toError } from '../internal/to-error.js';
import { callAppFunction } from './app-function.js';

/**
 * Passport's five actions for one request: the first one counts, later ones do nothing.
 *
 * An app may hand the strategy object itself to `passport.authenticate()`. Passport then puts every request's actions on
 * that one object, so they are taken from it at once.
 */
export class PassportActions {
  readonly #strategy: object;
  readonly #actions: StrategyCreatedStatic;
  #isTaken = false;
  #timer: NodeJS.Timeout | undefined;
  #hasReturned = false;
  #uncaught: { thrown: unknown } | undefined;

  constructor(strategy: StrategyCreatedStatic) {
    const { success, fail, redirect, pass, error } = strategy;
    this.#strategy = strategy;
    this.#actions = { success, fail, redirect, pass, error };
  }

  success(user: unknown, info?: unknown): void {
    this.#take('success', [user, info]);
  }

  fail(challenge?: unknown, status?: unknown): void {
    this.#take('fail', [challenge, status]);
  }

  redirect(url: unknown, status?: unknown): void {
    this.#take('redirect', [url, status]);
  }

  pass(): void {
    this.#take('pass', []);
  }

  error(reason: unknown): void {
    if (this.#isFirst()) this.#takeError(reason);
  }

  /** Resolves with the value of a step of the sign-in. Rejects if an action was taken before the step ended. */
  async until<T>(step: PromiseLike<T>): Promise<T> {
    const value = await step;
    if (this.#isTaken) throw new Error('passport-monei: an action was taken before this sign-in ended.');
    return value;
  }

  /** Calls a function of the app as `callAppFunction` does, without a time limit once an action is taken. */
  callApp<T>(name: string, call: (done: (error?: unknown, value?: T) => void) => unknown): Promise<T> {
    return callAppFunction<T>(name, call, (timer) => {
      this.#timer = timer;
    });
  }

  /**
   * Marks the end of `authenticate()`. The app's own callback may throw when it gets an error, too. Until now, Express
   * gets what it threw; from now on, it is an unhandled rejection.
   *
   * @throws what the app's own callback threw
   */
  endOfCall(): void {
    this.#hasReturned = true;
    if (this.#uncaught) throw this.#uncaught.thrown;
  }

  /** Takes an action. The app's own callback runs in it: what that throws goes to the `error` action. */
  #take(name: keyof StrategyCreatedStatic, args: unknown[]): void {
    if (!this.#isFirst()) return;
    try {
      Reflect.apply(this.#actions[name], this.#strategy, args);
    } catch (thrown) {
      this.#takeError(thrown);
    }
  }

  /** Whether no action was taken before. */
  #isFirst(): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    clearTimeout(this.#timer);
    return true;
  }

  #takeError(reason: unknown): void {
    try {
      // Passport's `next(undefined)` would let the request through.
      this.#actions.error.call(this.#strategy, toError(reason, 'the sign-in'));
    } catch (thrown) {
      if (this.#hasReturned) void Promise.reject(thrown);
      else this.#uncaught = { thrown };
    }
  }
}
