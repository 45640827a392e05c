import type { StrategyCreatedStatic } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import { OwnActions } from './actions.js';
import { readScopes } from './answers.js';
import { type AskedScopes, withProfileScope } from './asked-scopes.js';
import { redeemPending, storePending } from './call-store.js';
import type { Callback } from './callback.js';
import { grantOf, type MoneiGrant, missingScopes } from './grant.js';
import type {
  LoadedCallback,
  MoneiStateStore,
  OAuth2Internals,
  StateMetadata,
  StoredCallback,
  TokenCallback,
  VerifiedCallback,
} from './passport-oauth2.js';
import { type PendingAuthorization, SessionStateStore } from './state.js';
import type { MoneiRequest } from './strategy-options.js';
import { onRejection } from './thenable.js';
import { callVerify } from './verify.js';

/** The strategy as one request sees it: with actions of its own, and what this sign-in has found out so far. */
export type Attempt = OAuth2Internals &
  StrategyCreatedStatic & { _own: OwnActions; _pending: PendingAuthorization; _grant: MoneiGrant };

/** What attempts of a strategy have in common: the strategy itself, but with each attempt's own actions. */
export function attemptsOf(strategy: object): object {
  return Object.create(strategy, {
    success: method((attempt, ...args) => attempt._own.success(...args)),
    fail: method((attempt, ...args) => attempt._own.fail(...args)),
    redirect: method((attempt, ...args) => attempt._own.redirect(...args)),
    pass: method((attempt) => attempt._own.pass()),
    error: method((attempt, reason) => attempt._own.error(reason)),
  });
}

function method(take: (attempt: Attempt, ...args: unknown[]) => void): PropertyDescriptor {
  return {
    value(this: Attempt, ...args: unknown[]) {
      take(this, ...args);
    },
  };
}

/**
 * The strategy for one request.
 *
 * @param attempts what it has in common with the others, made once: engines are slow with objects that each inherit from
 * another one
 * @param strategy what Passport made of the strategy for this request, and subclasses may have put something on
 */
export function startAttempt(attempts: object, strategy: object): Attempt {
  const attempt = Object.create(attempts);
  if (Object.getPrototypeOf(attempts) !== strategy) {
    const given = strategy as Record<string, unknown>;
    for (const name of Object.keys(strategy)) if (!(name in ACTIONS)) attempt[name] = given[name];
  }
  attempt._own = new OwnActions(strategy as StrategyCreatedStatic);
  return attempt;
}

/** What Passport puts on a strategy, and each attempt has of its own. */
const ACTIONS = { success: 1, fail: 1, redirect: 1, pass: 1, error: 1 };

/** A callback with a state. */
export type StatefulCallback = Extract<Callback, { kind: 'code' | 'error' }> & { state: string };

/** Has what this sign-in asks for handed to the store, where passport-oauth2 would hand it the app's own state. */
export function putPending(
  attempt: Attempt,
  req: MoneiRequest,
  pending: Omit<PendingAuthorization, 'callbackURL'>,
  hasOwnOptions: boolean,
): void {
  const { _stateStore: store } = attempt;
  // Our own store forgets nothing.
  const mark = hasOwnOptions && !(store instanceof SessionStateStore);
  attempt._stateStore = new PendingStore((verifier, meta, done) => {
    const whole = Object.assign(pending, { callbackURL: meta.callbackURL });
    storePending(store, req, verifier, whole, meta, mark, attempt._own.guarded(done));
  }) as unknown as MoneiStateStore;
}

/** Has the state checked by the attempt's store, and what it asked for remembered, before anything is believed. */
export function putStateStore(
  attempt: Attempt,
  req: MoneiRequest,
  callback: StatefulCallback,
  fallback: AskedScopes,
): void {
  const { _stateStore: store, _pkceMethod: pkce } = attempt;
  attempt._stateStore = new StateCheck((state, meta, loaded) => {
    const redeemed = attempt._own.guarded(
      (error: unknown, ok?: boolean | string, pending?: PendingAuthorization) => {
        if (error || !ok || !pending) return loaded(error, false, invalidState());
        if (callback.kind === 'error') return answerError(attempt, callback, pending);
        if (pkce && typeof ok !== 'string') throw lostVerifier();
        attempt._pending = pending;
        loaded(null, ok);
      },
    );
    redeemPending(store, req, state, meta, fallback, redeemed);
  }) as unknown as MoneiStateStore;
}

/** The half of a state store that passport-oauth2 asks on the redirect leg. */
class PendingStore {
  readonly #put: (verifier: string | undefined, meta: StateMetadata, done: StoredCallback) => void;

  constructor(put: (verifier: string | undefined, meta: StateMetadata, done: StoredCallback) => void) {
    this.#put = put;
  }

