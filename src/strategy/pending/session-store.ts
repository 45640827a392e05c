import { randomBytes } from 'node:crypto';
import { isObject } from '../../internal/is-object.js';
import { splitScopes } from '../../scopes/syntax.js';
import type { PendingSignIn, PendingStore, ReasonToRefuse, RefusedState } from './pending-sign-in.js';

/** A pending sign-in as the session holds it. Scopes are separated by spaces, and empty fields are absent: ten have to fit. */
interface Entry {
  /** The state that Monei sends back. */
  handle: string;
  /** Milliseconds since the epoch. */
  expires: number;
  scope: string;
  required?: string;
  callbackURL: string;
  strategy: string;
  user?: string;
  verifier?: string;
  /** The app's own. */
  state?: unknown;
}

/** 144 bits: RFC 6749 §10.10 asks that guessing succeeds with a probability of less than 2^-128. */
const STATE_BYTES = 18;

/** The time that the user may take at Monei. */
const LIFETIME_MS = 60 * 60 * 1000;

/** The largest number of pending sign-ins in one session (tabs). */
const MAX_PENDING = 10;

/**
 * The largest size of their JSON, in bytes. Where the session itself is a cookie, in base64, they have to leave room for
 * the login: browsers drop a cookie of more than 4096 bytes without an error, and the login with it.
 */
const MAX_BYTES = 2900;

/** The largest number of used states that a process remembers. */
const MAX_USED = 10_000;

type Session = Record<string, unknown>;

/**
 * Keeps pending sign-ins in the session, by a random state (RFC 6749 §10.12). The oldest is dropped when there are too
 * many.
 *
 * The content of the session is not trusted to have the right shape: with unsigned cookies it comes from the browser.
 */
export class SessionStore implements PendingStore {
  readonly #key: string;
  /** States that were used in this process, with their expiry: two requests with one state each have the whole session. */
  readonly #used = new Map<string, number>();

  /** @param key the property of the session that holds them */
  constructor(key: string) {
    this.#key = key;
  }

  keep(req: object, pending: PendingSignIn): string {
    const session = sessionOf(req);
    const entry = entryOf(pending);
    const entries = this.#entries(session).filter(isFresh).concat(entry);
    const needsCheck = () => entries.length > 1 || pending.state !== undefined;
    while (entries.length > MAX_PENDING || (needsCheck() && isTooLarge(entries))) entries.shift();
    if (entries.length === 0) throw tooLarge();
    this.#write(session, entries);
    return entry.handle;
  }

  take(req: object, state: string | undefined, reasonToRefuse: ReasonToRefuse): PendingSignIn | RefusedState {
    if (state === undefined) return { reason: 'no_state' };
    const session = sessionOf(req);
    const entries = this.#entries(session);
    const entry = entries.find(({ handle }) => handle === state);
    if (entries.length === 0) return { reason: hasCookie(req) ? 'no_sign_in' : 'no_cookie' };
    if (!entry || this.#used.has(entry.handle)) return { reason: 'unknown' };
    if (!isFresh(entry)) return { reason: 'expired' };
    const pending = pendingOf(entry);
    const refused = reasonToRefuse(pending);
    if (refused) return refused;
    this.#markUsed(entry.handle);
    this.#write(
      session,
      entries.filter((one) => one !== entry && isFresh(one)),
    );
    return pending;
  }

  /** Remembers a state until it would have expired. The oldest are forgotten first. */
  #markUsed(handle: string): void {
    const now = Date.now();
    for (const [oldest, expires] of this.#used) {
      if (expires > now && this.#used.size < MAX_USED) break;
      this.#used.delete(oldest);
    }
    this.#used.set(handle, now + LIFETIME_MS);
  }

  /** Returns the entries that are well-formed, oldest first. */
  #entries(session: Session): Entry[] {
    const { pending } = slotOf(session, this.#key);
    return Array.isArray(pending) ? pending.filter(isEntry) : [];
  }

  #write(session: Session, entries: Entry[]): void {
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

function entryOf({
  requested,
  required,
  callbackURL,
  strategy,
  user,
  verifier,
  state,
}: PendingSignIn): Entry {
  const entry: Entry = {
    handle: randomBytes(STATE_BYTES).toString('base64url'),
    expires: Date.now() + LIFETIME_MS,
    scope: requested.join(' '),
    callbackURL,
    strategy,
  };
  if (required.length > 0) entry.required = required.join(' ');
  if (user) entry.user = user;
  if (verifier) entry.verifier = verifier;
  if (state !== undefined) entry.state = state;
  return entry;
}

function pendingOf({ scope, required = '', callbackURL, strategy, user = '', verifier, state }: Entry) {
  const pending: PendingSignIn = {
    requested: splitScopes(scope),
    required: splitScopes(required),
    callbackURL,
    strategy,
    user,
  };
  if (verifier) pending.verifier = verifier;
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

/** Returns the object under a key of the session, or an empty one. */
function slotOf(session: Session, key: string): Record<string, unknown> {
  const slot = session[key];
  return isObject(slot) ? slot : {};
}

function hasCookie(req: object): boolean {
  const { headers } = req as { headers?: { cookie?: unknown } };
  return Boolean(headers?.cookie);
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  const { handle, expires, scope, required = '', callbackURL, strategy, user = '', verifier = '' } = value;
  const texts = [handle, scope, required, callbackURL, strategy, user, verifier];
  return typeof expires === 'number' && texts.every((text) => typeof text === 'string');
}

function isFresh(entry: Entry): boolean {
  return entry.expires > Date.now();
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
