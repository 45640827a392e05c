import { randomBytes } from 'node:crypto';
import type { AskedScopes } from './asked-scopes.js';
import { isObject } from './is-object.js';
import type { LoadedCallback, StoredCallback } from './passport-oauth2.js';
import { splitScopes } from './scopes.js';

/** What a sign-in asked for, kept until the user comes back. */
export interface PendingAuthorization extends AskedScopes {
  /** The absolute redirect URI of the authorization request: the exchange has to repeat it. */
  callbackURL: string;
  /** The app's own state, if it gave one: any JSON value. */
  state?: unknown;
}

/** A pending authorization as it lies in the session: flat, with scopes as one string, because ten have to fit. */
interface Entry {
  handle: string;
  /** Milliseconds since the epoch. */
  expires: number;
  requested: string;
  /** The places of the required scopes among those requested. */
  required: string;
  callbackURL: string;
  verifier?: string;
  state?: unknown;
}

/** How long the user may take at Monei, in milliseconds. */
const LIFETIME = 60 * 60 * 1000;

/** How many sign-ins one session may have open (tabs), and how many bytes of JSON they may take. */
const MAX_PENDING = 10;
const MAX_BYTES = 3900;

/** 144 bits: RFC 6749 §10.10 asks that guessing succeed with less than 2^-128. */
const HANDLE_BYTES = 18;

/**
 * Pending authorizations in the session, by a random state (RFC 6749 §10.12): several at once, each for one use
 * within an hour. The oldest makes way when there are too many.
 *
 * A state store as passport-oauth2 defines it. The session's content is not trusted to have the right shape: with
 * unsigned cookies it comes from the browser.
 */
export class SessionStateStore {
  readonly #key: string;

  /** @param key the property of the session to keep them under */
  constructor(key: string) {
    this.#key = key;
  }

  /** Keeps `pending` (and the PKCE verifier, if there is one) and calls back with a fresh state. */
  store(
    req: object,
    verifier: string | undefined,
    pending: PendingAuthorization,
    _meta: unknown,
    done: StoredCallback,
  ): void {
    const session = sessionOf(req);
    if (!session) return done(noSession());
    const entry: Entry = {
      handle: randomBytes(HANDLE_BYTES).toString('base64url'),
      expires: Date.now() + LIFETIME,
      requested: pending.requested.join(' '),
      required: pending.required.map((scope) => pending.requested.indexOf(scope)).join(' '),
      callbackURL: pending.callbackURL,
      ...(verifier !== undefined && { verifier }),
      ...(pending.state !== undefined && { state: pending.state }),
    };
    const entries = [...this.#entries(session), entry].slice(-MAX_PENDING);
    while (jsonBytes(entries) > MAX_BYTES) entries.shift();
    if (entries.length === 0) return done(tooLarge());
    this.#keep(session, entries);
    done(null, entry.handle);
  }

  /** Takes the pending authorization with this state out of the session, if it is there and still good. */
  verify(req: object, handle: string, _meta: unknown, done: LoadedCallback): void {
    const session = sessionOf(req);
    if (!session) return done(noSession());
    const entries = this.#entries(session);
    const entry = entries.find((one) => one.handle === handle);
    if (!entry) return done(null, false);
    this.#keep(
      session,
      entries.filter((one) => one !== entry),
    );
    const { callbackURL, state } = entry;
    const requested = splitScopes(entry.requested);
    const places = new Set(entry.required.split(' '));
    const pending: PendingAuthorization = {
      requested,
      required: requested.filter((_, place) => places.has(String(place))),
      callbackURL,
      ...(state !== undefined && { state }),
    };
    done(null, entry.verifier ?? true, pending);
  }

  /**
   * Lets what is still pending survive the login that is about to happen. Passport regenerates the session on
   * login, against fixation, which would send every other tab into an unknown state. Only these entries move on.
   *
   * The price: someone who could plant a session in the browser before this login can still finish, after it, a
   * sign-in that they prepared in there. Before the login they could do the same, and worse.
   */
  keepThroughLogin(req: object): void {
    const session = sessionOf(req);
    const regenerate = session?.regenerate;
    if (!session || typeof regenerate !== 'function') return;
    const entries = this.#entries(session);
    if (entries.length === 0) return;
    const keep = () => {
      const next = sessionOf(req);
      if (next) this.#keep(next, entries);
    };
    // Called with a callback by Passport, and for a promise by the Passport of other frameworks.
    const carryOver = (...args: unknown[]) => {
      Object.defineProperty(session, 'regenerate', { value: regenerate });
      const done = args.at(-1);
      if (typeof done !== 'function') return Promise.resolve(regenerate.apply(session, args)).then(keep);
      return regenerate.call(session, ...args.slice(0, -1), (error?: unknown) => {
        if (!error) keep();
        done(error);
      });
    };
    Object.defineProperty(session, 'regenerate', { value: carryOver, configurable: true, writable: true });
  }

  /** The entries that are well-formed and not expired, oldest first. */
  #entries(session: Record<string, unknown>): Entry[] {
    const slot = session[this.#key];
    const pending = isObject(slot) ? slot.pending : undefined;
    return Array.isArray(pending) ? pending.filter((one) => isEntry(one) && one.expires > Date.now()) : [];
  }

  /** Replaces the entries, and leaves what else lies under the key: another strategy may use the same. */
  #keep(session: Record<string, unknown>, entries: Entry[]): void {
    const slot = session[this.#key];
    const { pending: _, ...others } = isObject(slot) ? slot : {};
    if (entries.length > 0) session[this.#key] = { ...others, pending: entries };
    else if (Object.keys(others).length > 0) session[this.#key] = others;
    else delete session[this.#key];
  }
}

function sessionOf(req: object): Record<string, unknown> | undefined {
  const { session } = req as { session?: unknown };
  return isObject(session) ? session : undefined;
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  const { handle, expires, requested, required, callbackURL, verifier } = value;
  const texts = [handle, requested, required, callbackURL, verifier ?? ''];
  return typeof expires === 'number' && texts.every((text) => typeof text === 'string');
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function noSession(): Error {
  return new Error(
    'passport-monei: there is no session on this request, and sign-ins are kept there. Use session middleware ' +
      '(express-session, say) before passport.authenticate(), and check that its store is reachable.',
  );
}

function tooLarge(): Error {
  return new TypeError(
    `passport-monei: a sign-in takes more than ${MAX_BYTES} bytes in the session. Pass less in \`state\`: keep the ` +
      'data in the session under a key of your own, and pass that key.',
  );
}