  store(
    _req: unknown,
    verifier: string | undefined,
    _: unknown,
    meta: StateMetadata,
    done: StoredCallback,
  ): void {
    this.#put(verifier, meta, done);
  }
}

/** The half of a state store that passport-oauth2 asks on the callback leg. */
class StateCheck {
  readonly #check: (state: string, meta: StateMetadata, loaded: LoadedCallback) => void;

  constructor(check: (state: string, meta: StateMetadata, loaded: LoadedCallback) => void) {
    this.#check = check;
  }

  verify(_req: unknown, state: string, meta: StateMetadata, loaded: LoadedCallback): void {
    this.#check(state, meta, loaded);
  }
}

/** Has the grant verified as soon as there are tokens. */
export function putExchange(attempt: Attempt): void {
  const oauth2 = attempt._oauth2;
  attempt._oauth2 = Object.create(oauth2);
  attempt._oauth2.getOAuthAccessToken = (code, params, done) => {
    const exchanged = attempt._own.guarded<Parameters<TokenCallback>>((error, ...answer) => {
      if (error || checkGrant(attempt, answer[2] ?? {})) done(error, ...answer);
    });
    oauth2.getOAuthAccessToken(
      code,
      Object.assign({}, params, { redirect_uri: attempt._pending.callbackURL }),
      exchanged,
    );
  };
}

/** Has `userProfile` call back once. A subclass's may be async: then a rejection is an answer, too. */
export function putUserProfile(attempt: Attempt): void {
  const { userProfile } = attempt;
  attempt.userProfile = (accessToken, done) => {
    onRejection(userProfile.call(attempt, accessToken, attempt._own.guarded(done)), (error) =>
      attempt.error(error),
    );
  };
}

/** Has the app's verify called with the grant in the profile. `beforeLogin` is called when it gives a user. */
export function putVerify(attempt: Attempt, req: MoneiRequest, beforeLogin: () => void): void {
  const { _passReqToCallback: passReq } = attempt;
  const verify = attempt._verify.bind(attempt);
  attempt._passReqToCallback = false;
  attempt._verify = (
    accessToken: string,
    refreshToken: string,
    params: unknown,
    profile: object | undefined,
    verified: VerifiedCallback,
  ) => {
    const withGrant = Object.assign(profile ?? { provider: 'monei' }, { grant: attempt._grant });
    const answered: VerifiedCallback = (error, user, info) => {
      if (error || !user) return verified(error, false, info);
      beforeLogin();
      verified(null, user, withState(info, attempt._pending));
    };
    const given = { accessToken, refreshToken, params, profile: withGrant };
    callVerify(verify, passReq ? req : undefined, given, attempt._own.guarded(answered), (error) =>
      attempt.error(error),
    );
  };
}

/** Answers a sign-in that Monei, or the user there, refused. */
function answerError(
  attempt: Attempt,
  { error, description, uri }: Extract<Callback, { kind: 'error' }>,
  pending: PendingAuthorization,
): void {
  if (error === 'access_denied') {
    const message = description || 'You did not allow this app to use your Monei account.';
    return attempt.fail(withState({ message, code: 'access_denied' }, pending));
  }
  const message = description || `Monei refused the authorization request: ${error}`;
  attempt.error(new OAuth2Strategy.AuthorizationError(message, error, uri));
}

/** Compares the grant with what this sign-in needs. Answers the request, and returns false, if it is not enough. */
function checkGrant(attempt: Attempt, answer: Record<string, unknown>): boolean {
  const { requested, required } = attempt._pending;
  const grant = grantOf(requested, readScopes(answer));
  attempt._grant = grant;
  const needed = attempt._skipUserProfile ? required : withProfileScope(required);
  const missing = missingScopes(grant.granted, needed);
  if (missing.length === 0) return true;
  const message = `This needs permissions that you did not allow at Monei: ${missing.join(', ')}.`;
  attempt.fail(withState({ message, code: 'missing_scope', missing, grant }, attempt._pending), 403);
  return false;
}

/** A new one each time: apps write into what they get. */
export function invalidState() {
  return {
    message:
      'This sign-in was not started in this browser, was already finished, or took too long. Start it again.',
    code: 'invalid_state',
  };
}

function lostVerifier(): Error {
  return new Error('passport-monei: the state store did not give back the code verifier that PKCE needs.');
}

/** The app's own state, beside what is said. A copy: verify may give every sign-in the same object. */
function withState(info: unknown, pending: PendingAuthorization) {
  if (!('state' in pending)) return info as object | undefined;
  const details = typeof info === 'string' ? { message: info } : (info as object | undefined);
  return Object.assign({}, details, { state: pending.state });
}
