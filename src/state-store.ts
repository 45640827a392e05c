import type { AskedScopes } from './asked-scopes.js';
import type { PendingAuthorization } from './state.js';

/** What passport-oauth2 tells a state store about the strategy. */
export interface StateMetadata {
  authorizationURL: string;
  tokenURL: string;
  clientID: string;
  callbackURL: string;
}

/** Called by a state store with the state to send along. */
export type StoredCallback = (error: unknown, state?: string) => void;

/** Called by a state store with whether a state is good; a string is the code verifier of PKCE. */
export type LoadedCallback = (error: unknown, ok?: boolean | string, info?: object) => void;

/**
 * A state store as passport-oauth2 calls it: the number of parameters that its functions declare decides what they
 * get. `store` takes `(req, done)`, `(req, meta, done)`, `(req, state, meta, done)` or
 * `(req, verifier, state, meta, done)`; `verify` takes `(req, state, done)` or `(req, state, meta, done)`.
 *
 * What a sign-in asks for travels as the `state` that `store` gets, and has to come back from `verify`.
 */
export interface MoneiStateStore {
  store(...args: never[]): void;
  verify(...args: never[]): void;
}

/**
 * Refuses to hand a sign-in to a store that can't carry it: a required scope that nobody remembers is not required.
 *
 * @throws {TypeError} saying which form of `store` is needed
 */
export function checkCapacity(store: MoneiStateStore, needs: { state: boolean; verifier: boolean }): void {
  const { length } = store.store;
  if (needs.verifier && length !== 5) {
    throw new TypeError(
      'passport-monei: with `pkce`, `store.store` must take (req, verifier, state, meta, done).',
    );
  }
  if (needs.state && length !== 4 && length !== 5) {
    throw new TypeError(
      'passport-monei: `scope`, `requiredScopes`, `callbackURL` and `state` of a single sign-in need a `store` that ' +
        'remembers them: `store.store` must take (req, state, meta, done), and `store.verify` give that state back.',
    );
  }
}

/** Hands a sign-in to `store`, as passport-oauth2 would. */
export function storePending(
  store: MoneiStateStore,
  req: object,
  verifier: string | undefined,
  pending: PendingAuthorization,
  meta: StateMetadata,
  done: StoredCallback,
): void {
  const middle = { 5: [verifier, pending, meta], 4: [pending, meta], 3: [meta] }[store.store.length] ?? [];
  call(store, 'store', [req, ...middle, done]);
}

/**
 * Asks `store` for the sign-in that `state` belongs to, as passport-oauth2 would.
 *
 * @param fallback what is asked for when nothing is said, for stores that remember no more than the state
 */
export function redeemPending(
  store: MoneiStateStore,
  req: object,
  state: string,
  meta: StateMetadata,
  fallback: AskedScopes,
  done: (error: unknown, ok?: boolean | string, pending?: PendingAuthorization) => void,
): void {
  const verified = (error: unknown, ok?: boolean | string, found?: unknown) => {
    if (error || !ok) return done(error, false);
    const own = found === undefined || found === null ? {} : { state: found };
    done(null, ok, isPending(found) ? found : { ...fallback, callbackURL: meta.callbackURL, ...own });
  };
  call(store, 'verify', store.verify.length === 4 ? [req, state, meta, verified] : [req, state, verified]);
}

function call(store: MoneiStateStore, method: 'store' | 'verify', args: unknown[]): void {
  store[method](...(args as never[]));
}

/** What comes out of a store is checked: it may be another's, or have lain in a cookie. */
function isPending(value: unknown): value is PendingAuthorization {
  if (typeof value !== 'object' || value === null) return false;
  const { requested, required, callbackURL } = value as Record<string, unknown>;
  return isTexts(requested) && isTexts(required) && typeof callbackURL === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
