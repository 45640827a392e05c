import type { AuthenticateOptions, Strategy } from 'passport';
import type { StateStore } from 'passport-oauth2';
import type { MoneiConnectOptions } from '../connect/options.js';
import type { MoneiTokenParams } from '../connect/responses.js';
import type { MoneiRequest } from '../internal/passport-request.js';
import type { MoneiScopes } from '../scopes/syntax.js';
import type { MoneiFailure } from './failure.js';
import type { MoneiStateStore } from './passport-oauth2.js';
import type { MoneiGrantProfile, MoneiProfile } from './profile.js';

/** Options of `MoneiStrategy`. With `skipUserProfile: true` they are `MoneiStrategyOptions<true>`. */
export interface MoneiStrategyOptions<SkipUserProfile extends boolean = false> extends MoneiConnectOptions {
  /**
   * The redirect URI as registered with Monei, character for character. A path is completed with the protocol and host
   * of the request, as in passport-oauth2.
   */
  callbackURL: string;
  /** The scopes to request. `profile:read` is added unless `skipUserProfile` is set. */
  scope?: MoneiScopes | undefined;
  /** The scopes that a sign-in needs. It fails if the user denies one of them. `scope` must contain each of them. */
  requiredScopes?: MoneiScopes | undefined;
  /** `true`: does not request `profile:read`, and does not load the account. The profile then has no `id`. */
  skipUserProfile?: SkipUserProfile | undefined;
  /** `true`: `verify` gets the request as its first argument. */
  passReqToCallback?: false | undefined;
  /** A state store of the app's own, for apps without sessions. Default: the session. */
  store?: MoneiStateStore | StateStore | undefined;
  /** The property of the session that holds pending sign-ins. Default: `oauth2:` and the host of `authorizationURL`. */
  sessionKey?: string | undefined;
  /** PKCE (RFC 7636). `true` means S256. Default: off, because Monei does not mention it. */
  pkce?: boolean | 'S256' | 'plain' | undefined;
  /** `true`: completes a `callbackURL` that is a path from `X-Forwarded-Proto` and `X-Forwarded-Host` of any sender. */
  proxy?: boolean | undefined;
  /** For the emulator and tests. Default: Monei's. `https:` except on loopback. */
  authorizationURL?: string | undefined;
  /** Has no effect, because the state is always checked. Code for passport-oauth2 may pass it. */
  state?: true | undefined;
}

/** Options of a `MoneiStrategy` whose `verify` gets the request as its first argument. */
export interface MoneiStrategyOptionsWithRequest<SkipUserProfile extends boolean = false>
  extends Omit<MoneiStrategyOptions<SkipUserProfile>, 'passReqToCallback'> {
  /** `verify` gets the request as its first argument. */
  passReqToCallback: true;
}

/**
 * Options of `passport.authenticate('monei', …)`. The callback route does not repeat `scope`, `requiredScopes`,
 * `callbackURL` and `state`: the pending sign-in stores those of the route that starts it.
 */
export interface MoneiAuthenticateOptions extends Omit<AuthenticateOptions, 'scope' | 'state'> {
  /** The scopes to request in place of the strategy's `scope`. The strategy's `requiredScopes` are requested, too. */
  scope?: MoneiScopes | undefined;
  /**
   * The scopes that are required in addition to the strategy's. A route that starts a sign-in must request each of
   * them. On the callback route, they are compared with the granted scopes.
   */
  requiredScopes?: MoneiScopes | undefined;
  /** The redirect URI, in place of the strategy's. */
  callbackURL?: string | undefined;
  /**
   * `true`: this route is the callback route, although its path is not that of the redirect URI, because a proxy
   * rewrites paths or a page of the app sends the code here. Without this option, a code is accepted only on the path
   * of the redirect URI.
   */
  callback?: boolean | undefined;
  /**
   * The app's own state, any JSON value. It is returned as `req.authInfo.state`, and as `state` of the failures
   * `missing_scope` and `access_denied`.
   */
  state?: unknown;
}

/** The type of the profile, which depends on `skipUserProfile`. */
export type MoneiProfileFor<SkipUserProfile extends boolean> = SkipUserProfile extends true
  ? MoneiGrantProfile
  : MoneiProfile;

