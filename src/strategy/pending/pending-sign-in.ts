import { shortHash } from '../../internal/short-hash.js';

/** A sign-in that waits for the browser to return. */
export interface PendingSignIn {
  requested: string[];
  /** The scopes that the route requires in addition to the strategy's. */
  required: string[];
  /** The absolute redirect URI of the authorization request. The exchange repeats it. */
  callbackURL: string;
  /** The `strategyHash` of the strategy that started the sign-in. */
  strategy: string;
  /** The `userHash` of the user who was signed in at the start. */
  user: string;
  /** The code verifier of PKCE (RFC 7636 §4.1). */
  verifier?: string;
  /** The app's own state, any JSON value. */
  state?: unknown;
}

/** The reason why a state was refused. */
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

/** The reason why a request can't finish a sign-in. */
export interface RefusedState {
  reason: InvalidStateReason;
  /** With `other_route`: the path of the request, and that of the redirect URI. */
  paths?: { request: string; callback: string };
}

/** Returns the reason why a request can't finish this pending sign-in, if there is one. */
export type RefuseSignIn = (pending: PendingSignIn) => RefusedState | undefined;

/** A store of pending sign-ins. Both functions return their result, or a promise of it. */
export interface PendingStore {
  /** Stores a pending sign-in, and returns the state to send to Monei. */
  add(req: object, pending: PendingSignIn): string | PromiseLike<string>;
  /**
   * Deletes the pending sign-in of this state and returns it, or returns the reason why it can't be used. A sign-in that
   * `refuse` returns a reason for stays in the session.
   */
  take(
    req: object,
    state: string | undefined,
    refuse: RefuseSignIn,
  ): PendingSignIn | RefusedState | PromiseLike<PendingSignIn | RefusedState>;
}

/** Returns a hash that tells strategies apart. It is the same in every process, and for every order of the scopes. */
export function strategyHash(clientID: string, callbackURL: string, required: readonly string[]): string {
  return shortHash(JSON.stringify([clientID, callbackURL, ...[...required].sort()]), 8);
}
