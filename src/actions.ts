import type { StrategyCreatedStatic } from 'passport';

/** Passport's actions, of which a strategy takes one to answer a request. */
type Actions = StrategyCreatedStatic;

/** Actions for one request: the first one taken answers it, the others do nothing. */
export interface OwnActions {
  actions: Actions;
  /**
   * Wraps a callback that others call, later. It is called once, and not any more when the request is answered; what
   * it throws answers the request with an error.
   */
  guarded<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void;
  /** Answers with an error if no action is taken in this many milliseconds. */
  expectWithin(milliseconds: number): void;
}

/** The longest delay that Node's timers keep; a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Takes a copy of the actions that Passport just put on `strategy`. An app may hand the strategy object itself to
 * `passport.authenticate()`; Passport then puts every request's actions on that one object, and whoever answers
 * later without a copy answers somebody else's request.
 *
 * An action that throws (the app's own code runs in it) hands what it threw to the `error` action. What that one
 * throws is the caller's to see: nobody here could answer the request any more.
 */
export function ownActions(strategy: Actions): OwnActions {
  const { success, fail, redirect, pass, error } = strategy;
  let answered = false;
  let escaped: { thrown: unknown } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const answer = (take: () => void): void => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    take();
  };
  const takeError = (reason: unknown): void => {
    try {
      // Passport's `next(undefined)` would let the request through.
      error.call(
        strategy,
        reason || new Error('passport-monei: the sign-in failed, and what failed did not say why.'),
      );
    } catch (thrown) {
      escaped = { thrown };
      throw thrown;
    }
  };
  const once = <Args extends unknown[]>(action: (...args: Args) => void) => {
    return (...args: Args): void =>
      answer(() => {
        try {
          action.apply(strategy, args);
        } catch (thrown) {
          takeError(thrown);
        }
      });
  };

  const actions: Actions = {
    success: once(success),
    fail: once(fail),
    redirect: once(redirect),
    pass: once(pass),
    error(reason: unknown) {
      // On its way up, what escaped passes those who would make an error of it: passport-oauth2 is one.
      if (escaped && escaped.thrown === reason) throw reason;
      answer(() => takeError(reason));
    },
  };
  return {
    actions,
    guarded(callback) {
      let called = false;
      return (...args) => {
        if (called || answered) return;
        called = true;
        try {
          callback(...args);
        } catch (thrown) {
          actions.error(thrown);
        }
      };
    },
    expectWithin(milliseconds) {
      if (answered) return;
      const seconds = Math.round(milliseconds / 1000);
      const message =
        `passport-monei: this sign-in was not answered within ${seconds} s. Does verify call \`done\` or resolve on ` +
        'every path, and do the state store and overridden hooks call back?';
      timer = setTimeout(
        () => actions.error(new Error(message)),
        Math.min(milliseconds, LONGEST_TIMER),
      ).unref();
    },
  };
}
