import { createHash, randomBytes } from 'node:crypto';
import { report } from '../diagnostics.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import { MONEI_SCOPES } from '../scopes/catalogue.js';
import { requireCallbackURL, requireJSON } from './check-options.js';
import type { MoneiAuthenticateOptions } from './options.js';
import type { SignInStrategy } from './passport-oauth2.js';
import { checkStoreCanCarry } from './pending/app-store.js';
import type { PendingSignIn } from './pending/pending-sign-in.js';
import { completeCallbackURL } from './request.js';
import { signInScopes } from './sign-in-scopes.js';
import { userHash } from './signed-in-user.js';

/**
 * Returns a new pending sign-in for this route, this strategy and the user who is signed in.
 *
 * @throws {TypeError} for options of `passport.authenticate()` that are not valid
 */
export function newPendingSignIn(
  strategy: SignInStrategy,
  req: MoneiRequest,
  options: MoneiAuthenticateOptions,
): PendingSignIn {
  const { scope, requiredScopes, callbackURL, state } = options;
  const { requested, required } = signInScopes(options, strategy._skipUserProfile, strategy._signInScopes);
  if (requested.length === 0) {
    throw new TypeError('passport-monei: this sign-in requests no scope. Name one in the option `scope`.');
  }
  const hasOwnOptions = [scope, requiredScopes, callbackURL, state].some((one) => one !== undefined);
  checkStoreCanCarry(strategy._stateStore, {
    options: hasOwnOptions,
    verifier: Boolean(strategy._pkceMethod),
  });
  const unknown = requested.filter((one) => !(one in MONEI_SCOPES));
  report({ step: 'begin', requested, required, unknown });

  const pending: PendingSignIn = {
    requested,
    required: required.filter((one) => !strategy._signInScopes.required.includes(one)),
    callbackURL: completeCallbackURL(
      strategy,
      req,
      callbackURL === undefined ? undefined : requireCallbackURL(callbackURL),
    ),
    strategy: strategy._hash,
    user: userHash(req),
  };
  if (state !== undefined) pending.state = requireJSON('the option `state`', state);
  if (strategy._pkceMethod) pending.verifier = randomBytes(32).toString('base64url');
  return pending;
}

/** Returns the URL of the authorization request without the state (RFC 6749 §4.1.1). */
export function authorizationURL(
  strategy: SignInStrategy,
  { requested, callbackURL, verifier }: PendingSignIn,
  options: MoneiAuthenticateOptions,
): { address: string; params: URLSearchParams } {
  const { _oauth2: oauth2, _pkceMethod: method } = strategy;
  const [address = '', query] = oauth2._authorizeUrl.split('?', 2);
  const params = new URLSearchParams(query);
  const hookOptions = Object.assign({}, options, { scope: [...requested], state: undefined });
  for (const [name, value] of Object.entries(strategy.authorizationParams(hookOptions))) {
    if (value !== undefined && value !== null) params.set(name, String(value));
  }
  params.set('response_type', 'code');
  params.set('client_id', oauth2._clientId);
  params.set('redirect_uri', callbackURL);
  params.set('scope', hookOptions.scope.join(' '));
  if (method && verifier !== undefined) {
    params.set('code_challenge', codeChallenge(verifier, method));
    params.set('code_challenge_method', method);
  }
  return { address, params };
}

/** Returns the code challenge of PKCE (RFC 7636 §4.2). */
function codeChallenge(verifier: string, method: string): string {
  return method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
}
