import { randomBytes } from 'node:crypto';
import { isObject } from '../../internal/is-object.js';
import { splitScopes } from '../../scopes/syntax.js';
import type { MoneiAuthenticateOptions } from '../options.js';
import {
  accountHash,
  type PendingAuthorization,
  type PendingStore,
  type RefusedState,
} from './pending-sign-in.js';

/** A pending authorization as it lies in the session: a list, with scopes as one string, because ten have to fit. */
type Entry = [
  handle: string,
  /** Milliseconds since the epoch. */
  expires: number,
  requested: string,
  /** The places of the required scopes among those requested. */
  required: string,
  callbackURL: string,
  /** Empty without PKCE. */
  verifier: string,
  /** The strategy that made it. */
  strategy: string,
  /** The account that has to come back. Empty: any may. */
  account: string,
  /** The app's own. */
  state?: unknown,
];

const ENTRY_TYPES = ['string', 'number', 'string', 'string', 'string', 'string', 'string', 'string'];

/** 144 bits: RFC 6749 §10.10 asks that guessing succeed with less than 2^-128. */
const STATE_BYTES = 18;

/** How long the user may take at Monei, in milliseconds. */
const LIFETIME = 60 * 60 * 1000;

/** How many sign-ins one session may have open (tabs). */
const MAX_PENDING = 10;

/**
 * How many bytes of JSON they may take. Where the session itself is a cookie, in base64, they have to leave room for
 * who is logged in: a cookie of more than 4096 bytes is dropped by browsers without a word, and the login with it.
 */
const MAX_BYTES = 2900;

/** A process remembers at least so many states that were taken, and at most twice as many. */
const MAX_TAKEN = 1000;

type Session = Record<string, unknown>;

/**
 * Pending authorizations in the session, by a random state (RFC 6749 §10.12): several at once, each for one use
 * within an hour. The oldest makes way when there are too many.
 *
 * The session's content is not trusted to have the right shape: with unsigned cookies it comes from the browser.
 */
export class SessionStore implements PendingStore {
  readonly #key: string;
  /** States that were taken in this process: of two requests with one state, each has its own copy of the session. */
  #taken = new Set<string>();
  #takenBefore = new Set<string>();

  /** @param key the property of the session to keep them under */
  constructor(key: string) {
    this.#key = key;
  }

  keep(req: object, pending: PendingAuthorization): string {
    const session = sessionOf(req);
    const handle = randomBytes(STATE_BYTES).toString('base64url');
    const entry: Entry = [
      handle,
      Date.now() + LIFETIME,
      pending.requested.join(' '),
      pending.required.map((scope) => pending.requested.indexOf(scope)).join(' '),
      pending.callbackURL,
      pending.verifier ?? '',
      pending.strategy,
      '',
    ];
    if (pending.state !== undefined) entry.push(pending.state);
    const entries = this.#entries(session).filter(isFresh).concat([entry]);
    while (entries.length > MAX_PENDING || isTooLarge(entries)) entries.shift();
    if (entries.length === 0) throw tooLarge();
    this.write(session, entries);
    return handle;
  }

