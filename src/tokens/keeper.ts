import { setTimeout as wait } from 'node:timers/promises';
import type { MoneiTokens } from '../connect/answers.js';
import type { MoneiConnect } from '../connect/connect.js';
import { MoneiConnectError } from '../connect/errors.js';
import { ReconnectRequiredError } from './reconnect-required-error.js';
import { type KeptTokens, TokenSealer } from './sealed-tokens.js';
import type { TokenStore } from './token-store.js';

/** What `accessToken` gives is good for this long at least, in milliseconds. */
const MARGIN = 60_000;

/** A new pair exists nowhere but here: a store that fails is asked again after these times, in milliseconds. */
const WRITE_AGAIN_AFTER = [100, 500, 2_000, 5_000, 10_000];

/** What is stored changes under a lock only where that was lost. This often it is looked at again. */
const MAX_ROUNDS = 3;

/** Options of `TokenKeeper`. */
export interface TokenKeeperOptions {
  /** Calls Monei: `strategy.connect`, or a `MoneiConnect` of your own in a worker. */
  connect: Pick<MoneiConnect, 'refresh' | 'revoke'>;
  /** Where the tokens are kept: `redisStore()`, a store of your own, or `memoryStore()` for development. */
  store: TokenStore;
  /**
   * Encrypts what is stored (AES-256-GCM): buffers of 32 bytes. The first one encrypts, all decrypt. Without keys,
   * tokens are stored as they are.
   */
  keys?: readonly Uint8Array[] | undefined;
  /** Told when tokens were given up here, but Monei did not confirm that they are revoked. Default: nobody is. */
  onRevocationError?: ((error: unknown, userId: string) => unknown) | undefined;
}

/** What a sign-in brought. A `MoneiTokens` will do. */
export interface TokensToKeep extends Pick<MoneiTokens, 'accessToken' | 'refreshToken'> {
  /** The life of the access token from now, in seconds: `params.expires_in` in a verify function. */
  expiresIn: number;
  /** When it expires, if that is known: the earlier of both counts. */
  expiresAt?: Date | undefined;
  /** What the tokens can do: `profile.grant.granted` in a verify function. */
  scopes: readonly string[];
}

/**
 * Keeps users' tokens usable after they signed in, in any number of processes that share a store.
 *
 * Monei kills the old pair at every refresh, so two refreshes at once lock a user out: here, one process refreshes
 * while the others wait for its result. Errors of the store's own are passed on.
 *
 * Source: docs.monei.cc/connect/tokens.
 */
export class TokenKeeper {
  readonly #connect: TokenKeeperOptions['connect'];
  readonly #store: TokenStore;
  readonly #sealer: TokenSealer;
  readonly #onRevocationError: NonNullable<TokenKeeperOptions['onRevocationError']>;
  /** What this process is waiting for: who comes meanwhile for the same waits with it. */
  readonly #renewals = new Map<string, Promise<string>>();

  /** @throws {TypeError} naming the option that is missing or wrong */
  constructor(options: TokenKeeperOptions) {
    const { connect, store, keys, onRevocationError = () => {} }: Partial<TokenKeeperOptions> = options ?? {};
    this.#connect = withMethods('connect', connect, ['refresh', 'revoke']);
    this.#store = withMethods('store', store, ['load', 'save', 'delete', 'lock']);
    this.#sealer = new TokenSealer(keys);
    if (typeof onRevocationError !== 'function') throw wrong('onRevocationError', 'a function');
    this.#onRevocationError = onRevocationError;
  }

