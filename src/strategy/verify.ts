import { report } from '../diagnostics.js';
import { isThenable } from '../internal/is-thenable.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import type { PassportActions } from './passport-actions.js';
import type { SignInStrategy } from './passport-oauth2.js';

/** The tokens of a code exchange, as passport-oauth2 passes them on. */
export interface ExchangedTokens {
  accessToken: string;
  refreshToken: string;
  /** The token response without the refresh token. */
  params: Record<string, unknown>;
}

/** The result of `verify`. A falsy user means that the sign-in failed. */
export interface VerifyResult {
  user: unknown;
  info?: unknown;
}

/**
 * Calls the app's `verify`, and resolves with its first result.
 *
 * As in passport-oauth2, `verify` gets `params` if it declares a parameter for it. If it returns a promise, the value is
 * the user, and a rejection is an error.
 */
export async function callVerify(
  strategy: Pick<SignInStrategy, '_verify' | '_passReqToCallback'>,
  actions: Pick<PassportActions, 'callApp'>,
  req: MoneiRequest,
  { accessToken, refreshToken, params }: ExchangedTokens,
  profile: unknown,
): Promise<VerifyResult> {
  const { _verify: verify, _passReqToCallback: passReq } = strategy;
  const args: unknown[] = passReq ? [req, accessToken, refreshToken] : [accessToken, refreshToken];
  if (verify.length === (passReq ? 6 : 5)) args.push(params);

  const start = performance.now();
  const elapsedMs = () => Math.round(performance.now() - start);
  try {
    const verified = await actions.callApp<VerifyResult>('verify', (done) => {
      const verifyDone = (error?: unknown, user?: unknown, info?: unknown) => done(error, { user, info });
      const returned = verify.apply(strategy, [...args, profile, verifyDone] as never[]);
      return isThenable(returned) && Promise.resolve(returned).then((user) => done(null, { user }));
    });
    report({ step: 'verify', outcome: verified.user ? 'user' : 'no user', milliseconds: elapsedMs() });
    return verified;
  } catch (error) {
    report({ step: 'verify', outcome: 'error', milliseconds: elapsedMs() });
    throw error;
  }
}
