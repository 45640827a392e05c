import { setTimeout as wait } from 'node:timers/promises';
import { type OpenedTokens, type StoredTokens, TokenSealer } from './encryption.js';
import { SharedWork } from './shared-work.js';
import type { LockOptions, TokenStore } from './stores/token-store.js';

/** Delays before a failed write is retried, in milliseconds. */
const WRITE_RETRY_DELAYS_MS = [100, 500, 2_000, 5_000, 10_000];

/** The same for refreshed tokens, in milliseconds. There are fewer, because this process can use the tokens already. */
const REFRESHED_RETRY_DELAYS_MS = WRITE_RETRY_DELAYS_MS.slice(0, 3);

/** The time between two attempts to store tokens after all retries of a write failed, in milliseconds. */
const REWRITE_INTERVAL_MS = 10_000;

/** New tokens that this process could not store yet. */
interface Unwritten {
  tokens: StoredTokens;
  /** The tokens in the store that the new ones replace. Monei has revoked them. */
  replaces: StoredTokens;
}

/**
 * Reads and writes tokens in the store, encrypted. If the store fails, keeps new tokens in memory, and writes them as
 * soon as the store works and still has the tokens that they replace.
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
   * @param revoke revokes tokens that cannot be stored, because the store has others. Never rejects.
   * @throws {TypeError} if `keys` are invalid, or if there are keys and no client ID
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

  /** Returns the user's tokens. Stores them again if they are in memory only, or encrypted with an old key. */
  async read(userId: string): Promise<StoredTokens | undefined> {
    const value = await this.load(userId);
    const opened = value ? this.open(userId, value) : undefined;
    // The caller can use the tokens even if this write fails.
    if (opened?.outdated || this.#unwritten.has(userId)) await this.#rewrite(userId).catch(() => {});
    return opened?.tokens;
  }

  /** Returns the text that the store has for this user. */
  async load(userId: string): Promise<string | undefined> {
    return (await this.#store.load(userId)) ?? undefined;
  }

  /**
   * Returns the text that the store has for this user, and revokes tokens that can no longer be stored. Call it under
   * the lock. Without it, this call could load an older text, and revoke tokens that another call is about to store.
   */
  async loadLocked(userId: string): Promise<string | undefined> {
    const value = await this.load(userId);
    const unwritten = this.#unwritten.get(userId);
    if (!unwritten) return value;
    const stored = this.#openIfReadable(userId, value);
    if (isSame(stored, unwritten.replaces)) return value;
    // If the store has the new tokens, a write succeeded whose response was lost.
    if (isSame(stored, unwritten.tokens)) this.#unwritten.delete(userId);
    else await this.revokeUnwritten(userId);
    return value;
  }

  /**
   * Returns the user's tokens from the stored text `value`, or the new ones in memory that replace them.
   *
   * @throws {Error} if none of the keys decrypts the text
   */
  open(userId: string, value: string): OpenedTokens {
    const opened = this.#sealer.open(userId, value);
    const unwritten = this.#unwritten.get(userId);
    if (!unwritten || !isSame(opened.tokens, unwritten.replaces)) return opened;
    return { tokens: unwritten.tokens, outdated: true };
  }

  /**
   * Stores refreshed tokens in place of `replaces`, if the store still has the text `value`. If it has another one by
   * now, revokes the refreshed tokens and returns `false`. If the store fails, they stay in memory.
   */
  async storeRefreshed(
    userId: string,
    value: string,
    replaces: StoredTokens,
    tokens: StoredTokens,
  ): Promise<boolean> {
    // Before the write, so that calls in this process that read the old text get the new tokens.
    const stored = this.#unwritten.get(userId)?.replaces ?? replaces;
    this.#unwritten.set(userId, { tokens, replaces: stored });
    try {
      if (await this.replace(userId, value, tokens, REFRESHED_RETRY_DELAYS_MS)) {
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

  /** Stores tokens if the store has the text `value` (`null`: no text). Returns whether they are stored now. */
  async replace(
    userId: string,
    value: string | null,
    tokens: StoredTokens,
    delaysMs = WRITE_RETRY_DELAYS_MS,
  ): Promise<boolean> {
    const sealed = this.#sealer.seal(userId, tokens);
    if ((await retryWrite(() => this.#store.save(userId, sealed, value), delaysMs)) !== false) return true;
    // The response to a first attempt may have been lost, or two keepers store the tokens of one shared refresh.
    return isSame(this.#openIfReadable(userId, await this.load(userId)), tokens);
  }

  /**
   * Deletes the text `value`, and the tokens in memory that replace it. Returns `false` if the store has another text
   * by now.
   */
  async delete(userId: string, value: string): Promise<boolean> {
    const isDeleted = (await retryWrite(() => this.#store.delete(userId, value))) !== false;
    this.#unwritten.delete(userId);
    return isDeleted;
  }

  /** Revokes new tokens in memory, because the store has others. */
  async revokeUnwritten(userId: string): Promise<void> {
    const unwritten = this.#unwritten.get(userId);
    this.#unwritten.delete(userId);
    if (unwritten) await this.#revoke(userId, unwritten.tokens);
  }

  /** Tries to store the tokens in memory at intervals, until they are stored or the store has others. */
  #writeLater(userId: string): void {
    if (this.#timers.has(userId)) return;
    const write = async () => {
      this.#timers.delete(userId);
      await this.#rewrite(userId).catch(() => {});
      if (this.#unwritten.has(userId)) this.#writeLater(userId);
    };
    // The timer does not keep the process alive.
    this.#timers.set(userId, setTimeout(write, REWRITE_INTERVAL_MS).unref());
  }

  /** Stores the tokens again if they are outdated. Takes the lock, because a store may ignore `replaces`. */
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
      return undefined; // Another process stored a text that this one cannot read.
    }
  }
}

/** Whether both are the same tokens. */
function isSame(one: StoredTokens | undefined, other: StoredTokens): boolean {
  return one?.accessToken === other.accessToken && one.refreshToken === other.refreshToken;
}

/** Repeats a write while the store fails. Rejects with the error of the last attempt. */
async function retryWrite<T>(write: () => Promise<T>, delaysMs = WRITE_RETRY_DELAYS_MS): Promise<T> {
  for (const pauseMs of delaysMs) {
    try {
      return await write();
    } catch {
      await wait(pauseMs);
    }
  }
  return write();
}
