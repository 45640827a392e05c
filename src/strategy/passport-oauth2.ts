import type { ParsedUrlQueryInput } from 'node:querystring';
import type { MoneiAgent } from '../connect/options.js';
import type { MoneiGrant } from '../scopes/grant.js';
import type { SessionStore } from './pending/session-store.js';
import type { SignInScopes } from './sign-in-scopes.js';

/** The members of a strategy of passport-oauth2 that its types do not declare. */
export interface OAuth2Internals {
  _oauth2: {
    _agent: MoneiAgent | undefined;
    _authorizeUrl: string;
    _accessTokenUrl: string;
    _clientId: string;
    setAgent(agent: MoneiAgent): void;
    useAuthorizationHeaderforGET(use: boolean): void;
    getOAuthAccessToken(codeOrToken: string, params: Record<string, unknown>, done: TokenCallback): void;
  };
  _stateStore: MoneiStateStore | SessionStore;
  _callbackURL: string;
  _trustProxy: boolean | undefined;
  _verify: (...args: never[]) => unknown;
  _passReqToCallback: boolean;
  _skipUserProfile: boolean;
  _pkceMethod: string | false | undefined;
  _key: string;
  authorizationParams(options: object): ParsedUrlQueryInput;
  tokenParams(options: object): object;
  userProfile(accessToken: string, done: ProfileCallback): unknown;
  _loadUserProfile(accessToken: string, done: ProfileCallback): unknown;
  _createOAuthError(message: string, error: unknown): unknown;
}

/** The strategy during one request. */
export interface SignInStrategy extends OAuth2Internals {
  name: string;
  _signInScopes: SignInScopes;
  /** Whether a subclass or the app has replaced `_oauth2.getOAuthAccessToken`. */
  _replacesTokenRequest: boolean;
  /** Whether a subclass or the app has its own `userProfile`. */
  _replacesUserProfile: boolean;
  /** See `strategyHash`. */
  _hash: string;
  /** The scopes that the user granted, once Monei has sent them. */
  _grant?: MoneiGrant;
}

/**
 * A state store as in passport-oauth2. The number of parameters that a function declares decides which arguments it
 * gets. `store` takes `(req, done)`, `(req, meta, done)`, `(req, state, meta, done)` or
 * `(req, verifier, state, meta, done)`. `verify` takes `(req, state, done)` or `(req, state, meta, done)`.
 *
 * The argument `state` of `store` is the pending sign-in, which `verify` has to return. The argument `state` of
 * `verify` is the random string from `store`.
 */
export interface MoneiStateStore {
  /** Stores the pending sign-in under a new random string, and calls `done(error, string)`. */
  store(...args: never[]): unknown;
  /** Deletes the pending sign-in, and calls `done(error, ok, pending)` with it. Must accept each random string once. */
  verify(...args: never[]): unknown;
}

/** The argument `meta` of a state store. */
export interface StateMetadata {
  authorizationURL: string;
  tokenURL: string;
  clientID: string;
  callbackURL: string;
}

/** Gets the tokens and the token response. */
export type TokenCallback = (
  error: unknown,
  accessToken?: string,
  refreshToken?: string,
  response?: Record<string, unknown>,
) => void;

/** Gets the user's profile. */
export type ProfileCallback = (error?: unknown, profile?: object) => void;
