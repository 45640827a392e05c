import { parse } from 'node:querystring';
import OAuth2Strategy from 'passport-oauth2';
import { type AskedScopes, askedScopes } from './asked-scopes.js';
import {
  type Attempt,
  attemptsOf,
  invalidState,
  PendingStore,
  putExchange,
  StateCheck,
  type StatefulCallback,
  startAttempt,
} from './attempt.js';
import { checkCapacity } from './call-store.js';
import { readCallback } from './callback.js';
import { MoneiConnect } from './connect.js';
import { grantOf } from './grant.js';
import { callbackOption, stateOption } from './options.js';
import type { OAuth2Internals, ProfileCallback } from './passport-oauth2.js';
import { moneiProfile } from './profile.js';
import { SessionStateStore } from './state.js';
import {
  type AnyStrategyOptions,
  checkStrategyOptions,
  type MoneiAuthenticateOptions,
  type MoneiProfileFor,
  type MoneiRequest,
  type MoneiStrategyOptions,
  type MoneiStrategyOptionsWithRequest,
  type MoneiVerifyFunction,
  type MoneiVerifyFunctionWithParams,
  type MoneiVerifyFunctionWithRequest,
  type MoneiVerifyFunctionWithRequestAndParams,
} from './strategy-options.js';

/** How long the functions that the app brings (verify, its store, overridden hooks) may take, in milliseconds. */
const APP_TIME = 30_000;

/**
 * Signs users in with Monei Connect (OAuth 2.0 authorization code grant, RFC 6749 §4.1).
 *
 * Register it with `passport.use()`. Users allow each scope by itself: `profile.grant` says which they did, and
 * sign-in fails only without a scope that `requiredScopes` names.
 *
 * Source: docs.monei.cc/connect/oauth-flow and /connect/partial-grants.
 */
export class MoneiStrategy<SkipUserProfile extends boolean = false> extends OAuth2Strategy {
  /** Monei's calls with this strategy's credentials: to refresh and revoke, beside signing in. */
  readonly connect: MoneiConnect;

  /**
   * What a sign-in asks for unless `passport.authenticate()` says otherwise.
   * @internal
   */
  protected readonly _asked: AskedScopes;

  /**
   * How long an answer may take, in milliseconds: two calls to Monei, and the app's own functions.
   * @internal
   */
  protected readonly _patience: number;

  /**
   * What the strategy is to each request, but for what is that request's own.
   * @internal
   */
  declare protected readonly _attempts: object;

  /** @throws {TypeError} naming the option that is missing or wrong, and never its value if that is secret. */
  constructor(
    options: MoneiStrategyOptions<SkipUserProfile>,
    verify: MoneiVerifyFunction<MoneiProfileFor<SkipUserProfile>>,
  );
  constructor(
    options: MoneiStrategyOptions<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithParams<MoneiProfileFor<SkipUserProfile>>,
  );
  constructor(
    options: MoneiStrategyOptionsWithRequest<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithRequest<MoneiProfileFor<SkipUserProfile>>,
  );
  constructor(
    options: MoneiStrategyOptionsWithRequest<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithRequestAndParams<MoneiProfileFor<SkipUserProfile>>,
  );
  constructor(options: AnyStrategyOptions, verify: (...args: never[]) => unknown) {
    const checked = checkStrategyOptions(options, verify);
    super({ ...checked, state: true, scopeSeparator: ' ' } as never, verify as never);
    this.name = 'monei';
    this._asked = checked.asked;
    this._patience = 2 * longestCall(checked) + APP_TIME;

    const own = this as unknown as OAuth2Internals;
    if (!checked.store) own._stateStore = new SessionStateStore(own._key);
    // For what subclasses read with _oauth2.get(), which knows no functions.
    if (checked.agent && typeof checked.agent !== 'function') own._oauth2.setAgent(checked.agent);
    // Read at every call, because strategy._oauth2.setAgent() may come at any time.
    const agent = (url: URL) => {
      const chosen = own._oauth2._agent ?? checked.agent;
      return typeof chosen === 'function' ? chosen(url) : chosen;
    };
    this.connect = new MoneiConnect({ ...checked, agent }, (body, status) =>
      this.parseErrorResponse(body, status),
    );
    own._oauth2.getOAuthAccessToken = (codeOrToken, params, done) => {
      this.connect.requestTokens(codeOrToken, params).then(
        ({ tokens, params }) => done(null, tokens.accessToken, tokens.refreshToken, params),
        (error) => done(error),
      );
    };
    Object.defineProperty(this, '_attempts', { value: attemptsOf(this) });
    // For subclasses that read more from the API with _oauth2.get(): not with the token in the URL.
    own._oauth2.useAuthorizationHeaderforGET(true);
    // passport-oauth2-refresh reads them there; a strategy that is logged shall not show them.
    const hidden = { enumerable: false };
    Object.defineProperties(own._oauth2, { _clientSecret: hidden, _customHeaders: hidden });
  }

