import { isObject } from '../../internal/is-object.js';
import { callAppFunction } from '../app-function.js';
import type { MoneiStateStore, SignInStrategy, StateMetadata } from '../passport-oauth2.js';
import {
  type PendingAuthorization,
  type PendingStore,
  type RefusedState,
  strategyHash,
} from './pending-sign-in.js';
import { SessionStore } from './session-store.js';

/** The store of a strategy: the session, or the app's own. */
export function pendingStoreOf(strategy: SignInStrategy): PendingStore {
  const store = strategy._stateStore;
  return store instanceof SessionStore ? store : new AppStore(strategy, store);
}

/** Whether a store is given the sign-in, and has to give it back. */
function isGivenSignIn(store: MoneiStateStore): boolean {
  return store.store.length === 4 || store.store.length === 5;
}

/**
 * Refuses to hand a sign-in to a store that can't carry it: a required scope that nobody remembers is not required.
 *
 * @throws {TypeError} saying which form of `store` is needed
 */
export function checkStoreCanCarry(
  store: MoneiStateStore | SessionStore,
  needs: { options: boolean; verifier: boolean },
): void {
  if (store instanceof SessionStore) return;
  if (needs.verifier && store.store.length !== 5) {
    throw new TypeError(
      'passport-monei: with `pkce`, `store.store` must take (req, verifier, state, meta, done).',
    );
  }
  if (needs.options && !isGivenSignIn(store)) {
    throw new TypeError(
      'passport-monei: `scope`, `requiredScopes`, `callbackURL` and `state` of a single sign-in need a `store` that ' +
        'remembers them: `store.store` must take (req, state, meta, done), and `store.verify` give that state back.',
    );
  }
}

/** A state store of the app's own, called as passport-oauth2 calls it. */
class AppStore implements PendingStore {
  readonly #strategy: SignInStrategy;
  readonly #store: MoneiStateStore;

  constructor(strategy: SignInStrategy, store: MoneiStateStore) {
    this.#strategy = strategy;
    this.#store = store;
  }

  async keep(req: object, { verifier, ...pending }: PendingAuthorization): Promise<string> {
    const meta = this.#metadata(pending.callbackURL);
    const middle = { 5: [verifier, pending, meta], 4: [pending, meta], 3: [meta] }[this.#store.store.length];
    const state = await callAppFunction<unknown>('store.store', (done) =>
      this.#store.store(...([req, ...(middle ?? []), done] as never[])),
    );
    if (typeof state === 'string' && state !== '') return state;
    throw new Error(
      'passport-monei: `store.store` gave no state: call `done(null, state)` with a random string.',
    );
  }

  async take(
    req: object,
    state: string | undefined,
    owner: string,
  ): Promise<PendingAuthorization | RefusedState> {
    if (state === undefined) return { reason: 'no_state' };
    const strategy = this.#strategy;
    const meta = this.#metadata(strategy._callbackURL);
    const middle = this.#store.verify.length === 4 ? [meta] : [];
    const [ok, kept] = await callAppFunction<[ok: unknown, kept: unknown]>('store.verify', (done) =>
      this.#store.verify(
        ...([
          req,
          state,
          ...middle,
          (error: unknown, ok: unknown, kept: unknown) => done(error, [ok, kept]),
        ] as never[]),
      ),
    );
    if (!ok) return { reason: 'store' };
    const pending = isGivenSignIn(this.#store) ? pendingFrom(kept) : this.#defaults(kept);
    if (!pending) throw forgetful();
    if (pending.strategy !== owner) return { reason: 'other_strategy' };
    return typeof ok === 'string' ? { ...pending, verifier: ok } : pending;
  }

  /** What a store of two or three parameters stands for: what the strategy asks for. It may have a state of its own. */
  #defaults(kept: unknown): PendingAuthorization {
    const { _asked: asked, _callbackURL: callbackURL } = this.#strategy;
    const pending = { ...asked, callbackURL, strategy: strategyHash(this.#strategy) };
    return kept === undefined || kept === null ? pending : { ...pending, state: kept };
  }

  #metadata(callbackURL: string): StateMetadata {
    const { _authorizeUrl, _accessTokenUrl, _clientId } = this.#strategy._oauth2;
    return { authorizationURL: _authorizeUrl, tokenURL: _accessTokenUrl, clientID: _clientId, callbackURL };
  }
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
  const { requested, required, callbackURL, strategy } = value;
  return (
    isTexts(requested) && isTexts(required) && typeof callbackURL === 'string' && typeof strategy === 'string'
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function forgetful(): Error {
  return new Error(
    'passport-monei: `store.verify` did not give back the state that `store.store` was given, so nobody knows which ' +
      'scopes this sign-in needs. Call `done(null, true, state)` with it.',
  );
}
