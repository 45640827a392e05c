import { setTimeout as wait } from 'node:timers/promises';
import { type OpenedTokens, type StoredTokens, TokenSealer } from './encryption.js';
import { SharedWork } from './shared-work.js';
import type { LockOptions, TokenStore } from './stores/token-store.js';

/** New tokens exist only in this process until they are stored. Delays before a failed write is repeated, in milliseconds. */
const WRITE_RETRY_DELAYS_MS = [100, 500, 2_000, 5_000, 10_000];

/** How often tokens that could not be stored are written again without a call of the app, in milliseconds. */
const REWRITE_INTERVAL_MS = 10_000;

/** New tokens that are not in the store, as far as this process knows. */
interface Unwritten {
  tokens: StoredTokens;
  /** The tokens in the store that they replace. Monei no longer accepts these. */
  replaces: StoredTokens;
}

/**
 * Reads and writes tokens in the store, encrypted. Keeps tokens that the store could not take in memory, and writes them as
 * soon as it works and still holds the tokens that they replace.
 */
export class EncryptedStore {
  readonly #store: TokenStore;
  readonly #sealer: TokenSealer;
  readonly #revoke: (userId: string, tokens: StoredTokens) => Promise<void>;
  readonly #unwritten = new Map<string, Unwritten>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #rewrites = new SharedWork();

  /**
   * @param keys see `TokenKeeperOptions`
   * @param revoke revokes tokens that cannot be stored, because others took their place. Never rejects.
   * @throws {TypeError} if `keys` are invalidValueError, or if there are keys and no client ID
   */
  constructor(
    store: TokenStore,
    keys: unknown,
    clientID: unknown,
    revoke: (userId: string, tokens: StoredTokens) => Promise<void>,
  ) {
    this.#store = store;
    this.#sealer = new TokenSealer(keys, clientID);
    this.#revoke = revoke;
  }

  /** Runs `fn` under the store's lock for this user. */
  lock<T>(userId: string, fn: () => Promise<T>, options?: LockOptions): Promise<T> {
    return this.#store.lock(userId, fn, options);
  }

  /** Returns the user's tokens. Stores them again if they are not stored as they should be. */
  async read(userId: string): Promise<StoredTokens | undefined> {
    const value = await this.load(userId);
    const opened = value ? this.open(userId, value) : undefined;
    // The tokens are good for the caller, whether this succeeds or not.
    if (opened?.outdated || this.#unwritten.has(userId)) await this.#rewrite(userId).catch(() => {});
    return opened?.tokens;
  }

  /** Returns the text that the store has for this user. */
  async load(userId: string): Promise<string | undefined> {
    return (await this.#store.load(userId)) ?? undefined;
  }

  /**
   * Returns the text that the store has for this user, and revokes tokens that can no longer be stored. Only under the lock:
   * without it, another call of this process may store tokens between the two.
   */
  async loadLocked(userId: string): Promise<string | undefined> {
    const value = await this.load(userId);
    const unwritten = this.#unwritten.get(userId);
    if (!unwritten) return value;
    const stored = this.#openIfReadable(userId, value);
    if (isSame(stored, unwritten.replaces)) return value;
    // If the store holds the tokens themselves, a write succeeded whose response was lost.
    if (isSame(stored, unwritten.tokens)) this.#unwritten.delete(userId);
    else await this.revokeUnwritten(userId);
    return value;
  }

  /**
   * Returns the user's tokens, where the store has `value` for them.
   *
   * @throws {Error} if none of the keys opens them
   */
  open(userId: string, value: string): OpenedTokens {
    const opened = this.#sealer.open(userId, value);
    const unwritten = this.#unwritten.get(userId);
    if (!unwritten || !isSame(opened.tokens, unwritten.replaces)) return opened;
    return { tokens: unwritten.tokens, outdated: true };
  }

  /**
   * Writes new tokens in the place of `replaces`, for which the store has the text `value`. If the store fails, they stay in
   * memory. If the store has another text by now, revokes them and returns `false`.
   */
  async keep(userId: string, value: string, replaces: StoredTokens, tokens: StoredTokens): Promise<boolean> {
    // Set before the write: calls that read the old text from now on get the new tokens.
    const stored = this.#unwritten.get(userId)?.replaces ?? replaces;
    this.#unwritten.set(userId, { tokens, replaces: stored });
    try {
      if (await this.replace(userId, value, tokens)) {
        this.#unwritten.delete(userId);
        return true;
      }
    } catch {
      this.#writeLater(userId);
      return true;
    }
    await this.revokeUnwritten(userId);
    return false;
  }

  /** Writes tokens in the place of the text `value` (`null`: of nothing). Returns whether they are stored now. */
  async replace(userId: string, value: string | null, tokens: StoredTokens): Promise<boolean> {
    const sealed = this.#sealer.seal(userId, tokens);
    if ((await retry(() => this.#store.save(userId, sealed, value))) !== false) return true;
    // The response to a first try may have been lost, or two keepers share one response of Monei.
    return isSame(this.#openIfReadable(userId, await this.load(userId)), tokens);
  }

  /**
   * Deletes the text `value`, and the tokens in memory that replace it: Monei accepts neither any more. Returns `false` if the
   * store has another text by now.
   */
  async delete(userId: string, value: string): Promise<boolean> {
    const isDeleted = (await retry(() => this.#store.delete(userId, value))) !== false;
    this.#unwritten.delete(userId);
    return isDeleted;
  }

  /** Revokes tokens of this user that could not be stored, because the store has others now. */
  async revokeUnwritten(userId: string): Promise<void> {
    const unwritten = this.#unwritten.get(userId);
    this.#unwritten.delete(userId);
    if (unwritten) await this.#revoke(userId, unwritten.tokens);
  }

  /** Tries to store the tokens of `#unwritten` at intervals, until they are stored or others took their place. */
  #writeLater(userId: string): void {
    if (this.#timers.has(userId)) return;
    const write = async () => {
      this.#timers.delete(userId);
      await this.#rewrite(userId).catch(() => {});
      if (this.#unwritten.has(userId)) this.#writeLater(userId);
    };
    // A process may end while its store is down.
    this.#timers.set(userId, setTimeout(write, REWRITE_INTERVAL_MS).unref());
  }

  /** Stores the same tokens as they should be stored today. Under the lock, for stores that do not compare. */
  async #rewrite(userId: string): Promise<void> {
    await this.#rewrites.run([userId], () =>
      this.lock(userId, async () => {
        const value = await this.loadLocked(userId);
        if (!value) return;
        const { tokens, outdated } = this.open(userId, value);
        if (!outdated) return;
        await this.#store.save(userId, this.#sealer.seal(userId, tokens), value);
        await this.loadLocked(userId);
      }),
    );
  }

  #openIfReadable(userId: string, value: string | undefined): StoredTokens | undefined {
    try {
      return value ? this.#sealer.open(userId, value).tokens : undefined;
    } catch {
      return undefined; // This process did not store it.
    }
  }
}

function isSame(one: StoredTokens | undefined, other: StoredTokens): boolean {
  return one?.accessToken === other.accessToken && one.refreshToken === other.refreshToken;
}

/** Repeats a write while the store fails. Rejects with the error of the last try. */
async function retry<T>(write: () => Promise<T>): Promise<T> {
  for (const pauseMs of WRITE_RETRY_DELAYS_MS) {
    try {
      return await write();
    } catch {
      await wait(pauseMs);
    }
  }
  return write();
}
