import { AuthorizationError } from 'passport-oauth2';
import { cleanText } from '../connect/redaction.js';
import { readScopes } from '../connect/responses.js';
import { refusedStateEvent, report } from '../diagnostics.js';
import { isThenable } from '../internal/is-thenable.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import { grantOf, type MoneiGrant, missingScopes } from '../scopes/grant.js';
import { requireScopeList } from '../scopes/syntax.js';
import { type Done, fromCallback } from './app-function.js';
import { authorizationURL, newPendingSignIn } from './authorization-request.js';
import { type CallbackError, readCallback } from './callback.js';
import { isCallbackRoute, pathOf } from './callback-route.js';
import type { MoneiFailure } from './failure.js';
import type { MoneiAuthenticateOptions } from './options.js';
import type { PassportActions } from './passport-actions.js';
import type { ProfileCallback, SignInStrategy } from './passport-oauth2.js';
import { pendingStoreOf } from './pending/app-store.js';
import type { PendingSignIn, RefusedState } from './pending/pending-sign-in.js';
import type { MoneiGrantProfile, MoneiProfile } from './profile.js';
import { pathOfRequest, queryOf } from './request.js';
import { checkRouteOptions } from './route-options.js';
import { isUserSignedIn, userHash } from './signed-in-user.js';
import { callVerify, type ExchangedTokens } from './verify.js';
import { warnIfUserWasNotRead, warnOnce } from './warn-once.js';

/**
 * Runs one sign-in in the order of the protocol (RFC 6749 §4.1): redirects the user to Monei, or handles the callback.
 *
 * Awaits the state only if it is a promise. Until the first `await`, this runs inside `authenticate()`, and an error
 * that the callback of `passport.authenticate()` throws reaches Express.
 */
export async function signIn(
  strategy: SignInStrategy,
  actions: PassportActions,
  req: MoneiRequest,
  options: MoneiAuthenticateOptions,
): Promise<void> {
  try {
    checkRouteOptions(options);
    const callback = readCallback(queryOf(req), options.callback === true);
    report({ step: 'request', kind: callback.kind });
    const store = pendingStoreOf(strategy);

    if (callback.kind === 'none') {
      warnIfUserWasNotRead(req, options);
      const pending = newPendingSignIn(strategy, req, options);
      const { address, params } = authorizationURL(strategy, pending, options);
      const state = store.add(req, pending);
      params.set('state', isThenable(state) ? await actions.until(state) : state);
      return actions.redirect(`${address}?${params}`);
    }
    if (callback.kind === 'invalid') return failInvalidCallback(actions, callback.message);

    // The checks, in order: the state, the strategy, the route, the user. The strategy and the route are checked before
    // the session deletes the sign-in, so that it stays usable on its own route.
    const refuse = (pending: PendingSignIn) =>
      refuseOtherStrategy(strategy, pending) ?? refuseOtherRoute(req, options, pending);
    const taken = store.take(req, callback.state, refuse);
    const pending = isThenable(taken) ? await actions.until(taken) : taken;
    if ('reason' in pending) return failInvalidState(actions, req, pending);
    if (pending.user !== userHash(req)) return failInvalidState(actions, req, { reason: 'other_user' });
    report({ step: 'state' });

    if (callback.kind === 'error') {
      if (callback.error === 'access_denied') return failAccessDenied(actions, callback, pending);
      throw authorizationError(callback);
    }

    if (strategy._pkceMethod && pending.verifier === undefined) {
      throw new Error('passport-monei: the session or the store lost the code verifier, which PKCE needs.');
    }
    const tokens = await actions.until(exchangeCode(strategy, actions, callback.code, pending, options));
    const grant = grantOf(pending.requested, readGrantedScopes(tokens));
    const missingRequired = missingScopes(grant.granted, allRequiredScopes(strategy, pending, options));
    report({ step: 'grant', granted: grant.granted, missing: grant.missing, required: missingRequired });
    if (missingRequired.length > 0) return failMissingScope(actions, missingRequired, grant, pending);

    const profile = await actions.until(loadProfile(strategy, actions, tokens.accessToken, grant));
    const { user, info } = await actions.until(callVerify(strategy, actions, req, tokens, profile));
    if (!user) return actions.fail(info);

    const authInfo = addState(info, pending) ?? {};
    // Passport 0.6 does not set `req.authInfo` in passport.authorize().
    if (options.assignProperty && options.authInfo !== false) Object.assign(req, { authInfo });
    actions.success(user, authInfo);
  } catch (error) {
    actions.error(error);
  }
}

function failInvalidCallback(actions: PassportActions, message: string): void {
  actions.fail({ message, code: 'invalid_callback' } satisfies MoneiFailure, 400);
}

/** Returns `other_strategy` if another strategy started this sign-in. */
function refuseOtherStrategy(strategy: SignInStrategy, pending: PendingSignIn): RefusedState | undefined {
  return pending.strategy === strategy._hash ? undefined : { reason: 'other_strategy' };
}

