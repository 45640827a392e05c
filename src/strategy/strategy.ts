import type { StrategyCreatedStatic } from 'passport';
import { Strategy as OAuth2Strategy } from 'passport-oauth2';
import { MoneiConnect } from '../connect/client.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import { grantOf } from '../scopes/grant.js';
import { type AnyStrategyOptions, checkStrategyOptions } from './check-options.js';
import type {
  MoneiAuthenticateOptions,
  MoneiProfileFor,
  MoneiStrategyOptions,
  MoneiStrategyOptionsWithRequest,
  MoneiVerifyFunction,
  MoneiVerifyFunctionWithParams,
  MoneiVerifyFunctionWithRequest,
  MoneiVerifyFunctionWithRequestAndParams,
} from './options.js';
import { PassportActions } from './passport-actions.js';
import type { OAuth2Internals, ProfileCallback, SignInStrategy } from './passport-oauth2.js';
import { strategyHash } from './pending/pending-sign-in.js';
import { SessionStore } from './pending/session-store.js';
import { moneiProfile } from './profile.js';
import type { AskedScopes } from './requested-scopes.js';
import { signIn } from './sign-in.js';

/**
 * Signs users in with Monei Connect (OAuth 2.0 authorization code grant, RFC 6749 §4.1).
 *
 * Register it with `passport.use()`. Users allow each scope by itself: `profile.grant` says which they did, and
 * sign-in fails only without a scope that `requiredScopes` names.
 *
 * Source: docs.monei.cc/connect/oauth-flow and /connect/partial-grants.
 *
 * @example
 * ```ts
 * const options = { clientID, clientSecret, callbackURL, scope: ['wallet:read'], requiredScopes: ['wallet:read'] };
 * passport.use(new MoneiStrategy(options, async (accessToken, refreshToken, profile) => ({ moneiId: profile.id })));
 * app.get('/auth/monei', passport.authenticate('monei'));
 * app.get('/auth/monei/callback', passport.authenticate('monei', { successRedirect: '/', failureRedirect: '/' }));
 * ```
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
   * Tells this strategy apart from others: a pending sign-in belongs to the strategy that started it.
   * @internal
   */
  protected readonly _hash: string;

  /** @throws {TypeError} naming the option that is missing or wrong, and never its value if that is secret. */
  constructor(
    options: MoneiStrategyOptions<SkipUserProfile>,
    verify: MoneiVerifyFunction<MoneiProfileFor<SkipUserProfile>>,
  );
  /** With Monei's token answer, `params`, as the third parameter of verify. */
  constructor(
    options: MoneiStrategyOptions<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithParams<MoneiProfileFor<SkipUserProfile>>,
  );
  /** With `passReqToCallback: true`: verify gets the request first. */
  constructor(
    options: MoneiStrategyOptionsWithRequest<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithRequest<MoneiProfileFor<SkipUserProfile>>,
  );
  /** With both: the request first, and `params` as the fourth parameter. */
  constructor(
    options: MoneiStrategyOptionsWithRequest<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithRequestAndParams<MoneiProfileFor<SkipUserProfile>>,
  );
  constructor(options: AnyStrategyOptions, verify: (...args: never[]) => unknown) {
    const { connect, oauth2, store, asked } = checkStrategyOptions(options, verify);
    super({ ...oauth2, state: true, scopeSeparator: ' ' } as never, verify as never);
    this.name = 'monei';
    this._asked = asked;
    this._hash = strategyHash(connect.clientID, oauth2.callbackURL, asked.required);

    const own = this as unknown as OAuth2Internals;
    own._stateStore = store ?? new SessionStore(own._key);
    // For what subclasses read with _oauth2.get(), which knows no functions.
    if (connect.agent && typeof connect.agent !== 'function') own._oauth2.setAgent(connect.agent);
    // Read at every request, because strategy._oauth2.setAgent() may come at any time.
    const agent = (url: URL) => {
      const chosen = own._oauth2._agent ?? connect.agent;
      return typeof chosen === 'function' ? chosen(url) : chosen;
    };
    this.connect = new MoneiConnect({ ...connect, agent }, (body, status) =>
      this.parseErrorResponse(body, status),
    );
    own._oauth2.getOAuthAccessToken = (codeOrToken, params, done) => {
      // Nobody here knows what a pair that is refreshed carried. An answer that does not say it either grants nothing.
      this.connect.requestTokens(codeOrToken, params, []).then(
        ({ tokens, params }) => done(null, tokens.accessToken, tokens.refreshToken, params),
        (error) => done(error),
      );
    };
    // For subclasses that read more from the API with _oauth2.get(): not with the token in the URL.
    own._oauth2.useAuthorizationHeaderforGET(true);
    // passport-oauth2-refresh reads them there; a strategy that is logged shall not show them.
    const hidden = { enumerable: false };
    Object.defineProperties(own._oauth2, { _clientSecret: hidden, _customHeaders: hidden, _agent: hidden });
  }

  /**
   * Sends the user to Monei, or handles their way back. Passport calls this.
   *
   * Whatever comes in, and whatever Monei and the app do with it, is answered with exactly one of Passport's actions.
   */
  override authenticate(req: MoneiRequest, options: MoneiAuthenticateOptions = {}): void {
    const actions = new PassportActions(this as unknown as StrategyCreatedStatic);
    void signIn(forRequest(this, actions), actions, req, options);
    actions.endOfCall();
  }

  /** @internal */
  protected get _replacesUserProfile(): boolean {
    return this.userProfile !== ownUserProfile();
  }

  /** Reads the user's account. Called by passport-oauth2, and only with `profile:read` granted. */
  override userProfile(accessToken: string, done: ProfileCallback): void {
    const { _grant: grant = grantOf([], []) } = this as unknown as Partial<SignInStrategy>;
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

/**
 * Returns the strategy for one request: actions that its hooks and verify take are those of this request. Passport makes
 * an object for each request, unless the app passed the strategy itself.
 */
function forRequest(given: MoneiStrategy<boolean>, actions: PassportActions): SignInStrategy {
  const strategy = Object.hasOwn(given, '_oauth2') ? Object.create(given) : given;
  strategy.success = (user: unknown, info: unknown) => actions.success(user, info);
  strategy.fail = (challenge: unknown, status: unknown) => actions.fail(challenge, status);
  strategy.redirect = (url: unknown, status: unknown) => actions.redirect(url, status);
  strategy.pass = () => actions.pass();
  strategy.error = (reason: unknown) => actions.error(reason);
  return strategy;
}

/** Returns the method of the class. Inside of the class, its name would make esbuild rename the class. */
function ownUserProfile(): unknown {
  return MoneiStrategy.prototype.userProfile;
}
