import type { ParsedUrlQueryInput } from 'node:querystring';
import type { MoneiAgent } from '../connect/options.js';
import type { MoneiGrant } from '../scopes/grant.js';
import type { SessionStore } from './pending/session-store.js';
import type { AskedScopes } from './requested-scopes.js';

/** What passport-oauth2 keeps on a strategy, and lets subclasses use, without declaring it in its types. */
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

/** The strategy as one request sees it. */
export interface SignInStrategy extends OAuth2Internals {
  name: string;
  _asked: AskedScopes;
  /** Whether a subclass or the app has its own `userProfile`. */
  _replacesUserProfile: boolean;
  /** The strategy's id, the same in every process of an app. */
  _hash: string;
  /** What the user allowed, once it is known. */
  _grant?: MoneiGrant;
}

/**
 * A state store as passport-oauth2 calls it: the number of parameters that its functions declare decides what they
 * get. `store` takes `(req, done)`, `(req, meta, done)`, `(req, state, meta, done)` or
 * `(req, verifier, state, meta, done)`; `verify` takes `(req, state, done)` or `(req, state, meta, done)`.
 *
 * What a sign-in asks for travels as the `state` that `store` gets, and has to come back from `verify`.
 */
export interface MoneiStateStore {
  /** Keeps what a sign-in asked for, and calls back with `(error, state)`: a text that nobody can guess. */
  store(...args: never[]): unknown;
  /** Takes it out again, once, and calls back with `(error, ok, state)`. */
  verify(...args: never[]): unknown;
}

/** What passport-oauth2 tells a state store about the strategy. */
export interface StateMetadata {
  authorizationURL: string;
  tokenURL: string;
  clientID: string;
  callbackURL: string;
}

/** Called with what the token endpoint answered. */
export type TokenCallback = (
  error: unknown,
  accessToken?: string,
  refreshToken?: string,
  answer?: Record<string, unknown>,
) => void;

/** Called with the user's profile. */
export type ProfileCallback = (error?: unknown, profile?: object) => void;