  take(req: object, state: string | undefined, strategy: string): PendingAuthorization | RefusedState {
    if (state === undefined) return { reason: 'no_state' };
    const session = sessionOf(req);
    const entries = this.#entries(session);
    const entry = entries.find(([handle]) => handle === state);
    if (!entry) {
      if (entries.length > 0) return { reason: 'unknown' };
      return { reason: hasCookie(req) ? 'no_sign_in' : 'no_cookie' };
    }
    if (!isFresh(entry)) return { reason: 'expired' };
    if (entry[6] !== strategy) return { reason: 'other_strategy' };
    const [handle] = entry; // Not `state`: that may be a slice of the whole URL, and keep all of it in memory.
    if (this.#taken.has(handle) || this.#takenBefore.has(handle)) return { reason: 'unknown' };
    if (this.#taken.size === MAX_TAKEN) [this.#takenBefore, this.#taken] = [this.#taken, new Set()];
    this.#taken.add(handle);
    this.write(
      session,
      entries.filter((one) => one !== entry && isFresh(one)),
    );
    return pendingOf(entry);
  }

  /** Ties the open sign-ins of `strategy` to an account, and gives them. Those tied to another are left out. */
  tie(session: Session, strategy: string, id: string): Entry[] {
    const entries = this.#entries(session).filter(isFresh);
    if (entries.length === 0) return [];
    const account = accountHash(id);
    const own = entries.filter((entry) => entry[6] === strategy && ['', account].includes(entry[7]));
    for (const entry of own) entry[7] = account;
    this.write(session, entries.filter((entry) => entry[6] !== strategy).concat(own));
    return own;
  }

  /** A list of the entries that are well-formed, oldest first. */
  #entries(session: Session): Entry[] {
    const { pending } = slotOf(session, this.#key);
    return Array.isArray(pending) ? pending.filter(isEntry) : [];
  }

  write(session: Session, entries: Entry[]): void {
    const slot = slotOf(session, this.#key);
    if (entries.length > 0) {
      session[this.#key] = { ...slot, pending: entries };
      return;
    }
    const { pending: _, ...others } = slot;
    // @fastify/secure-session does not notice a deletion.
    session[this.#key] = Object.keys(others).length > 0 ? others : undefined;
    if (session[this.#key] === undefined) delete session[this.#key];
  }
}

/**
 * Lets the open sign-ins of this strategy survive the login that is about to happen. Passport regenerates the session on
 * login, against fixation, which would send every other tab into an unknown state. From then on they are good only for
 * the account that logs in: what somebody planted in the session before finishes nothing.
 *
 * @param strategy the hash of the strategy, as entries have it
 */
export function keepOthersThroughLogin(
  store: PendingStore,
  strategy: string,
  req: object,
  account: string | undefined,
  options: MoneiAuthenticateOptions,
): void {
  if (!(store instanceof SessionStore) || account === undefined) return;
  const session = sessionOf(req);
  const { regenerate } = session;
  if (typeof regenerate !== 'function') {
    // The session stays. passport.authorize() and `session: false` are no login.
    const isLogin = !options.assignProperty && options.session !== false;
    if (isLogin) store.tie(session, strategy, account);
    return;
  }
  // Called with a callback by Passport, and for a promise by the Passport of other frameworks.
  const carryOver = (...args: unknown[]) => {
    Object.defineProperty(session, 'regenerate', { value: regenerate });
    const own = store.tie(session, strategy, account);
    const keep = () => {
      const next = (req as { session?: unknown }).session;
      if (isObject(next) && own.length > 0) store.write(next, own);
    };
    const done = args.at(-1);
    if (typeof done !== 'function') return Promise.resolve(regenerate.apply(session, args)).then(keep);
    return regenerate.call(session, ...args.slice(0, -1), (error?: unknown) => {
      if (!error) keep();
      done(error);
    });
  };
  // Does not throw: a login is worth more than other tabs, where the method can't be replaced.
  Reflect.defineProperty(session, 'regenerate', { value: carryOver, configurable: true, writable: true });
}

function pendingOf([, , scopes, required, callbackURL, verifier, strategy, account, state]: Entry) {
  const requested = splitScopes(scopes);
  const places = required.split(' ');
  const isRequired = (_: string, place: number) => places.includes(String(place));
  const pending: PendingAuthorization = {
    requested,
    required: requested.filter(isRequired),
    callbackURL,
    strategy,
  };
  if (verifier) pending.verifier = verifier;
  if (account) pending.account = account;
  if (state !== undefined) pending.state = state;
  return pending;
}

/** @throws {Error} that says what is missing */
function sessionOf(req: object): Session {
  const { session } = req as { session?: unknown };
  if (isObject(session)) return session;
  throw new Error(
    'passport-monei: there is no session on this request, and sign-ins are kept there. Use session middleware ' +
      '(express-session, say) before passport.authenticate(), and check that its store is reachable.',
  );
}

/** What lies under a key of the session, if it is something with fields. */
function slotOf(session: Session, key: string): Record<string, unknown> {
  const slot = session[key];
  return isObject(slot) ? slot : {};
}

function hasCookie(req: object): boolean {
  const { headers } = req as { headers?: { cookie?: unknown } };
  return Boolean(headers?.cookie);
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && ENTRY_TYPES.every((type, place) => typeof value[place] === type);
}

function isFresh(entry: Entry): boolean {
  return entry[1] > Date.now();
}

function isTooLarge(entries: Entry[]): boolean {
  return Buffer.byteLength(JSON.stringify(entries)) > MAX_BYTES;
}

function tooLarge(): Error {
  return new TypeError(
    `passport-monei: a sign-in takes more than ${MAX_BYTES} bytes in the session. Pass less in \`state\`: keep the ` +
      'data in the session under a key of your own, and pass that key.',
  );
}