  /**
   * Keeps the tokens of a sign-in. They replace what was kept for this user.
   *
   * @param userId the app's own id for the user, or `profile.id`
   * @throws {TypeError} when something is missing or of the wrong type
   */
  async save(userId: string, tokens: TokensToKeep): Promise<void> {
    const kept = keptTokens(tokens);
    const value = this.#sealer.seal(checkUserId(userId), kept);
    // Behind a refresh that is under way, which would write over it.
    await this.#locked(userId, async () => {
      const before = (await this.#store.load(userId)) ?? null;
      if (!(await this.#replace(userId, before, value))) await this.#revoke(userId, kept.accessToken);
    });
  }

  /** The scopes that this user's tokens carry; none when there are no tokens. Goes well with `requireScopes`. */
  async scopes(userId: string): Promise<string[]> {
    const value = await this.#store.load(checkUserId(userId));
    return value ? this.#sealer.open(userId, value).scopes : [];
  }

  /**
   * An access token with at least 60 s of its life left, unless Monei issues shorter-lived ones. Refreshes when that is
   * needed: once, no matter how many processes ask at the same time. A refresh kills the old token, so one that was given
   * out shortly before somebody else needed a new one may end sooner: when Monei's API answers 401, ask again, once.
   *
   * @param options `refused`: the token that Monei's API answered 401 to. If it is still the one that is stored, it is
   * refreshed, which tells whether the user took the access back.
   * @throws {ReconnectRequiredError} when nothing is stored, or when Monei refuses the refresh token. After a 401, nothing
   * is stored any more.
   * @throws {MoneiConnectError} when Monei could not be asked: the stored tokens stay
   */
  async accessToken(userId: string, { refused }: { refused?: string | undefined } = {}): Promise<string> {
    const tokens = await this.#read(checkUserId(userId));
    if (!tokens) throw new ReconnectRequiredError();
    return isGood(tokens, refused) ? tokens.accessToken : this.#renewOnce(userId, refused);
  }

  /**
   * Revokes a user's tokens at Monei and deletes them. They are deleted even if Monei can't be reached; whoever has to
   * know gives `onRevocationError`.
   */
  async forget(userId: string): Promise<void> {
    checkUserId(userId);
    await this.#locked(userId, async () => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const value = await this.#store.load(userId);
        if (!value) return;
        await this.#revoke(userId, () => this.#sealer.open(userId, value).accessToken);
        // Where the lock was lost meanwhile, a newer pair may be stored, which has to be revoked as well.
        if ((await persist(() => this.#store.delete(userId, value))) !== false) return;
      }
      throw restless();
    });
  }

  async #read(userId: string): Promise<KeptTokens | undefined> {
    const value = await this.#store.load(userId);
    return value ? this.#sealer.open(userId, value) : undefined;
  }

  /** Waits with whoever in this process waits for the same. */
  async #renewOnce(userId: string, refused: string | undefined): Promise<string> {
    const same = JSON.stringify([userId, refused]);
    const running = this.#renewals.get(same);
    if (running) return running;
    const renewal = this.#locked(userId, () => this.#renew(userId, refused));
    this.#renewals.set(same, renewal);
    try {
      return await renewal;
    } finally {
      this.#renewals.delete(same);
    }
  }

  /** To be called under the lock. */
  async #renew(userId: string, refused: string | undefined): Promise<string> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const value = await this.#store.load(userId);
      if (!value) throw new ReconnectRequiredError();
      const old = this.#sealer.open(userId, value);
      // Whoever had the lock before has done it.
      if (isGood(old, refused)) return old.accessToken;

      const tokens = await this.#refresh(userId, old, value);
      if (!tokens) continue;
      const renewed = this.#sealer.seal(userId, keptTokens(tokens));
      if (await this.#replace(userId, value, renewed)) return tokens.accessToken;
      // The user signed in again, or disconnected, while this process had lost the lock. What they did last holds.
      await this.#revoke(userId, tokens.accessToken);
    }
    throw restless();
  }

  /** A new pair, or nothing when Monei refuses this one and another is stored by now. */
  async #refresh(
    userId: string,
    { refreshToken }: KeptTokens,
    value: string,
  ): Promise<MoneiTokens | undefined> {
    try {
      return await this.#connect.refresh(refreshToken);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const isFinal = error.code === 'unauthorized';
      if (isFinal && (await this.#store.delete(userId, value)) === false) return undefined;
      throw new ReconnectRequiredError({ cause: error });
    }
  }

  /** Writes `value` in the place of `before`. Returns whether it is stored now. */
  async #replace(userId: string, before: string | null, value: string): Promise<boolean> {
    if ((await persist(() => this.#store.save(userId, value, before))) !== false) return true;
    // The answer to a first try may have been lost, or another keeper of this process was given the same pair.
    const stored = await this.#read(userId).catch(() => undefined);
    return stored !== undefined && stored.accessToken === this.#sealer.open(userId, value).accessToken;
  }

  async #revoke(userId: string, accessToken: string | (() => string)): Promise<void> {
    try {
      await this.#connect.revoke(typeof accessToken === 'string' ? accessToken : accessToken());
    } catch (error) {
      // What is thrown by those who are told would keep what was given up from being deleted.
      await Promise.resolve(error)
        .then((reason) => this.#onRevocationError(reason, userId))
        .catch(() => {});
    }
  }

  /** Does not rely on the store to hand the result through. */
  async #locked<T>(userId: string, fn: () => Promise<T>): Promise<T> {
    let result: { value: T } | undefined;
    await this.#store.lock(userId, async () => {
      result = { value: await fn() };
    });
    if (!result) throw wrong('store.lock', 'a function that calls the one it is given, and waits for it');
    return (result as { value: T }).value;
  }
}

