import { createHash, randomBytes } from 'node:crypto';
import { report } from '../diagnostics.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import { MONEI_SCOPES } from '../scopes/catalogue.js';
import { requireCallbackURL, requireJSON } from './check-options.js';
import type { MoneiAuthenticateOptions } from './options.js';
import type { SignInStrategy } from './passport-oauth2.js';
import { checkStoreCanCarry } from './pending/app-store.js';
import { type PendingAuthorization, strategyHash } from './pending/pending-sign-in.js';
import { originalURL } from './request.js';
import { askedScopes } from './requested-scopes.js';

/**
 * What to ask Monei for: the strategy's scopes, or those of this sign-in.
 *
 * @throws {TypeError} for options of `passport.authenticate()` that can't be
 */
export function pendingAuthorization(
  strategy: SignInStrategy,
  req: MoneiRequest,
  options: MoneiAuthenticateOptions,
): PendingAuthorization {
  const { scope, requiredScopes, callbackURL, state } = options;
  const { requested, required } = askedScopes(options, strategy._skipUserProfile, strategy._asked);
  if (requested.length === 0) {
    throw new TypeError('passport-monei: there is no scope to ask for. Name one in the option `scope`.');
  }
  const hasOwnOptions = [scope, requiredScopes, callbackURL, state].some((one) => one !== undefined);
  checkStoreCanCarry(strategy._stateStore, {
    options: hasOwnOptions,
    verifier: Boolean(strategy._pkceMethod),
  });
  const unknown = requested.filter((one) => !(one in MONEI_SCOPES));
  report({ step: 'begin', requested, required, unknown });

  const pending: PendingAuthorization = {
    requested,
    required,
    callbackURL: absolute(
      callbackURL === undefined ? strategy._callbackURL : requireCallbackURL(callbackURL),
      strategy,
      req,
    ),
    strategy: strategyHash(strategy),
  };
  if (state !== undefined) pending.state = requireJSON('the option `state`', state);
  if (strategy._pkceMethod) pending.verifier = randomBytes(32).toString('base64url');
  return pending;
}

/** Where to send the user, without the state (RFC 6749 §4.1.1). */
export function authorizationURL(
  strategy: SignInStrategy,
  { requested, callbackURL, verifier }: PendingAuthorization,
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
    params.set('code_challenge', challengeOf(verifier, method));
    params.set('code_challenge_method', method);
  }
  return { address, params };
}

/** A redirect URI as it is, or a path of this app completed with the URL of the request. */
function absolute(callbackURL: string, strategy: SignInStrategy, req: MoneiRequest): string {
  if (!callbackURL.startsWith('/')) return callbackURL;
  return new URL(callbackURL, originalURL(req, Boolean(strategy._trustProxy))).href;
}

/** The code challenge of PKCE (RFC 7636 §4.2). */
function challengeOf(verifier: string, method: string): string {
  return method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
}
