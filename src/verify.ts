import type { VerifiedCallback } from './passport-oauth2.js';
import { reasonOf } from './reason.js';
import { isThenable } from './thenable.js';

/** What verify gets to know about a sign-in. */
export interface VerifyArguments {
  accessToken: string;
  refreshToken: string;
  params: unknown;
  profile: unknown;
}

/**
 * Calls the app's verify function, and has it answered by `done` or `failed`: whichever is called first counts.
 *
 * As in passport-oauth2, the number of declared parameters decides whether `params` is passed. Beyond that, verify
 * may return a promise: what it resolves with is the user, and a rejection is an error. A promise of nothing leaves
 * the answer to the `done` that verify was given, if it declared one.
 *
 * @param req the request, when `passReqToCallback` is on
 * @param failed gets what verify throws, or rejects with, even if it has answered before
 */
export function callVerify(
  verify: (...args: never[]) => unknown,
  req: object | undefined,
  { accessToken, refreshToken, params, profile }: VerifyArguments,
  done: VerifiedCallback,
  failed: (error: unknown) => void,
): void {
  const args = req ? [req, accessToken, refreshToken] : [accessToken, refreshToken];
  const declared = req ? verify.length - 1 : verify.length;
  if (declared === 5) args.push(params as object);
  args.push(profile as object, done);
  // A function that declares nothing (a rest parameter, say) may well use `done`.
  const takesDone = verify.length === 0 || declared >= 4;

  let result: unknown;
  try {
    result = verify(...(args as never[]));
  } catch (error) {
    return failed(reasonOf(error, 'verify'));
  }
  if (!isThenable(result)) return;
  Promise.resolve(result).then(
    (user) => {
      if (user !== undefined || !takesDone) done(null, user);
    },
    (error) => failed(reasonOf(error, 'verify')),
  );
}