/**
 * Ends a sign-in with an error, or with a user and details that become `req.authInfo`. With `false` or `null` as the
 * user, the sign-in fails.
 */
export type MoneiVerifyCallback = (
  error?: unknown,
  user?: Express.User | false | null | undefined,
  info?: object | string | undefined,
) => void;

/**
 * The app's `verify` function. It calls `done`, or it is `async` and resolves with the user. Without a user, the
 * sign-in fails.
 *
 * @example
 * ```ts
 * const verify: MoneiVerifyFunction = async (accessToken, refreshToken, profile) => {
 *   await keeper.save(profile.id, { accessToken, refreshToken, grant: profile.grant });
 *   return users.findOrCreate({ moneiId: profile.id, name: profile.displayName });
 * };
 * ```
 */
export type MoneiVerifyFunction<Profile = MoneiProfile> = (
  accessToken: string,
  refreshToken: string,
  profile: Profile,
  done: MoneiVerifyCallback,
) => unknown;

/** The `verify` function with Monei's token response as its third parameter. */
export type MoneiVerifyFunctionWithParams<Profile = MoneiProfile> = (
  accessToken: string,
  refreshToken: string,
  params: MoneiTokenParams,
  profile: Profile,
  done: MoneiVerifyCallback,
) => unknown;

/** The `verify` function with `passReqToCallback: true`. */
export type MoneiVerifyFunctionWithRequest<Profile = MoneiProfile> = (
  req: MoneiRequest,
  ...others: Parameters<MoneiVerifyFunction<Profile>>
) => unknown;

/** The `verify` function with `passReqToCallback: true`, and Monei's token response as its fourth parameter. */
export type MoneiVerifyFunctionWithRequestAndParams<Profile = MoneiProfile> = (
  req: MoneiRequest,
  ...others: Parameters<MoneiVerifyFunctionWithParams<Profile>>
) => unknown;

/** Details of a success, or those that `verify` passed to `done`. */
export interface MoneiDetails {
  code?: undefined;
  message?: string | undefined;
  state?: unknown;
}

/**
 * The callback that an app can pass to `passport.authenticate()` to send the response itself. `info.code` tells the
 * kinds of `MoneiFailure` apart. If `verify` calls `done` with details of another type, annotate `info` with that type.
 */
// A method, because TypeScript accepts a narrower type for the parameters of methods, such as `info: MoneiFailure`.
export type MoneiAuthenticateCallback = {
  /** Gets Passport's result: an error, or a user, or `false` with details and the HTTP status. */
  callback(
    error: unknown,
    user?: Express.User | false | null,
    info?: MoneiFailure | MoneiDetails,
    status?: number,
  ): unknown;
}['callback'];

/** The properties that this package adds to `req.authInfo`, beside the details that `verify` passed. */
export interface MoneiAuthInfo {
  /** The option `state` of the route that started the sign-in, any JSON value. Check its type before you use it. */
  state?: unknown;
}

/**
 * The property that `passport.authorize()` adds to a request. The package does not add it to Express's `Request`,
 * because an app may have an `account` of its own.
 *
 * @example
 * ```ts
 * declare global {
 *   namespace Express {
 *     interface Request extends MoneiAccountRequest {}
 *   }
 * }
 * ```
 */
export interface MoneiAccountRequest {
  /** The user of `verify`. `req.user` does not change. */
  account?: Express.User | undefined;
}

/** The name of a strategy, several names, or a strategy object. */
type StrategyReference = string | string[] | Strategy;

declare module 'passport' {
  interface Authenticator<InitializeRet, AuthenticateRet, AuthorizeRet, AuthorizeOptions> {
    /** Redirects the user to Monei, or handles the callback. */
    authenticate(
      strategy: StrategyReference,
      options: MoneiAuthenticateOptions,
      callback?: MoneiAuthenticateCallback,
    ): AuthenticateRet;
    /** Does the same for a user who is signed in already: sets `req.account`, and does not change `req.user`. */
    authorize(
      strategy: StrategyReference,
      options: MoneiAuthenticateOptions,
      callback?: MoneiAuthenticateCallback,
    ): AuthorizeRet;
  }
}

// Inherited, so that an app can declare a narrower type for `state`.
declare global {
  namespace Express {
    interface AuthInfo extends MoneiAuthInfo {}
  }
}
