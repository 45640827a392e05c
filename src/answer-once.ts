import type { StrategyCreatedStatic } from 'passport';

/** Passport's actions, of which a strategy takes one to answer a request. */
type Actions = StrategyCreatedStatic;

/** Actions for one request: the first one taken answers it, the others do nothing. */
export interface OwnActions {
  actions: Actions;
  /**
   * Wraps a callback that others call, later: what it throws answers the request with an error, and it is not called
   * any more once there is an answer.
   */
  guarded<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void;
  /** Answers with an error if no action is taken in this many milliseconds. */
  expectWithin(milliseconds: number): void;
}

/**
 * Takes a copy of the actions that Passport just put on `strategy`. An app may hand the strategy object itself to
 * `passport.authenticate()`; Passport then puts every request's actions on that one object, and whoever answers
 * later without a copy answers somebody else's request.
 *
 * An action that throws (the app's own code runs in it) hands what it threw to the `error` action.
 */
export function answerOnce(strategy: Actions): OwnActions {
  let answered = false;
  let timer: NodeJS.Timeout | undefined;
  const { success, fail, redirect, pass, error } = strategy;

  const once = <Args extends unknown[]>(action: (...args: Args) => void) => {
    return (...args: Args): void => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      try {
        action.apply(strategy, args);
      } catch (thrown) {
        if (Object.is(action, error)) throw thrown;
        error.call(strategy, thrown);
      }
    };
  };

  const actions = {
    success: once(success),
    fail: once(fail),
    redirect: once(redirect),
    pass: once(pass),
    error: once(error),
  };
  return {
    actions,
    guarded(callback) {
      return (...args) => {
        if (answered) return;
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
      timer = setTimeout(() => {
        actions.error(
          new Error(
            `passport-monei: this sign-in was not answered within ${seconds} s. Does verify call \`done\` or resolve ` +
              'on every path, and do the state store and overridden hooks call back?',
          ),
        );
      }, milliseconds).unref();
    },
  };
}
