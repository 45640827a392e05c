import { isObject } from '../../internal/is-object.js';
import type { MoneiRequest } from '../../internal/passport-request.js';
import { callAppFunction } from '../app-function.js';
import type { MoneiStateStore, SignInStrategy, StateMetadata } from '../passport-oauth2.js';
import { completeCallbackURL } from '../request.js';
import { userHash } from '../signed-in-user.js';
import type { PendingSignIn, PendingStore, RefusedState, RefuseSignIn } from './pending-sign-in.js';
import { SessionStore } from './session-store.js';

/** Returns the store of a strategy: the session, or the app's own store. */
export function pendingStoreOf(strategy: SignInStrategy): PendingStore {
  const store = strategy._stateStore;
  return store instanceof SessionStore ? store : new AppStore(strategy, store);
}

/** Whether a store gets the whole pending sign-in, and has to return it. */
function carriesSignIn(store: MoneiStateStore): boolean {
  return store.store.length === 4 || store.store.length === 5;
}

/**
 * Checks that a store can carry the options of a single sign-in: without them, its required scopes would be lost.
 *
 * @throws {TypeError} naming the parameters that `store` must have
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
  if (needs.options && !carriesSignIn(store)) {
    throw new TypeError(
      'passport-monei: `scope`, `requiredScopes`, `callbackURL` and `state` of a single sign-in need a `store` that ' +
        'carries them: `store.store` must take (req, state, meta, done), and `store.verify` must return that state.',
    );
  }
}

/** The result of `store.verify`. */
type Verified = [ok: unknown, carried: unknown];

/**
 * Sign-ins that `store.verify` deleted, and that the strategy refused as those of another strategy or route. The next
 * strategy of `passport.authenticate([…])` can finish them in the same request.
 */
const refusedSignIns = new WeakMap<object, { store: MoneiStateStore; state: string; verified: Verified }>();

/** Calls a state store of the app's own as passport-oauth2 does. */
class AppStore implements PendingStore {
  readonly #strategy: SignInStrategy;
  readonly #store: MoneiStateStore;

  constructor(strategy: SignInStrategy, store: MoneiStateStore) {
    this.#strategy = strategy;
    this.#store = store;
  }

  async add(req: object, { verifier, ...pending }: PendingSignIn): Promise<string> {
    const meta = this.#metadata(pending.callbackURL);
    const middle = { 5: [verifier, pending, meta], 4: [pending, meta], 3: [meta] }[this.#store.store.length];
    const state = await callAppFunction<unknown>('store.store', (done) =>
      this.#store.store(...([req, ...(middle ?? []), done] as never[])),
    );
    if (typeof state === 'string' && state !== '') return state;
    throw new Error(
      'passport-monei: `store.store` gave no state. Call `done(null, state)` with a random string.',
    );
  }

  async take(
    req: MoneiRequest,
    state: string | undefined,
    refuse: RefuseSignIn,
  ): Promise<PendingSignIn | RefusedState> {
    if (state === undefined) return { reason: 'no_state' };
    const assumed = carriesSignIn(this.#store) ? undefined : this.#signInOfStrategy(req);
    // Checked before `store.verify` is called, so that the sign-in stays usable on its own route.
    const refused = assumed && refuse(assumed);
    if (refused) return refused;

    const earlier = refusedSignIns.get(req);
    refusedSignIns.delete(req);
    const isSameSignIn = earlier?.store === this.#store && earlier.state === state;
    const verified = isSameSignIn ? earlier.verified : await this.#verify(req, state);
    const [ok, carried] = verified;
    if (!ok) return { reason: 'store' };
    if (assumed) return carried === undefined || carried === null ? assumed : { ...assumed, state: carried };
    const pending = parsePending(carried);
    if (!pending) throw lostSignInError();
    const refusal = refuse(pending);
    if (refusal) refusedSignIns.set(req, { store: this.#store, state, verified });
    return refusal ?? (typeof ok === 'string' ? { ...pending, verifier: ok } : pending);
  }

  /** Calls the app's `store.verify`, which deletes the pending sign-in. */
  #verify(req: MoneiRequest, state: string): Promise<Verified> {
    const takesMetadata = this.#store.verify.length === 4;
    const middle = takesMetadata ? [this.#metadata(completeCallbackURL(this.#strategy, req))] : [];
    return callAppFunction<Verified>('store.verify', (done) => {
      const verifyDone = (error: unknown, ok: unknown, carried: unknown) => done(error, [ok, carried]);
      return this.#store.verify(...([req, state, ...middle, verifyDone] as never[]));
    });
  }

  /** Returns the sign-in that the strategy's own options describe, for a store that can't carry it. */
  #signInOfStrategy(req: MoneiRequest): PendingSignIn {
    const { _signInScopes: scopes, _hash: strategy } = this.#strategy;
    const callbackURL = completeCallbackURL(this.#strategy, req);
    return { requested: scopes.requested, required: [], callbackURL, strategy, user: userHash(req) };
  }

  #metadata(callbackURL: string): StateMetadata {
    const { _authorizeUrl, _accessTokenUrl, _clientId } = this.#strategy._oauth2;
    return { authorizationURL: _authorizeUrl, tokenURL: _accessTokenUrl, clientID: _clientId, callbackURL };
  }
}

/** Returns the pending sign-in that a store carried, as an object or as JSON, if it has the right shape. */
function parsePending(carried: unknown): PendingSignIn | undefined {
  try {
    const value: unknown = typeof carried === 'string' ? JSON.parse(carried) : carried;
    return isPendingSignIn(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPendingSignIn(value: unknown): value is PendingSignIn {
  if (!isObject(value)) return false;
  const { requested, required, callbackURL, strategy, user } = value;
  return [requested, required, [callbackURL, strategy, user]].every(isStringList);
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function lostSignInError(): Error {
  return new Error(
    'passport-monei: `store.verify` did not return the state that `store.store` got, which holds the required scopes of ' +
      'this sign-in. Call `done(null, true, state)` with it.',
  );
}
