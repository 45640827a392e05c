import type { MoneiAgent } from './options.js';
import type { MoneiStateStore } from './state-store.js';

/** What passport-oauth2 keeps on a strategy, and lets subclasses use, without declaring it in its types. */
export interface OAuth2Internals {
  _oauth2: {
    _agent: MoneiAgent | undefined;
    useAuthorizationHeaderforGET(use: boolean): void;
    getOAuthAccessToken(codeOrToken: string, params: Record<string, unknown>, done: TokenCallback): void;
  };
  _stateStore: MoneiStateStore;
  _verify: (...args: never[]) => unknown;
  _passReqToCallback: boolean;
  _skipUserProfile: boolean;
  _pkceMethod: string | false | undefined;
  _key: string;
  _createOAuthError(message: string, error: unknown): unknown;
}

/** Called with what the token endpoint answered. */
export type TokenCallback = (
  error: unknown,
  accessToken?: string,
  refreshToken?: string,
  answer?: Record<string, unknown>,
) => void;

/** Called with what verify answered. */
export type VerifiedCallback = (error?: unknown, user?: unknown, info?: unknown) => void;
