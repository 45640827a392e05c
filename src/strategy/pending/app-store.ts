import { isObject } from '../../internal/is-object.js';
import type { MoneiRequest } from '../../internal/passport-request.js';
import { callAppFunction } from '../app-function.js';
import type { MoneiStateStore, SignInStrategy, StateMetadata } from '../passport-oauth2.js';
import { completeCallbackURL } from '../request.js';
import { userHash } from '../signed-in-user.js';
import type { PendingSignIn, PendingStore, ReasonToRefuse, RefusedState } from './pending-sign-in.js';
import { SessionStore } from './session-store.js';

/** The store of a strategy: the session, or the app's own. */
export function pendingStoreOf(strategy: SignInStrategy): PendingStore {
  const store = strategy._stateStore;
  return store instanceof SessionStore ? store : new AppStore(strategy, store);
}

/** Whether a store carries pending sign-ins, and has to give them back. */
function isGivenSignIn(store: MoneiStateStore): boolean {
  return store.store.length === 4 || store.store.length === 5;
}

/**
 * Refuses to hand a sign-in to a store that can't carry it: its required scopes would be forgotten.
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

  async keep(req: object, { verifier, ...pending }: PendingSignIn): Promise<string> {
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
    req: MoneiRequest,
    state: string | undefined,
    reasonToRefuse: ReasonToRefuse,
  ): Promise<PendingSignIn | RefusedState> {
    if (state === undefined) return { reason: 'no_state' };
    const own = this.#strategysOwn(req);
    const carriesSignIn = isGivenSignIn(this.#store);
    const early = carriesSignIn ? undefined : reasonToRefuse(own);
    if (early) return early;

    const middle = this.#store.verify.length === 4 ? [this.#metadata(own.callbackURL)] : [];
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
    if (!carriesSignIn) return kept === undefined || kept === null ? own : { ...own, state: kept };
    const pending = pendingFrom(kept);
    if (!pending) throw forgetful();
    const verified = typeof ok === 'string' ? { ...pending, verifier: ok } : pending;
    return reasonToRefuse(verified) ?? verified;
  }

  /** Returns what a store of two or three parameters stands for, because it carries no sign-in of its own. */
  #strategysOwn(req: MoneiRequest): PendingSignIn {
    const { _asked: asked, _hash: strategy } = this.#strategy;
    const callbackURL = completeCallbackURL(this.#strategy, req);
    return { requested: asked.requested, required: [], callbackURL, strategy, user: userHash(req) };
  }

  #metadata(callbackURL: string): StateMetadata {
    const { _authorizeUrl, _accessTokenUrl, _clientId } = this.#strategy._oauth2;
    return { authorizationURL: _authorizeUrl, tokenURL: _accessTokenUrl, clientID: _clientId, callbackURL };
  }
}

/** Returns the sign-in that a store gave back, as an object or as JSON, if it has the right shape. */
function pendingFrom(kept: unknown): PendingSignIn | undefined {
  try {
    const value: unknown = typeof kept === 'string' ? JSON.parse(kept) : kept;
    return isPending(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPending(value: unknown): value is PendingSignIn {
  if (!isObject(value)) return false;
  const { requested, required, callbackURL, strategy, user } = value;
  const texts = [callbackURL, strategy, user];
  return isTexts(requested) && isTexts(required) && isTexts(texts);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function forgetful(): Error {
  return new Error(
    'passport-monei: `store.verify` did not give back the state that `store.store` was given, so the ' +
      'scopes that this sign-in needs are lost. Call `done(null, true, state)` with it.',
  );
}
