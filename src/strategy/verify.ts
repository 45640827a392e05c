import { reasonOf } from '../reason.js';
import { isThenable } from '../thenable.js';
import { isWatched, report } from '../watch.js';
import type { MoneiRequest } from './options.js';
import type { SignInStrategy } from './strategy.js';

/** What Monei's token endpoint answered, as passport-oauth2 hands it on. */
export interface ExchangedTokens {
  accessToken: string;
  refreshToken: string;
  /** The whole answer without the refresh token. */
  params: Record<string, unknown>;
}

/** What verify answered: a user (`false`: a failed sign-in) and details about it. */
export interface Verified {
  user: unknown;
  info?: unknown;
}

/**
 * Calls the app's verify function. Its first answer counts.
 *
 * As in passport-oauth2, the number of declared parameters decides whether `params` is passed. Beyond that, verify
 * may return a promise: what it resolves with is the user, and a rejection is an error. A promise of nothing leaves
 * the answer to the `done` that verify was given, if it declared one.
 */
export async function callVerify(
  strategy: Pick<SignInStrategy, '_verify' | '_passReqToCallback'>,
  req: MoneiRequest,
  tokens: ExchangedTokens,
  profile: unknown,
): Promise<Verified> {
  const start = performance.now();
  const milliseconds = () => Math.round(performance.now() - start);
  try {
    const verified = await answerOf(strategy, req, tokens, profile);
    if (isWatched())
      report({
        step: 'verify',
        outcome: verified.user ? 'user' : 'no user',
        milliseconds: milliseconds(),
      });
    return verified;
  } catch (error) {
    if (isWatched()) report({ step: 'verify', outcome: 'error', milliseconds: milliseconds() });
    throw reasonOf(error, 'verify');
  }
}

function answerOf(
  strategy: Pick<SignInStrategy, '_verify' | '_passReqToCallback'>,
  req: MoneiRequest,
  { accessToken, refreshToken, params }: ExchangedTokens,
  profile: unknown,
): Promise<Verified> {
  const { _verify: verify, _passReqToCallback: passReq } = strategy;
  const declared = passReq ? verify.length - 1 : verify.length;
  // A function that declares nothing (a rest parameter, say) may well use `done`.
  const takesDone = verify.length === 0 || declared >= 4;

  return new Promise((resolve, reject) => {
    const done = (error?: unknown, user?: unknown, info?: unknown) => {
      if (error) reject(error);
      else resolve({ user, info });
    };
    const args: unknown[] = passReq ? [req, accessToken, refreshToken] : [accessToken, refreshToken];
    if (declared === 5) args.push(params);
    const result = verify.apply(strategy, [...args, profile, done] as never[]);
    if (!isThenable(result)) return;
    Promise.resolve(result).then((user) => {
      if (user !== undefined || !takesDone) resolve({ user });
    }, reject);
  });
}
