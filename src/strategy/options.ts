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
   * The redirect URI as registered with Monei, character for character. A path is completed with the host of the
   * request, as in passport-oauth2.
   */
  callbackURL: string;
  /** The scopes to ask for. `profile:read` is added unless `skipUserProfile` is set. */
  scope?: MoneiScopes | undefined;
  /** The scopes without which sign-in fails. Each must be among those asked for. */
  requiredScopes?: MoneiScopes | undefined;
  /** `true`: don't ask for `profile:read` and don't read the account. The profile then has no `id`. */
  skipUserProfile?: SkipUserProfile | undefined;
  /** `true`: verify gets the request first. */
  passReqToCallback?: false | undefined;
  /** A state store of the app's own, for apps without sessions. Default: the session. */
  store?: MoneiStateStore | StateStore | undefined;
  /** The property of the session that pending sign-ins lie under. Default: `oauth2:` and the authorization host. */
  sessionKey?: string | undefined;
  /** PKCE (RFC 7636). `true` means S256. Default: off, because Monei does not mention it. */
  pkce?: boolean | 'S256' | 'plain' | undefined;
  /** `true`: trust `X-Forwarded-*` of every sender when completing a `callbackURL` that is a path. */
  proxy?: boolean | undefined;
  /** For the emulator and tests. Default: Monei's. `https:` except on loopback. */
  authorizationURL?: string | undefined;
  /** The state is always checked. Only there to be accepted from code that used passport-oauth2's `state: true`. */
  state?: true | undefined;
}

/** Options of a `MoneiStrategy` whose verify function gets the request first. */
export interface MoneiStrategyOptionsWithRequest<SkipUserProfile extends boolean = false>
  extends Omit<MoneiStrategyOptions<SkipUserProfile>, 'passReqToCallback'> {
  /** Verify gets the request first. */
  passReqToCallback: true;
}

/**
 * Options of `passport.authenticate('monei', …)`. Those of the route that starts a sign-in travel with it: the callback
 * route repeats nothing.
 */
export interface MoneiAuthenticateOptions extends Omit<AuthenticateOptions, 'scope' | 'state'> {
  /** The scopes to request in place of the strategy's `scope`. The strategy's `requiredScopes` are requested with them. */
  scope?: MoneiScopes | undefined;
  /**
   * The scopes that are required in addition to the strategy's. On a route that starts a sign-in, each must be among those
   * that it requests. On the callback route, they are compared with what the user granted.
   */
  requiredScopes?: MoneiScopes | undefined;
  /** The redirect URI, in place of the strategy's. */
  callbackURL?: string | undefined;
  /**
   * `true`: this is the callback route, whatever its path: a proxy rewrites it, or a page passes the code on. Without it, a
   * code is accepted only on the path of the redirect URI.
   */
  callback?: boolean | undefined;
  /**
   * The app's own state, any JSON value: it comes back as `req.authInfo.state`, and in the details of a failure where
   * the user allowed too little.
   */
  state?: unknown;
}

/** The profile that a strategy with (or without) `skipUserProfile` gives. */
export type MoneiProfileFor<SkipUserProfile extends boolean> = SkipUserProfile extends true
  ? MoneiGrantProfile
  : MoneiProfile;

/**
 * Answers a sign-in: with an error, or with a user (`false` or `null`: a failed sign-in) and details that become
 * `req.authInfo`.
 */
export type MoneiVerifyCallback = (
  error?: unknown,
  user?: Express.User | false | null | undefined,
  info?: object | string | undefined,
) => void;

/**
 * The app's verify function. It calls `done`, or it is `async` and resolves with the user (with nothing: a failed sign-in).
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

/** The same with Monei's token answer as its third parameter. */
export type MoneiVerifyFunctionWithParams<Profile = MoneiProfile> = (
  accessToken: string,
  refreshToken: string,
  params: MoneiTokenParams,
  profile: Profile,
  done: MoneiVerifyCallback,
) => unknown;

/** The verify function with `passReqToCallback: true`. */
export type MoneiVerifyFunctionWithRequest<Profile = MoneiProfile> = (
  req: MoneiRequest,
  ...others: Parameters<MoneiVerifyFunction<Profile>>
) => unknown;

/** The same with Monei's token answer as its fourth parameter. */
export type MoneiVerifyFunctionWithRequestAndParams<Profile = MoneiProfile> = (
  req: MoneiRequest,
  ...others: Parameters<MoneiVerifyFunctionWithParams<Profile>>
) => unknown;

/** Details without a `code` of this package: of a success, or those that verify passed to `done`. */
export interface MoneiDetails {
  code?: undefined;
  message?: string | undefined;
  state?: unknown;
}

/**
 * The callback that an app may pass to `passport.authenticate()`, to respond to the request itself. `info.code` tells
 * which `MoneiFailure` it is. If verify calls `done` with details of another type, annotate `info` with it.
 */
// A method, because TypeScript lets the parameters of methods have a narrower type: `info: MoneiFailure | undefined`.
export type MoneiAuthenticateCallback = {
  /** Gets Passport's result: an error, or a user, or `false` with what went wrong and the HTTP status. */
  callback(
    error: unknown,
    user?: Express.User | false | null,
    info?: MoneiFailure | MoneiDetails,
    status?: number,
  ): unknown;
}['callback'];

/** What `req.authInfo` holds after a sign-in, beside what verify said about it. */
export interface MoneiAuthInfo {
  /** The `state` that the sign-in was started with: any JSON value. Check its form before you use it. */
  state?: unknown;
}

/**
 * The property that `passport.authorize()` adds to a request. The package declares it on no request, because an app may
 * have an `account` of its own.
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
  /** The user that verify found. `req.user` stays as it was. */
  account?: Express.User | undefined;
}

/** By its name, which an app may choose, by several, or with the strategy object itself. */
type StrategyReference = string | string[] | Strategy;

declare module 'passport' {
  interface Authenticator<InitializeRet, AuthenticateRet, AuthorizeRet, AuthorizeOptions> {
    /** Sends the user to Monei, or handles their way back. */
    authenticate(
      strategy: StrategyReference,
      options: MoneiAuthenticateOptions,
      callback?: MoneiAuthenticateCallback,
    ): AuthenticateRet;
    /** The same for a user who is signed in already: `req.account` gets the result, `req.user` stays. */
    authorize(
      strategy: StrategyReference,
      options: MoneiAuthenticateOptions,
      callback?: MoneiAuthenticateCallback,
    ): AuthorizeRet;
  }
}

// Inherited, so that an app may declare a narrower type of its own for `state`.
declare global {
  namespace Express {
    interface AuthInfo extends MoneiAuthInfo {}
  }
}
