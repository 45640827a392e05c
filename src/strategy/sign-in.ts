import { AuthorizationError } from 'passport-oauth2';
import { cleanText } from '../connect/redaction.js';
import { readScopes } from '../connect/responses.js';
import { refusedStateEvent, report } from '../diagnostics.js';
import { isThenable } from '../internal/is-thenable.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import { grantOf, type MoneiGrant, missingScopes } from '../scopes/grant.js';
import { requireScopeList } from '../scopes/syntax.js';
import { fromCallback } from './app-function.js';
import { authorizationURL, newPendingSignIn } from './authorization-request.js';
import { type Callback, readCallback } from './callback.js';
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
import { NO_USER, userHash } from './signed-in-user.js';
import { callVerify, type ExchangedTokens } from './verify.js';
import { warnOnce } from './warn-once.js';

/**
 * One sign-in, in the order of the protocol (RFC 6749 §4.1): sends the user to Monei, or handles their way back.
 *
 * Only promises are awaited: if the app's own callback throws before the first `await`, Express gets the
 * error.
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
      const pending = newPendingSignIn(strategy, req, options);
      const { address, params } = authorizationURL(strategy, pending, options);
      const kept = store.keep(req, pending);
      params.set('state', isThenable(kept) ? await actions.until(kept) : kept);
      return actions.redirect(`${address}?${params}`);
    }
    if (callback.kind === 'invalid') {
      return actions.fail(
        { message: callback.message, code: 'invalid_callback' } satisfies MoneiFailure,
        400,
      );
    }

    const taken = store.take(req, callback.state, (one) => reasonToRefuse(strategy, req, options, one));
    const pending = isThenable(taken) ? await actions.until(taken) : taken;
    if ('reason' in pending) return actions.fail(invalidState(pending, req), 403);
    if (pending.user !== userHash(req)) return actions.fail(invalidState({ reason: 'other_user' }, req), 403);
    report({ step: 'state' });
    if (callback.kind === 'error') return refused(actions, callback, pending);

    if (strategy._pkceMethod && pending.verifier === undefined) throw lostVerifier();
    const tokens = await actions.until(exchange(strategy, callback.code, pending, options));
    const grant = grantOf(pending.requested, grantedScopes(tokens));
    const missing = missingScopes(grant.granted, requiredScopesOf(strategy, pending, options));
    report({ step: 'grant', granted: grant.granted, missing: grant.missing, required: missing });
    if (missing.length > 0) return actions.fail(missingScope(missing, grant, pending), 403);

    const profile = await actions.until(loadProfile(strategy, actions, tokens.accessToken, grant));
    const { user, info } = await actions.until(callVerify(strategy, actions, req, tokens, profile));
    if (!user) return actions.fail(info);
    const details = withState(info, pending) ?? {};
    // Passport 0.6 does not set it for passport.authorize().
    if (options.assignProperty && options.authInfo !== false) Object.assign(req, { authInfo: details });
    actions.success(user, details);
  } catch (error) {
    actions.error(error);
  }
}

function lostVerifier(): Error {
  return new Error(
    'passport-monei: the session or store did not give back the code verifier that PKCE needs.',
  );
}

/** Returns why this strategy or this route can't finish a sign-in, which stays usable where it belongs. */
function reasonToRefuse(
  strategy: SignInStrategy,
  req: MoneiRequest,
  options: MoneiAuthenticateOptions,
  pending: PendingSignIn,
): RefusedState | undefined {
  if (pending.strategy !== strategy._hash) return { reason: 'other_strategy' };
  const path = pathOfRequest(req);
  if (options.callback === true || isCallbackRoute(pending.callbackURL, path)) return undefined;
  return { reason: 'other_route', paths: { request: path, callback: pathOf(pending.callbackURL) } };
}

/** Returns the scopes without which this sign-in fails: of the strategy, of the route that started it, and of this one. */
function requiredScopesOf(
  strategy: SignInStrategy,
  pending: PendingSignIn,
  options: MoneiAuthenticateOptions,
): string[] {
  const ofThisRoute = requireScopeList('requiredScopes', options.requiredScopes);
  return [...strategy._asked.required, ...pending.required, ...ofThisRoute];
}

/** Exchanges the code, by the client that tests and other packages may have put on the strategy. */
function exchange(
  strategy: SignInStrategy,
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
  return new Promise((resolve, reject) => {
    strategy._oauth2.getOAuthAccessToken(code, params, (error, accessToken, refreshToken, answer) => {
      if (error) reject(strategy._createOAuthError('Failed to obtain access token', error));
      else if (!accessToken) reject(new Error('passport-monei: the token exchange gave no access token.'));
      else resolve({ accessToken, refreshToken: refreshToken ?? '', params: answer ?? {} });
    });
  });
}

/** What Monei answered was checked. What another exchange gives, such as one of a test, was not. */
function grantedScopes({ params }: ExchangedTokens): string[] {
  try {
    return readScopes(params);
  } catch {
    throw new Error(
      'passport-monei: the answer of the token exchange needs `scopes`, the list of what was granted.',
    );
  }
}

/** The profile that the strategy, or a subclass of it, makes. It gets the grant. */
async function loadProfile(
  strategy: SignInStrategy,
  actions: PassportActions,
  accessToken: string,
  grant: MoneiGrant,
): Promise<MoneiGrantProfile | MoneiProfile> {
  strategy._grant = grant;
  const load = (done: ProfileCallback) => strategy._loadUserProfile(accessToken, done);
  // The inherited hook only sends a request, which has its own time limit.
  const profile = await (strategy._replacesUserProfile
    ? actions.callApp<object>('userProfile', load)
    : fromCallback<object>(load));
  return Object.assign(profile ?? { provider: 'monei' as const }, { grant }) as MoneiGrantProfile;
}

/** Answers a sign-in that Monei, or the user there, refused. */
function refused(
  actions: PassportActions,
  { error, description, uri }: Extract<Callback, { kind: 'error' }>,
  pending: PendingSignIn,
): void {
  const words = cleanText(description ?? '');
  if (error === 'access_denied') {
    const message = words || 'You did not allow this app to use your Monei account.';
    return actions.fail(withState({ message, code: 'access_denied' } satisfies MoneiFailure, pending));
  }
  const code = cleanText(error);
  const message = words || `Monei refused the authorization request: ${code}`;
  actions.error(new AuthorizationError(message, code, uri));
}

function missingScope(missing: string[], grant: MoneiGrant, pending: PendingSignIn) {
  const message = `This needs permissions that you did not allow at Monei: ${missing.join(', ')}.`;
  return withState({ message, code: 'missing_scope', missing, grant } satisfies MoneiFailure, pending);
}

/** Returns a new object each time: apps write into what they get. */
function invalidState({ reason, paths }: RefusedState, req: MoneiRequest): MoneiFailure {
  const event = refusedStateEvent(reason, String(Object(req.headers).host), paths);
  report(event);
  warnOnce(event, userHash(req) !== NO_USER);
  return {
    message:
      'This sign-in was not started in this browser, was already finished, or took too long. Start it again.',
    code: 'invalid_state',
    reason,
  };
}

/** The app's own state, beside what is said. A copy: verify may give every sign-in the same object. */
function withState(info: unknown, pending: PendingSignIn) {
  if (!('state' in pending)) return info as object | undefined;
  const details = typeof info === 'string' ? { message: info } : (info as object | undefined);
  return Object.assign({}, details, { state: pending.state });
}
