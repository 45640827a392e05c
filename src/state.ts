import { randomBytes } from 'node:crypto';
import type { AskedScopes } from './asked-scopes.js';
import { isObject } from './is-object.js';
import type { StoredCallback } from './passport-oauth2.js';
import { splitScopes } from './scopes.js';

/** What a sign-in asked for, kept until the user comes back. */
export interface PendingAuthorization extends AskedScopes {
  /** The absolute redirect URI of the authorization request: the exchange has to repeat it. */
  callbackURL: string;
  /** The app's own state, if it gave one: any JSON value. */
  state?: unknown;
}

/** Called with whether a state is good (a string is the code verifier of PKCE), and the sign-in that it belongs to. */
export type RedeemedCallback = (
  error: unknown,
  ok?: boolean | string,
  pending?: PendingAuthorization,
) => void;

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
  /** The app's own. */
  state?: unknown,
];

const ENTRY_TYPES = ['string', 'number', 'string', 'string', 'string', 'string'];

/** How long the user may take at Monei, in milliseconds. */
const LIFETIME = 60 * 60 * 1000;

/** How many sign-ins one session may have open (tabs). */
const MAX_PENDING = 10;

/**
 * How many bytes of JSON they may take. Where the session itself is a cookie, in base64, they have to leave room for
 * who is logged in: a cookie of more than 4096 bytes is dropped by browsers without a word, and the login with it.
 */
const MAX_BYTES = 2900;

/**
 * Where other strategies keep what they need to finish a sign-in: passport-oauth2 under `oauth2:` and the host,
 * passport-oauth1 under `oauth`, strategies that extend it under `oauth:` and a name.
 */
const PENDING_KEY = /^oauth(2?:|$)/;

/** What they keep there, beside our own `pending`. Anything else under such a key is the app's. */
const PENDING_FIELDS = ['pending', 'state', 'oauth_token', 'oauth_token_secret'];

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
    const handle = randomHandle();
    const entry: Entry = [
      handle,
      Date.now() + LIFETIME,
      pending.requested.join(' '),
      pending.required.map((scope) => pending.requested.indexOf(scope)).join(' '),
      pending.callbackURL,
      verifier ?? '',
    ];
    if (pending.state !== undefined) entry.push(pending.state);
    const entries = this.#entries(session).concat([entry]); // A list that was pushed to has room to spare.
    while (entries.length > MAX_PENDING || isTooLarge(entries)) entries.shift();
    if (entries.length === 0) return done(tooLarge());
    this.#keep(session, entries);
    done(null, handle);
  }

  /** Takes the pending authorization with this state out of the session, if it is there and still good. */
  verify(req: object, handle: string, _meta: unknown, done: RedeemedCallback): void {
    const session = sessionOf(req);
    if (!session) return done(noSession());
    const entries = this.#entries(session);
    const entry = entries.find(([known]) => known === handle);
    if (!entry) return done(null, false);
    this.#keep(
      session,
      entries.filter((one) => one !== entry),
    );
    const [, , scopes, required, callbackURL, verifier, state] = entry;
    const requested = splitScopes(scopes);
    const places = required.split(' ');
    const pending: PendingAuthorization = {
      requested,
      required: requested.filter((_, place) => places.includes(String(place))),
      callbackURL,
    };
    if (state !== undefined) pending.state = state;
    done(null, verifier || true, pending);
  }

  /**
   * Lets the sign-ins that are still open survive the login that is about to happen, those at other providers too.
   * Passport regenerates the session on login, against fixation, which would send every other tab into an unknown
   * state. Only what these sign-ins need to be finished moves on.
   *
   * The price: someone who could plant a session in the browser before this login can still finish, after it, a
   * sign-in that they prepared in there. Before the login they could do the same. It is more only where finishing
   * links an account to the user who is logged in by then: an app has to check that this user is the one who started.
   */
  keepThroughLogin(req: object): void {
    const session = sessionOf(req);
    const regenerate = session?.regenerate;
    if (!session || typeof regenerate !== 'function') return;
    const open = this.#openSignIns(session);
    if (open.length === 0) return;
    const keep = () => {
      const next = sessionOf(req);
      if (!next) return;
      for (const [key, kept] of open) next[key] = { ...slotOf(next, key), ...kept };
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
    // Does not throw: a login is worth more than other tabs, where the method can't be replaced.
    Reflect.defineProperty(session, 'regenerate', { value: carryOver, configurable: true, writable: true });
  }

  /** What the session holds of sign-ins that are open, anyone's, by the key that it lies under. */
  #openSignIns(session: Record<string, unknown>): [key: string, kept: Record<string, unknown>][] {
    const keys = Object.keys(session).filter((key) => key === this.#key || PENDING_KEY.test(key));
    return keys.flatMap((key) => {
      const kept = Object.entries(slotOf(session, key)).filter(([field]) => PENDING_FIELDS.includes(field));
      return kept.length > 0 ? [[key, Object.fromEntries(kept)]] : [];
    });
  }

  /** A list of the entries that are well-formed and not expired, oldest first. */
  #entries(session: Record<string, unknown>): Entry[] {
    const { pending } = slotOf(session, this.#key);
    if (!Array.isArray(pending)) return [];
    const now = Date.now();
    return pending.filter((one) => isEntry(one) && one[1] > now);
  }

  /** Replaces the entries, and leaves what else lies under the key: another strategy may use the same. */
  #keep(session: Record<string, unknown>, entries: Entry[]): void {
    const slot = slotOf(session, this.#key);
    const isOurs = Object.keys(slot).every((field) => field === 'pending');
    if (!isOurs) {
      const { pending, ...others } = slot;
      session[this.#key] = { ...others, ...(entries.length > 0 && { pending: entries }) };
    } else if (entries.length > 0) session[this.#key] = { pending: entries };
    else delete session[this.#key];
  }
}

/** Random bytes for the next handles, because fetching them is slow; and how many of them were used. */
let random = Buffer.alloc(0);
let used = 0;

/** A random text. Its bytes are used for nothing else, and wiped, so that a copy of the memory tells no old handle. */
function randomHandle(): string {
  if (used === random.length) {
    random = randomBytes(HANDLE_BYTES * 64);
    used = 0;
  }
  const bytes = random.subarray(used, used + HANDLE_BYTES);
  used += HANDLE_BYTES;
  const handle = bytes.toString('base64url');
  bytes.fill(0);
  return handle;
}

function sessionOf(req: object): Record<string, unknown> | undefined {
  const { session } = req as { session?: unknown };
  return isObject(session) ? session : undefined;
}

/** What lies under a key of the session, if it is something with fields. */
function slotOf(session: Record<string, unknown>, key: string): Record<string, unknown> {
  const slot = session[key];
  return isObject(slot) ? slot : {};
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && ENTRY_TYPES.every((type, place) => typeof value[place] === type);
}

function isTooLarge(entries: Entry[]): boolean {
  const [first] = entries;
  // Most often there is one, and it is small, even if JSON should have to escape all of its URL: no need to count.
  if (entries.length === 1 && first?.length === 6 && first[2].length + 6 * first[4].length < MAX_BYTES / 2) {
    return false;
  }
  return Buffer.byteLength(JSON.stringify(entries)) > MAX_BYTES;
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
