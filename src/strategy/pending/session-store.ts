import { randomBytes } from 'node:crypto';
import { isObject } from '../../internal/is-object.js';
import { splitScopes } from '../../scopes/syntax.js';
import type { PendingSignIn, PendingStore, RefusedState, RefuseSignIn } from './pending-sign-in.js';

/** A pending sign-in in the session. Scopes are one string, and empty fields are absent, so that a cookie holds ten. */
interface Entry {
  /** The `state` parameter that Monei sends back. */
  handle: string;
  /** Milliseconds since the epoch. */
  expires: number;
  scope: string;
  required?: string;
  callbackURL: string;
  strategy: string;
  user?: string;
  verifier?: string;
  /** The app's own state. */
  state?: unknown;
}

/** The size of a state in bytes. RFC 6749 §10.10 requires at least 128 bits. These are 144. */
const STATE_BYTES = 18;

/** The time that the user has at Monei, in milliseconds. */
const LIFETIME_MS = 60 * 60 * 1000;

/** The largest number of pending sign-ins in one session. Each tab of a browser can have one. */
const MAX_PENDING = 10;

/**
 * The largest size of all pending sign-ins of a session as JSON, in bytes. A session cookie holds them in base64,
 * beside the login. Browsers drop a cookie of more than 4096 bytes without an error.
 */
const MAX_BYTES = 2900;

/** The largest number of used states that a process remembers. */
const MAX_USED = 10_000;

/**
 * The states that this process has accepted, with their expiry: concurrent requests may read the same session. One list
 * for all strategies, because those with equal options accept the same states.
 */
const usedStates = new Map<string, number>();

type Session = Record<string, unknown>;

/**
 * Stores pending sign-ins in the session, each under a random state (RFC 6749 §10.12). Drops the oldest if there are
 * too many.
 *
 * Ignores entries of another shape: the browser can change the content of an unsigned cookie.
 */
export class SessionStore implements PendingStore {
  readonly #key: string;

  /** @param key the property of the session that holds the pending sign-ins */
  constructor(key: string) {
    this.#key = key;
  }

  add(req: object, pending: PendingSignIn): string {
    const session = sessionOf(req);
    const entry = entryOf(pending);
    const entries = this.#entries(session).filter(isFresh).concat(entry);
    // A single sign-in is too large only if it has the app's own state, which the app can make smaller.
    const canShrink = () => entries.length > 1 || pending.state !== undefined;
    while (entries.length > MAX_PENDING || (canShrink() && isTooLarge(entries))) entries.shift();
    if (entries.length === 0) throw tooLargeError();
    this.#write(session, entries);
    return entry.handle;
  }

  take(req: object, state: string | undefined, refuse: RefuseSignIn): PendingSignIn | RefusedState {
    if (state === undefined) return { reason: 'no_state' };
    const session = sessionOf(req);
    const entries = this.#entries(session);
    const entry = entries.find(({ handle }) => handle === state);
    if (entries.length === 0) return { reason: hasCookie(req) ? 'no_sign_in' : 'no_cookie' };
    if (!entry || isUsed(entry.handle)) return { reason: 'unknown' };
    if (!isFresh(entry)) return { reason: 'expired' };
    const pending = pendingOf(entry);
    const refused = refuse(pending);
    if (refused) return refused;
    markUsed(entry.handle);
    this.#write(
      session,
      entries.filter((one) => one !== entry && isFresh(one)),
    );
    return pending;
  }

  /** Returns the well-formed entries, oldest first. */
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

function isUsed(handle: string): boolean {
  const expires = usedStates.get(handle);
  return expires !== undefined && expires > Date.now();
}

/** Remembers a state for as long as a session can hold it. Forgets the oldest states first. */
function markUsed(handle: string): void {
  const now = Date.now();
  for (const [oldest, expires] of usedStates) {
    if (expires > now && usedStates.size < MAX_USED) break;
    usedStates.delete(oldest);
  }
  usedStates.set(handle, now + LIFETIME_MS);
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

/** Returns the session of a request, or throws an error that says how to get one. */
function sessionOf(req: object): Session {
  const { session } = req as { session?: unknown };
  if (isObject(session)) return session;
  throw new Error(
    'passport-monei: this request has no session, which pending sign-ins are stored in. Use session middleware, such ' +
      'as express-session, before passport.authenticate(), and check that its store is reachable.',
  );
}

/** Returns the object under a key of the session, or an empty object. */
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
  const strings = [handle, scope, required, callbackURL, strategy, user, verifier];
  return typeof expires === 'number' && strings.every((one) => typeof one === 'string');
}

function isFresh(entry: Entry): boolean {
  return entry.expires > Date.now();
}

function isTooLarge(entries: Entry[]): boolean {
  return Buffer.byteLength(JSON.stringify(entries)) > MAX_BYTES;
}

function tooLargeError(): Error {
  return new TypeError(
    `passport-monei: a pending sign-in has more than ${MAX_BYTES} bytes. Pass less in \`state\`: store the data in the ` +
      'session under a key of your own, and pass that key.',
  );
}