function isGood({ accessToken, expiresAt }: KeptTokens, refused: string | undefined): boolean {
  return expiresAt - Date.now() >= MARGIN && accessToken !== refused;
}

/**
 * Whether Monei said that the refresh token is no good. Its documentation says 401; 400 and 404 may also be somebody
 * else's who stands in between, so they are no reason to throw tokens away.
 */
function isRefusal(error: unknown): error is MoneiConnectError {
  return (
    error instanceof MoneiConnectError && ['bad_request', 'unauthorized', 'not_found'].includes(error.code)
  );
}

/** Does what must not fail for a moment's trouble. */
async function persist<T>(write: () => Promise<T>): Promise<T> {
  for (const pause of WRITE_AGAIN_AFTER) {
    try {
      return await write();
    } catch {
      await wait(pause);
    }
  }
  return write();
}

function keptTokens(tokens: TokensToKeep): KeptTokens {
  const { accessToken, refreshToken, expiresIn, expiresAt, scopes }: Partial<TokensToKeep> = tokens ?? {};
  return {
    accessToken: checkText('accessToken', accessToken),
    refreshToken: checkText('refreshToken', refreshToken),
    expiresAt: Math.min(Date.now() + checkSeconds(expiresIn) * 1000, checkTime(expiresAt)),
    scopes: checkScopes(scopes),
  };
}

function checkUserId(userId: unknown): string {
  // All users whose id is missing would share one pair of tokens, and so would those with halves of a character in it.
  if (typeof userId === 'string' && userId !== '' && !/\p{Surrogate}/u.test(userId)) return userId;
  throw wrong('userId', 'a string of whole characters that is not empty. Check where it comes from');
}

function checkText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, "a string that is not empty, as a sign-in or Monei's token answer gives it");
}

function checkSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(Math.round(value * 1000))) return value;
  throw wrong('expiresIn', 'a number of seconds: `params.expires_in` in a verify function');
}

function checkTime(value: unknown): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw wrong('expiresAt', 'a valid Date, if it is given');
}

function checkScopes(value: unknown): string[] {
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return [...value];
  throw wrong('scopes', 'a list of strings: `profile.grant.granted` in a verify function');
}

function restless(): Error {
  return new Error(
    'passport-monei: the tokens of this user change faster than they can be read. Does the store read from where it writes?',
  );
}

function withMethods<T extends object>(name: string, value: T | undefined, methods: (keyof T & string)[]): T {
  const missing = methods.find((method) => typeof value?.[method] !== 'function');
  if (value && missing === undefined) return value;
  throw wrong(name, `an object with ${methods.map((method) => `\`${method}\``).join(', ')}`);
}

function wrong(name: string, what: string): TypeError {
  return new TypeError(`passport-monei: \`${name}\` must be ${what}.`);
}
