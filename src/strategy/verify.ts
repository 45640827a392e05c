import { report } from '../diagnostics.js';
import { isThenable } from '../internal/is-thenable.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import { reasonOf } from '../internal/to-error.js';
import type { SignInStrategy } from './passport-oauth2.js';

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
 * may return a promise: what it resolves with is the user, and a rejection is an error. One that resolves with nothing
 * before `done` was called found no user.
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
    report({ step: 'verify', outcome: verified.user ? 'user' : 'no user', milliseconds: milliseconds() });
    return verified;
  } catch (error) {
    report({ step: 'verify', outcome: 'error', milliseconds: milliseconds() });
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

  return new Promise((resolve, reject) => {
    const done = (error?: unknown, user?: unknown, info?: unknown) => {
      if (error) reject(error);
      else resolve({ user, info });
    };
    const args: unknown[] = passReq ? [req, accessToken, refreshToken] : [accessToken, refreshToken];
    if (declared === 5) args.push(params);
    else if (declared === 4) Object.defineProperties(done, NOT_A_PROFILE);
    const result = verify.apply(strategy, [...args, profile, done] as never[]);
    if (isThenable(result)) Promise.resolve(result).then((user) => resolve({ user }), reject);
  });
}

/**
 * A verify that forgets `done` behind `params` and `profile` declares four parameters, and gets `done` as the last of
 * them. What it then reads from its profile says so.
 */
const NOT_A_PROFILE: PropertyDescriptorMap = { id: { get }, grant: { get }, displayName: { get } };

function get(): never {
  throw new TypeError(
    'passport-monei: this verify function declares four parameters, so it gets (accessToken, refreshToken, profile, ' +
      'done). To get `params` too, declare all five: (accessToken, refreshToken, params, profile, done).',
  );
}
