import { hash } from 'node:crypto';
import type { SignInStrategy } from '../passport-oauth2.js';
import type { AskedScopes } from '../requested-scopes.js';

/** What a sign-in asked for, kept until the user comes back. */
export interface PendingAuthorization extends AskedScopes {
  /** The absolute redirect URI of the authorization request: the exchange has to repeat it. */
  callbackURL: string;
  /** Which strategy made it: see `strategyHash`. */
  strategy: string;
  /** With PKCE: the code verifier (RFC 7636 §4.1). */
  verifier?: string;
  /** The Monei account that has to come back: see `accountHash`. Absent where any may. */
  account?: string;
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
  | 'other_account'
  | 'store';

/** A state that does not belong to a sign-in that this strategy can finish here. */
export interface RefusedState {
  reason: InvalidStateReason;
}

/** Where pending authorizations are kept. Both functions answer at once or give a promise. */
export interface PendingStore {
  /** Keeps a sign-in, and gives the state to send along. */
  keep(req: object, pending: PendingAuthorization): string | PromiseLike<string>;
  /** Takes out the sign-in of `strategy` with this state, or says why there is none. */
  take(
    req: object,
    state: string | undefined,
    strategy: string,
  ): PendingAuthorization | RefusedState | PromiseLike<PendingAuthorization | RefusedState>;
}

/** Tells strategies apart, the same in every process of an app: 48 bits of what makes a difference between them. */
export function strategyHash(strategy: SignInStrategy): string {
  const { name, _oauth2: oauth2, _callbackURL: callbackURL, _asked: asked } = strategy;
  return shortHash([name, oauth2._clientId, callbackURL, ...asked.required], 8);
}

/** Stands for a Monei account in the session. */
export function accountHash(id: string | undefined): string {
  return shortHash([id], 12);
}

/** Each character has 6 bits. */
function shortHash(parts: unknown[], length: number): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, length);
}
