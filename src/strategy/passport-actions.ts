import type { StrategyCreatedStatic } from 'passport';
import { toError } from '../internal/to-error.js';
import { callAppFunction } from './app-function.js';

/**
 * Passport's five actions for one request. The first action counts, and later ones do nothing.
 *
 * If an app passes the strategy object itself to `passport.authenticate()`, Passport sets the actions of every request
 * on that object. So the constructor reads them at once.
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

  /** Waits for a step of the sign-in. Rejects if `verify` or a hook took an action before the step ended. */
  async until<T>(step: PromiseLike<T>): Promise<T> {
    const value = await step;
    if (this.#isTaken) throw new Error('passport-monei: an action was taken before this sign-in ended.');
    return value;
  }

  /** Calls a function of the app as `callAppFunction` does. The time limit ends when an action is taken. */
  callApp<T>(name: string, call: (done: (error?: unknown, value?: T) => void) => unknown): Promise<T> {
    return callAppFunction<T>(name, call, (timer) => {
      this.#timer = timer;
    });
  }

  /**
   * Marks the end of `authenticate()`. If the callback of `passport.authenticate()` threw an error before, that error
   * reaches Express. If it throws later, the error is an unhandled rejection.
   *
   * @throws the error that the callback threw
   */
  endOfCall(): void {
    this.#hasReturned = true;
    if (this.#uncaught) throw this.#uncaught.thrown;
  }

  /** Takes an action, which may call the callback of `passport.authenticate()`. If it throws, takes `error`. */
  #take(name: keyof StrategyCreatedStatic, args: unknown[]): void {
    if (!this.#isFirst()) return;
    try {
      Reflect.apply(this.#actions[name], this.#strategy, args);
    } catch (thrown) {
      this.#takeError(thrown);
    }
  }

  /** Whether this is the first action. */
  #isFirst(): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    clearTimeout(this.#timer);
    return true;
  }

  #takeError(reason: unknown): void {
    try {
      // With `next(undefined)`, Passport would let the request pass.
      this.#actions.error.call(this.#strategy, toError(reason, 'the sign-in'));
    } catch (thrown) {
      if (this.#hasReturned) void Promise.reject(thrown);
      else this.#uncaught = { thrown };
    }
  }
}
