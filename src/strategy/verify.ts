import { report } from '../diagnostics.js';
import { isThenable } from '../internal/is-thenable.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import type { PassportActions } from './passport-actions.js';
import type { SignInStrategy } from './passport-oauth2.js';

/** The response of Monei's token endpoint, as passport-oauth2 passes it on. */
export interface ExchangedTokens {
  accessToken: string;
  refreshToken: string;
  /** The whole response without the refresh token. */
  params: Record<string, unknown>;
}

/** The result of verify: a user (falsy: a failed sign-in) and details about it. */
export interface Verified {
  user: unknown;
  info?: unknown;
}

/**
 * Calls the app's verify function. Its first result counts.
 *
 * As in passport-oauth2, the number of declared parameters decides whether `params` is passed. Verify may also return a
 * promise: the value is the user, and a rejection is an error.
 */
export async function callVerify(
  strategy: Pick<SignInStrategy, '_verify' | '_passReqToCallback'>,
  actions: Pick<PassportActions, 'callApp'>,
  req: MoneiRequest,
  { accessToken, refreshToken, params }: ExchangedTokens,
  profile: unknown,
): Promise<Verified> {
  const { _verify: verify, _passReqToCallback: passReq } = strategy;
  const args: unknown[] = passReq ? [req, accessToken, refreshToken] : [accessToken, refreshToken];
  if (verify.length === (passReq ? 6 : 5)) args.push(params);

  const start = performance.now();
  const milliseconds = () => Math.round(performance.now() - start);
  try {
    const verified = await actions.callApp<Verified>('verify', (done) => {
      const givenDone = (error?: unknown, user?: unknown, info?: unknown) => done(error, { user, info });
      const returned = verify.apply(strategy, [...args, profile, givenDone] as never[]);
      return isThenable(returned) && Promise.resolve(returned).then((user) => done(null, { user }));
    });
    report({ step: 'verify', outcome: verified.user ? 'user' : 'no user', milliseconds: milliseconds() });
    return verified;
  } catch (error) {
    report({ step: 'verify', outcome: 'error', milliseconds: milliseconds() });
    throw error;
  }
}
