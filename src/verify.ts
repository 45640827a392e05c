import type { VerifiedCallback } from './passport-oauth2.js';

/** What verify gets to know about a sign-in. */
export interface VerifyArguments {
  accessToken: string;
  refreshToken: string;
  params: unknown;
  profile: unknown;
}

/**
 * Calls the app's verify function, and `done` with its answer, once.
 *
 * As in passport-oauth2, the number of declared parameters decides whether `params` is passed. Beyond that, verify
 * may return a promise: what it resolves with is the user, and a rejection is an error. A promise of nothing leaves
 * the answer to the `done` that verify was given, if it declared one.
 *
 * @param req the request, when `passReqToCallback` is on
 */
export function callVerify(
  verify: (...args: never[]) => unknown,
  req: object | undefined,
  { accessToken, refreshToken, params, profile }: VerifyArguments,
  done: VerifiedCallback,
): void {
  let answered = false;
  const once: VerifiedCallback = (...answer) => {
    if (answered) return;
    answered = true;
    done(...answer);
  };
  const first = req ? [req] : [];
  const declared = verify.length - first.length;
  const args = [
    ...first,
    accessToken,
    refreshToken,
    ...(declared === 5 ? [params, profile] : [profile]),
    once,
  ] as never[];
  // A function that declares nothing (a rest parameter, say) may well use `done`.
  const takesDone = verify.length === 0 || declared >= 4;

  let result: unknown;
  try {
    result = verify(...args);
  } catch (error) {
    return once(reasonOf(error));
  }
  if (!isThenable(result)) return;
  Promise.resolve(result).then(
    (user) => {
      if (user !== undefined || !takesDone) once(null, user);
    },
    (error) => once(reasonOf(error)),
  );
}

/** `throw undefined` is an error too; handed on as it is, it would look like none. */
function reasonOf(error: unknown): unknown {
  return error || new Error('passport-monei: verify failed without saying why.');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