  /**
   * Sends the user to Monei, or handles their way back. Passport calls this.
   *
   * Whatever comes in, and whatever Monei and the app do with it, is answered with exactly one of Passport's actions.
   */
  override authenticate(req: MoneiRequest, options: MoneiAuthenticateOptions = {}): void {
    const attempt = startAttempt(this._attempts, this, req);
    try {
      const callback = readCallback(queryOf(req));
      if (callback.kind === 'none') this._requestAuthorization(attempt, req, options);
      else if (callback.kind === 'invalid')
        attempt.fail({ message: callback.message, code: 'invalid_callback' }, 400);
      else if (callback.state === undefined) attempt.fail(invalidState(), 403);
      else this._handleCallback(attempt, req, options, callback as StatefulCallback);
    } catch (error) {
      attempt.error(error);
    }
    attempt._own.expectWithin(this._patience);
  }

  /** The redirect leg: passport-oauth2's, with the scopes of this sign-in and a state that is always random. */
  private _requestAuthorization(
    attempt: Attempt,
    req: MoneiRequest,
    options: MoneiAuthenticateOptions,
  ): void {
    const asked = askedScopes(options, attempt._skipUserProfile, this._asked);
    if (asked.requested.length === 0) {
      throw new TypeError('passport-monei: there is no scope to ask for. Name one in the option `scope`.');
    }
    const { scope, requiredScopes, callbackURL, state } = options;
    if (callbackURL !== undefined) callbackOption(callbackURL);
    const hasOwnOptions =
      scope !== undefined || requiredScopes !== undefined || callbackURL !== undefined || state !== undefined;
    const needs = { state: hasOwnOptions, verifier: Boolean(attempt._pkceMethod) };
    checkCapacity(attempt._given._stateStore, needs);
    const pending = state === undefined ? asked : Object.assign(asked, { state: stateOption(state) });
    attempt._stateStore = new PendingStore(attempt, pending, hasOwnOptions);
    // passport-oauth2 would put the app's own state on the wire as it is, and check nothing later.
    const own = { scope: asked.requested, state: undefined };
    super.authenticate.call(
      attempt,
      new RequestView(req, {}) as MoneiRequest,
      Object.assign({}, options, own),
    );
  }

  /**
   * The callback leg: passport-oauth2's. It calls the state store, the exchange, `userProfile` and verify in this
   * order, and finds what we put in their place for this attempt. An error callback is shown to it as one with a
   * code: otherwise it would believe the error before it looks at the state.
   */
  private _handleCallback(
    attempt: Attempt,
    req: MoneiRequest,
    options: MoneiAuthenticateOptions,
    callback: StatefulCallback,
  ): void {
    attempt._stateStore = new StateCheck(attempt, callback);
    putExchange(attempt);
    const query = { code: callback.kind === 'code' ? callback.code : 'none', state: callback.state };
    // Its redirect URI is the one that the sign-in was started with.
    super.authenticate.call(
      attempt,
      new RequestView(req, query) as MoneiRequest,
      options.callbackURL === undefined ? options : Object.assign({}, options, { callbackURL: undefined }),
    );
  }

  /** Reads the user's account. Called by passport-oauth2, and only with `profile:read` granted. */
  override userProfile(accessToken: string, done: ProfileCallback): void {
    const { _grant: grant = grantOf([], []) } = this as unknown as Partial<Attempt>;
    this.connect.requestUser(accessToken).then(
      ({ user, raw }) => done(null, moneiProfile(user, raw, grant)),
      (error) => done(error),
    );
  }

  /**
   * Turns the body of an error answer of the token endpoint (without its secrets) into an error of the subclass's
   * own. This one leaves it to `MoneiConnectError`: Monei's errors don't have the form of RFC 6749 §5.2.
   */
  override parseErrorResponse(_body: string, _status: number): Error | null {
    return null;
  }

  /** What passport-oauth2 makes of a failed exchange: the error as it is, not wrapped. */
  protected _createOAuthError(message: string, error: unknown): unknown {
    const inherited = OAuth2Strategy.prototype as unknown as OAuth2Internals;
    return error instanceof Error ? error : inherited._createOAuthError.call(this, message, error);
  }
}

/** How long one call to Monei may take, with a pause that Monei asks for and another try, in milliseconds. */
function longestCall({ timeout, maxRetryAfter }: { timeout: number; maxRetryAfter: number }): number {
  return maxRetryAfter > 0 ? 2 * timeout + maxRetryAfter * 1000 : timeout;
}

/** The parsed query, or the URL's own where no framework parsed it. */
function queryOf(req: MoneiRequest): Record<string, unknown> {
  if (typeof req.query === 'object' && req.query !== null) return req.query;
  const [, search = ''] = (req.url ?? '').split(/\?(.*)/s);
  return parse(search);
}

/**
 * The request as passport-oauth2 shall see it: with the parameters that were checked, and no others. The rest is what it
 * completes a `callbackURL` with that is a path. It reads `connection`, by which Fastify's requests don't call their
 * socket.
 *
 * A class, like all that refers to a sign-in while Monei is asked, and copies are made with `Object.assign`. V8 moves what
 * an object literal makes into its old space once it was found alive often enough, where each keeps its whole sign-in
 * until the next full collection, and makes a hidden class for each object that is spread and added to.
 */
class RequestView {
  readonly query: Record<string, string>;
  readonly app: unknown;
  readonly headers: unknown;
  readonly url: unknown;
  readonly connection: unknown;

  constructor(req: MoneiRequest, query: Record<string, string>) {
    this.query = query;
    this.app = (req as { app?: unknown }).app;
    this.headers = req.headers;
    this.url = req.url;
    this.connection = req.connection ?? req.socket;
  }
}
