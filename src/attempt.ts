import { type ParsedUrlQueryInput, stringify } from 'node:querystring';
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
  ProfileCallback,
  StateMetadata,
  StoredCallback,
  VerifiedCallback,
} from './passport-oauth2.js';
import type { MoneiGrantProfile } from './profile.js';
import { type PendingAuthorization, type RedeemedCallback, SessionStateStore } from './state.js';
import type { MoneiRequest } from './strategy-options.js';
import { onRejection } from './thenable.js';
import { callVerify } from './verify.js';

/** The strategy as one request sees it: with actions of its own, and what this sign-in has found out so far. */
export type Attempt = Omit<OAuth2Internals, '_stateStore'> &
  StrategyCreatedStatic & {
    _stateStore: MoneiStateStore | PendingStore | StateCheck;
    _own: OwnActions;
    /** What Passport made of the strategy for this request, and subclasses may have put something on. */
    _given: OAuth2Internals;
    _req: MoneiRequest;
    /** What a sign-in asks for unless something else is said. */
    _asked: AskedScopes;
    /** The parameters of the authorization request, as far as passport-oauth2 has them. */
    _params: ParsedUrlQueryInput;
    _pending: PendingAuthorization;
    _grant: MoneiGrant;
  };

/**
 * What attempts of a strategy have in common: the strategy itself, but with each attempt's own actions, and with the
 * grant taken care of.
 */
export function attemptsOf(strategy: object): object {
  return Object.create(strategy, {
    success: method((attempt, user, info) => attempt._own.success(user, info)),
    fail: method((attempt, challenge, status) => attempt._own.fail(challenge, status)),
    redirect: method((attempt, url, status) => attempt._own.redirect(url, status)),
    pass: method((attempt) => attempt._own.pass()),
    error: method((attempt, reason) => attempt._own.error(reason)),
    authorizationParams: { value: authorizationParams, writable: true },
    userProfile: { value: userProfile, writable: true },
    _verify: { value: verify, writable: true },
    _passReqToCallback: { value: false, writable: true },
  });
}