/** Returns `other_route` if this route is not the callback route of this sign-in. */
function refuseOtherRoute(
  req: MoneiRequest,
  options: MoneiAuthenticateOptions,
  pending: PendingSignIn,
): RefusedState | undefined {
  const path = pathOfRequest(req);
  if (options.callback === true || isCallbackRoute(pending.callbackURL, path)) return undefined;
  return { reason: 'other_route', paths: { request: path, callback: pathOf(pending.callbackURL) } };
}

/** Reports the reason to the developer. The user sees the same message for every reason. */
function failInvalidState(
  actions: PassportActions,
  req: MoneiRequest,
  { reason, paths }: RefusedState,
): void {
  const event = refusedStateEvent(reason, String(Object(req.headers).host), paths);
  report(event);
  warnOnce(event, isUserSignedIn(req));
  const message =
    'This sign-in was not started in this browser, was already finished, or took too long. Start it again.';
  actions.fail({ message, code: 'invalid_state', reason } satisfies MoneiFailure, 403);
}

function failAccessDenied(
  actions: PassportActions,
  { description = '' }: CallbackError,
  pending: PendingSignIn,
): void {
  const message = cleanText(description) || 'You did not allow this app to use your Monei account.';
  actions.fail(addState({ message, code: 'access_denied' } satisfies MoneiFailure, pending));
}

/** Returns Monei's error response as passport-oauth2's error (RFC 6749 §4.1.2.1). */
function authorizationError({ error, description = '', uri }: CallbackError): AuthorizationError {
  const code = cleanText(error);
  const message = cleanText(description) || `Monei refused the authorization request: ${code}`;
  return new AuthorizationError(message, code, uri);
}

/** Exchanges the code with `strategy._oauth2`, which tests and other packages may replace. */
function exchangeCode(
  strategy: SignInStrategy,
  actions: PassportActions,
  code: string,
  pending: PendingSignIn,
  options: MoneiAuthenticateOptions,
): Promise<ExchangedTokens> {
  const params: Record<string, unknown> = {
    ...strategy.tokenParams(options),
    grant_type: 'authorization_code',
    redirect_uri: pending.callbackURL,
  };
  if (pending.verifier !== undefined) params.code_verifier = pending.verifier;
  const exchange = (done: Done<ExchangedTokens>) =>
    strategy._oauth2.getOAuthAccessToken(code, params, (error, accessToken, refreshToken, response) => {
      if (error) done(strategy._createOAuthError('Failed to obtain access token', error));
      else if (!accessToken) done(new Error('passport-monei: the token exchange returned no access token.'));
      else done(null, { accessToken, refreshToken: refreshToken ?? '', params: response ?? {} });
    });
  return strategy._replacesTokenRequest
    ? actions.callApp<ExchangedTokens>('_oauth2.getOAuthAccessToken', exchange)
    : fromCallback<ExchangedTokens>(exchange);
}

/** Returns the scopes of the token response. A replaced `_oauth2` may return a response without scopes. */
function readGrantedScopes({ params }: ExchangedTokens): string[] {
  try {
    return readScopes(params);
  } catch {
    throw new Error('passport-monei: the token response must have `scopes`, the list of granted scopes.');
  }
}

/** Returns the scopes that the strategy, the route that started the sign-in, and this route require. */
function allRequiredScopes(
  strategy: SignInStrategy,
  pending: PendingSignIn,
  options: MoneiAuthenticateOptions,
): string[] {
  const ofThisRoute = requireScopeList('requiredScopes', options.requiredScopes);
  return [...strategy._signInScopes.required, ...pending.required, ...ofThisRoute];
}

function failMissingScope(
  actions: PassportActions,
  missing: string[],
  grant: MoneiGrant,
  pending: PendingSignIn,
): void {
  const message = `This needs permissions that you did not allow at Monei: ${missing.join(', ')}.`;
  const failure = { message, code: 'missing_scope', missing, grant } satisfies MoneiFailure;
  actions.fail(addState(failure, pending), 403);
}

/** Loads the profile with `userProfile` of the strategy or its subclass, and adds the grant to it. */
async function loadProfile(
  strategy: SignInStrategy,
  actions: PassportActions,
  accessToken: string,
  grant: MoneiGrant,
): Promise<MoneiGrantProfile | MoneiProfile> {
  strategy._grant = grant;
  const load = (done: ProfileCallback) => strategy._loadUserProfile(accessToken, done);
  // The inherited `userProfile` only sends a request, which has its own time limit.
  const profile = await (strategy._replacesUserProfile
    ? actions.callApp<object>('userProfile', load)
    : fromCallback<object>(load));
  return Object.assign(profile ?? { provider: 'monei' as const }, { grant }) as MoneiGrantProfile;
}

/** Adds the app's own state to a copy of the details. A copy, because `verify` may pass one object in every sign-in. */
function addState(info: unknown, pending: PendingSignIn): object | undefined {
  if (!('state' in pending)) return info as object | undefined;
  const details = typeof info === 'string' ? { message: info } : (info as object | undefined);
  return Object.assign({}, details, { state: pending.state });
}
