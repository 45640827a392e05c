import { createHash, randomBytes } from 'node:crypto';
import { callbackOption, stateOption } from '../connect/options.js';
import { MONEI_SCOPES } from '../scopes.js';
import { report } from '../watch.js';
import { checkStoreCanCarry } from './app-store.js';
import { askedScopes } from './asked-scopes.js';
import type { MoneiAuthenticateOptions, MoneiRequest } from './options.js';
import type { PendingAuthorization } from './pending.js';
import { originalURL } from './request.js';
import type { SignInStrategy } from './strategy.js';

/** A sign-in that is about to start. */
export interface AuthorizationRequest extends PendingAuthorization {
  /** The parameters of the authorization URL, without `state`. */
  params: Record<string, unknown>;
}

/**
 * What to ask Monei for (RFC 6749 §4.1.1): the strategy's scopes, or those of this sign-in.
 *
 * @throws {TypeError} for options of `passport.authenticate()` that can't be
 */
export function prepareRequest(
  strategy: SignInStrategy,
  req: MoneiRequest,
  options: MoneiAuthenticateOptions,
): AuthorizationRequest {
  const { scope, requiredScopes, callbackURL, state } = options;
  const asked = askedScopes(options, strategy._skipUserProfile, strategy.asked);
  if (asked.requested.length === 0) {
    throw new TypeError('passport-monei: there is no scope to ask for. Name one in the option `scope`.');
  }
  const hasOwnOptions = [scope, requiredScopes, callbackURL, state].some((one) => one !== undefined);
  const method = strategy._pkceMethod;
  checkStoreCanCarry(strategy._stateStore, { options: hasOwnOptions, verifier: Boolean(method) });
  report(() => ({
    step: 'begin',
    ...asked,
    unknown: asked.requested.filter((one) => !(one in MONEI_SCOPES)),
  }));

  const pending: PendingAuthorization = {
    ...asked,
    callbackURL: absolute(callbackOption(callbackURL ?? strategy._callbackURL), strategy, req),
    strategy: strategy.hash,
  };
  if (state !== undefined) pending.state = stateOption(state);
  if (method) pending.verifier = randomBytes(32).toString('base64url');

  const hookOptions = { ...options, scope: [...asked.requested], state: undefined };
  const params: Record<string, unknown> = {
    ...strategy.authorizationParams(hookOptions),
    response_type: 'code',
    redirect_uri: pending.callbackURL,
    scope: hookOptions.scope.join(' '),
  };
  if (method && pending.verifier) {
    params.code_challenge = challengeOf(pending.verifier, method);
    params.code_challenge_method = method;
  }
  return Object.assign(pending, { params });
}

/** Where to send the user. */
export function authorizationURL(
  { _oauth2: oauth2 }: SignInStrategy,
  params: Record<string, unknown>,
  state: string,
): string {
  const url = new URL(oauth2._authorizeUrl);
  for (const [name, value] of Object.entries({ ...params, state, client_id: oauth2._clientId })) {
    if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** A redirect URI as it is, or a path completed with the URL of the request. */
function absolute(callbackURL: string, strategy: SignInStrategy, req: MoneiRequest): string {
  if (URL.canParse(callbackURL)) return callbackURL;
  return new URL(callbackURL, originalURL(req, Boolean(strategy._trustProxy))).href;
}

/** The code challenge of PKCE (RFC 7636 §4.2). */
function challengeOf(verifier: string, method: string): string {
  return method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
}
