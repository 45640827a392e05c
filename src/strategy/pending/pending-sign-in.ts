import { shortHash } from '../../internal/short-hash.js';

/** A sign-in that waits for the browser to return. */
export interface PendingSignIn {
  requested: string[];
  /** The scopes that only this sign-in requires. Those of the strategy are required in any case. */
  required: string[];
  /** The absolute redirect URI of the authorization request: the exchange has to repeat it. */
  callbackURL: string;
  /** The strategy that started it: see `strategyHash`. */
  strategy: string;
  /** The user who was signed in when it started: see `userHash`. */
  user: string;
  /** With PKCE: the code verifier (RFC 7636 §4.1). */
  verifier?: string;
  /** The app's own state, if it gave one: any JSON value. */
  state?: unknown;
}

/** Why a state was refused. */
export type InvalidStateReason =
  | 'no_state'
  | 'no_cookie'
  | 'no_sign_in'
  | 'unknown'
  | 'expired'
  | 'other_strategy'
  | 'other_route'
  | 'other_user'
  | 'store';

/** A state that does not belong to a sign-in that this request can finish. */
export interface RefusedState {
  reason: InvalidStateReason;
  /** With `other_route`: the path of the request, and that of the redirect URI. */
  paths?: { request: string; callback: string };
}

/** Returns why a request can't finish a pending sign-in, although it is usable. */
export type ReasonToRefuse = (pending: PendingSignIn) => RefusedState | undefined;

/** Keeps pending sign-ins. Both functions return their result or a promise of it. */
export interface PendingStore {
  /** Keeps a sign-in, and returns the state to send to Monei. */
  keep(req: object, pending: PendingSignIn): string | PromiseLike<string>;
  /** Takes out the sign-in with this state, or returns why that fails. What `reasonToRefuse` refuses stays usable. */
  take(
    req: object,
    state: string | undefined,
    reasonToRefuse: ReasonToRefuse,
  ): PendingSignIn | RefusedState | PromiseLike<PendingSignIn | RefusedState>;
}

/** Returns a hash that tells strategies apart, the same in every process of an app. */
export function strategyHash(clientID: string, callbackURL: string, required: readonly string[]): string {
  return shortHash(JSON.stringify([clientID, callbackURL, ...required]), 8);
}
