import type { AskedScopes } from './asked-scopes.js';
import { isObject } from './is-object.js';
import type { LoadedCallback, MoneiStateStore, StateMetadata, StoredCallback } from './passport-oauth2.js';
import { reasonOf } from './reason.js';
import type { PendingAuthorization, RedeemedCallback } from './state.js';
import { onRejection } from './thenable.js';

/**
 * Refuses to hand a sign-in to a store that can't carry it: a required scope that nobody remembers is not required.
 *
 * @throws {TypeError} saying which form of `store` is needed
 */
export function checkCapacity(store: MoneiStateStore, needs: { state: boolean; verifier: boolean }): void {
  if (needs.verifier && store.store.length !== 5) {
    throw new TypeError(
      'passport-monei: with `pkce`, `store.store` must take (req, verifier, state, meta, done).',
    );
  }
  if (needs.state && store.store.length !== 4 && store.store.length !== 5) {
    throw new TypeError(
      'passport-monei: `scope`, `requiredScopes`, `callbackURL` and `state` of a single sign-in need a `store` that ' +
        'remembers them: `store.store` must take (req, state, meta, done), and `store.verify` give that state back.',
    );
  }
}

/**
 * Put behind a store's state on the wire when the sign-in has options of its own, so that it is known on the way back,
 * by any process, that the store has to remember them.
 */
const OWN_OPTIONS = '~own';

/** Hands a sign-in to `store`, as passport-oauth2 would. */
export function storePending(
  store: MoneiStateStore,
  req: object,
  verifier: string | undefined,
  pending: PendingAuthorization,
  meta: StateMetadata,
  hasOwnOptions: boolean,
  done: StoredCallback,
): void {
  const stored: StoredCallback = (error, state) => {
    if (error) return done(error);
    if (typeof state !== 'string' || state === '') return done(stateless());
    done(null, hasOwnOptions ? state + OWN_OPTIONS : state);
  };
  const middle = { 5: [verifier, pending, meta], 4: [pending, meta], 3: [meta] }[store.store.length] ?? [];
  call(store, 'store', [req, ...middle, stored], done);
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
  done: RedeemedCallback,
): void {
  const hasOwnOptions = state.endsWith(OWN_OPTIONS);
  const handle = hasOwnOptions ? state.slice(0, -OWN_OPTIONS.length) : state;
  const loaded: LoadedCallback = (error, ok, kept) => {
    if (error || !ok) return done(error, false);
    const pending = pendingFrom(kept);
    if (pending) return done(null, ok, pending);
    if (hasOwnOptions) return done(forgetful());
    const own = kept === undefined || kept === null ? {} : { state: kept };
    done(null, ok, { ...fallback, callbackURL: meta.callbackURL, ...own });
  };
  call(
    store,
    'verify',
    store.verify.length === 4 ? [req, handle, meta, loaded] : [req, handle, loaded],
    done,
  );
}

/** Calls a function of the store, which may be async: then a rejection is an answer, too. */
function call(
  store: MoneiStateStore,
  method: 'store' | 'verify',
  args: unknown[],
  failed: (error: unknown) => void,
): void {
  onRejection(store[method](...(args as never[])), (error) => failed(reasonOf(error, 'the state store')));
}

/** What comes out of a store is checked: it may be another's, or have lain in a cookie. It may be JSON still. */
function pendingFrom(kept: unknown): PendingAuthorization | undefined {
  try {
    const value: unknown = typeof kept === 'string' ? JSON.parse(kept) : kept;
    return isPending(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPending(value: unknown): value is PendingAuthorization {
  if (!isObject(value)) return false;
  const { requested, required, callbackURL } = value;
  return isTexts(requested) && isTexts(required) && typeof callbackURL === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function stateless(): Error {
  return new Error(
    'passport-monei: `store.store` gave no state: call `done(null, state)` with a random string.',
  );
}

function forgetful(): Error {
  return new Error(
    'passport-monei: `store.verify` did not give back the state that `store.store` was given, so nobody knows which ' +
      'scopes this sign-in needs. Call `done(null, true, state)` with it.',
  );
}
