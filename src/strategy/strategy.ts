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
import { signIn } from './sign-in.js';
import type { SignInScopes } from './sign-in-scopes.js';

/**
 * Signs users in with Monei Connect (OAuth 2.0 authorization code grant, RFC 6749 §4.1).
 *
 * Register it with `passport.use()`. Users can grant or deny each scope: `profile.grant` has the granted scopes, and
 * the sign-in fails only if a scope of `requiredScopes` is denied.
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
  /** Sends Monei's requests with this strategy's credentials, such as `refresh` and `revoke`. */
  readonly connect: MoneiConnect;

  /**
   * The scopes of a sign-in, unless the options of `passport.authenticate()` name others.
   * @internal
   */
  protected readonly _signInScopes: SignInScopes;

  /**
   * A hash that tells this strategy apart from others. A pending sign-in belongs to the strategy that started it.
   * @internal
   */
  protected readonly _hash: string;

  /**
   * The package's own `_oauth2.getOAuthAccessToken`.
   * @internal
   */
  protected readonly _tokenRequest: OAuth2Internals['_oauth2']['getOAuthAccessToken'];

  /** @throws {TypeError} naming the option that is missing or wrong, without its value if that is secret */
  constructor(
    options: MoneiStrategyOptions<SkipUserProfile>,
    verify: MoneiVerifyFunction<MoneiProfileFor<SkipUserProfile>>,
  );
  /** `verify` gets `params`, Monei's token response, as the third parameter. */
  constructor(
    options: MoneiStrategyOptions<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithParams<MoneiProfileFor<SkipUserProfile>>,
  );
  /** With `passReqToCallback: true`, `verify` gets the request first. */
  constructor(
    options: MoneiStrategyOptionsWithRequest<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithRequest<MoneiProfileFor<SkipUserProfile>>,
  );
  /** With `passReqToCallback: true`, `verify` gets the request first, and `params` as the fourth parameter. */
  constructor(
    options: MoneiStrategyOptionsWithRequest<SkipUserProfile>,
    verify: MoneiVerifyFunctionWithRequestAndParams<MoneiProfileFor<SkipUserProfile>>,
  );
  constructor(options: AnyStrategyOptions, verify: (...args: never[]) => unknown) {
    const { connect, oauth2, store, scopes } = checkStrategyOptions(options, verify);
    super({ ...oauth2, state: true, scopeSeparator: ' ' } as never, verify as never);
    this.name = 'monei';
    this._signInScopes = scopes;
    this._hash = strategyHash(connect.clientID, oauth2.callbackURL, scopes.required);

    const own = this as unknown as OAuth2Internals;
    own._stateStore = store ?? new SessionStore(own._key);
    // For requests that subclasses send with `_oauth2.get()`. It takes an agent, but not a function that returns one.
    if (connect.agent && typeof connect.agent !== 'function') own._oauth2.setAgent(connect.agent);
    // Read at every request, because the app can call `strategy._oauth2.setAgent()` at any time.
    const agent = (url: URL) => {
      const chosen = own._oauth2._agent ?? connect.agent;
      return typeof chosen === 'function' ? chosen(url) : chosen;
    };
    this.connect = new MoneiConnect({ ...connect, agent }, (body, status) =>
      this.parseErrorResponse(body, status),
    );
    this._tokenRequest = (codeOrToken, params, done) => {
      // passport-oauth2-refresh does not pass the old scopes. If the response lists none, the new tokens get no scopes.
      this.connect.requestTokens(codeOrToken, params, []).then(
        ({ tokens, params }) => done(null, tokens.accessToken, tokens.refreshToken, params),
        (error) => done(error),
      );
    };
    own._oauth2.getOAuthAccessToken = this._tokenRequest;
    // For requests that subclasses send with `_oauth2.get()`: the token does not go into the URL.
    own._oauth2.useAuthorizationHeaderforGET(true);
    // passport-oauth2-refresh reads these properties. A log of the strategy must not contain them.
    const hidden = { enumerable: false };
    Object.defineProperties(own._oauth2, { _clientSecret: hidden, _customHeaders: hidden, _agent: hidden });
  }

  /**
   * Redirects the user to Monei, or handles the callback. Passport calls this.
   *
   * Takes exactly one of Passport's actions for each request.
   */
  override authenticate(req: MoneiRequest, options: MoneiAuthenticateOptions = {}): void {
    const actions = new PassportActions(this as unknown as StrategyCreatedStatic);
    void signIn(withActions(this, actions), actions, req, options);
    actions.endOfCall();
  }

  /** @internal */
  protected get _replacesTokenRequest(): boolean {
    return (this as unknown as OAuth2Internals)._oauth2.getOAuthAccessToken !== this._tokenRequest;
  }

  /** @internal */
  protected get _replacesUserProfile(): boolean {
    return this.userProfile !== ownUserProfile();
  }

  /** Loads the user's account, if `profile:read` is granted. passport-oauth2 calls this. */
  override userProfile(accessToken: string, done: ProfileCallback): void {
    const { _grant: grant = grantOf([], []) } = this as unknown as Partial<SignInStrategy>;
    this.connect.requestUser(accessToken).then(
      ({ user, raw }) => done(null, moneiProfile(user, raw, grant)),
      (error) => done(error),
    );
  }

  /**
   * Returns `null`, so that a `MoneiConnectError` is thrown: Monei's errors do not have the form of RFC 6749 §5.2. A
   * subclass can return an error of its own. The body that it gets contains no secrets.
   */
  override parseErrorResponse(_body: string, _status: number): Error | null {
    return null;
  }

  /** Returns the error of a failed exchange. passport-oauth2 would wrap an `Error` in another one. */
  protected _createOAuthError(message: string, error: unknown): unknown {
    const inherited = OAuth2Strategy.prototype as unknown as OAuth2Internals;
    return error instanceof Error ? error : inherited._createOAuthError.call(this, message, error);
  }
}

/**
 * Returns the strategy with the actions of one request, for `verify` and the hooks. If the app passed the strategy
 * object itself, returns an object that inherits from it. Otherwise Passport has created one for this request.
 */
function withActions(given: MoneiStrategy<boolean>, actions: PassportActions): SignInStrategy {
  const strategy = Object.hasOwn(given, '_oauth2') ? Object.create(given) : given;
  strategy.success = (user: unknown, info: unknown) => actions.success(user, info);
  strategy.fail = (challenge: unknown, status: unknown) => actions.fail(challenge, status);
  strategy.redirect = (url: unknown, status: unknown) => actions.redirect(url, status);
  strategy.pass = () => actions.pass();
  strategy.error = (reason: unknown) => actions.error(reason);
  return strategy;
}

/** Returns the method of the class. A reference inside the class would make esbuild rename the class. */
function ownUserProfile(): unknown {
  return MoneiStrategy.prototype.userProfile;
}