function method(take: (attempt: Attempt, first?: unknown, second?: unknown) => void): PropertyDescriptor {
  return {
    value(this: Attempt, first?: unknown, second?: unknown) {
      take(this, first, second);
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
export function startAttempt(attempts: object, strategy: object, req: MoneiRequest): Attempt {
  const attempt = Object.create(attempts);
  if (Object.getPrototypeOf(attempts) !== strategy) {
    const given = strategy as Record<string, unknown>;
    for (const name of Object.keys(strategy)) {
      if (!Object.hasOwn(attempts, name)) attempt[name] = given[name];
    }
  }
  attempt._own = new OwnActions(strategy as StrategyCreatedStatic);
  attempt._given = strategy;
  attempt._req = req;
  return attempt;
}

/** A callback with a state. */
export type StatefulCallback = Extract<Callback, { kind: 'code' | 'error' }> & { state: string };

/**
 * The state store of an attempt that starts: has what is asked for handed on, where passport-oauth2 hands on the app's own
 * state.
 */
export class PendingStore {
  readonly #attempt: Attempt;
  readonly #asked: Omit<PendingAuthorization, 'callbackURL'>;
  readonly #hasOwnOptions: boolean;

  constructor(attempt: Attempt, asked: Omit<PendingAuthorization, 'callbackURL'>, hasOwnOptions: boolean) {
    this.#attempt = attempt;
    this.#asked = asked;
    this.#hasOwnOptions = hasOwnOptions;
  }

  store(
    _: unknown,
    verifier: string | undefined,
    _state: unknown,
    meta: StateMetadata,
    done: StoredCallback,
  ): void {
    const { _own: own, _given: given, _req: req } = this.#attempt;
    const { _stateStore: store } = given;
    const pending = Object.assign(this.#asked, { callbackURL: meta.callbackURL });
    const stored: StoredCallback = (error, state) => {
      if (error || /[?#]/.test(meta.authorizationURL)) done(error, state);
      else this.#attempt.redirect(authorizationURL(this.#attempt, state));
    };
    // Our own store forgets nothing, and answers at once.
    if (store instanceof SessionStateStore) store.store(req, verifier, pending, meta, stored);
    else storePending(store, req, verifier, pending, meta, this.#hasOwnOptions, own.guarded(stored));
  }
}

/**
 * The state store of an attempt that comes back: has the state checked, and what it asked for remembered, before anything
 * is believed.
 */
export class StateCheck {
  readonly #attempt: Attempt;
  readonly #callback: StatefulCallback;

  constructor(attempt: Attempt, callback: StatefulCallback) {
    this.#attempt = attempt;
    this.#callback = callback;
  }

  verify(_: unknown, state: string, meta: StateMetadata, loaded: LoadedCallback): void {
    const { _own: own, _given: given, _req: req, _asked: fallback } = this.#attempt;
    const { _stateStore: store } = given;
    const redeemed: RedeemedCallback = (error, ok, pending) => {
      if (error || !ok || !pending) loaded(error, false, invalidState());
      else this.#believe(ok, pending, loaded);
    };
    if (store instanceof SessionStateStore) store.verify(req, state, meta, redeemed);
    else redeemPending(store, req, state, meta, fallback, own.guarded(redeemed));
  }

  #believe(ok: boolean | string, pending: PendingAuthorization, loaded: LoadedCallback): void {
    const attempt = this.#attempt;
    if (this.#callback.kind === 'error') return answerError(attempt, this.#callback, pending);
    if (attempt._pkceMethod && typeof ok !== 'string') throw lostVerifier();
    attempt._pending = pending;
    loaded(null, ok);
  }
}

/** Has the grant verified as soon as there are tokens. */
export function putExchange(attempt: Attempt): void {
  const oauth2 = attempt._oauth2;
  attempt._oauth2 = Object.create(oauth2);
  attempt._oauth2.getOAuthAccessToken = (code, params, done) => {
    const exchanged = attempt._own.guarded<unknown, string, string, Record<string, unknown>>(
      (error, token, refresh, answer) => {
        if (error || checkGrant(attempt, answer ?? {})) done(error, token, refresh, answer);
      },
    );
    params.redirect_uri = attempt._pending.callbackURL;
    oauth2.getOAuthAccessToken(code, params, exchanged);
  };
}

/** The strategy's own, kept to make the URL of. */
function authorizationParams(this: Attempt, options: object): ParsedUrlQueryInput {
  this._params = this._given.authorizationParams.call(this, options);
  return this._params;
}

/**
 * Where to send the user, if the authorization URL has no query of its own. passport-oauth2 takes that URL apart each time
 * and puts it together again with Node's legacy parser, which takes longer than all else on this leg.
 */
function authorizationURL({ _oauth2: oauth2, _params: params }: Attempt, state: string | undefined): string {
  params.state = state;
  params.client_id = oauth2._clientId;
  return `${oauth2._authorizeUrl}?${stringify(params)}`;
}

/** The strategy's own, called back once. A subclass's may be async: then a rejection is an answer, too. */
function userProfile(this: Attempt, accessToken: string, done: ProfileCallback): void {
  const read = this._given.userProfile.call(this, accessToken, this._own.guarded(done));
  onRejection(read, (error) => this.error(error));
}

/** The app's, with the grant in the profile. */
function verify(
  this: Attempt,
  accessToken: string,
  refreshToken: string,
  params: unknown,
  profile: Partial<MoneiGrantProfile> | undefined,
  verified: VerifiedCallback,
): void {
  const { _verify: verify, _passReqToCallback: passReq, _stateStore: store } = this._given;
  const answered: VerifiedCallback = (error, user, info) => {
    if (error || !user) return verified(error, false, info);
    if (store instanceof SessionStateStore) store.keepThroughLogin(this._req);
    verified(null, user, withState(info, this._pending));
  };
  const withGrant: Partial<MoneiGrantProfile> = profile ?? { provider: 'monei' };
  withGrant.grant = this._grant;
  const given = { accessToken, refreshToken, params, profile: withGrant };
  callVerify(
    verify.bind(this),
    passReq ? this._req : undefined,
    given,
    this._own.guarded(answered),
    (error) => this.error(error),
  );
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
