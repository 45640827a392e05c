/**
 * A store for a `TokenKeeper`: one text and one lock for each user. `testTokenStore()` tests a store of your own. Read from
 * the database that you write to: a replica that lags behind returns tokens that are revoked.
 */
export interface TokenStore {
  /**
   * Resolves with the text that is stored for this user, or with nothing. Does not wait for the lock.
   *
   * A text has less than 1 KB with tokens as Monei issues them today. Allow for 16 KB.
   */
  load(userId: string): Promise<string | null | undefined>;

  /**
   * Stores a text for this user. With `replaces`: only if that text is stored now (`null`: if nothing is stored), compared
   * and written in one step; otherwise changes nothing, and resolves with `false`. So a process that has lost its lock
   * cannot overwrite newer tokens. After an error, `save` is called again with the same text.
   */
  save(userId: string, value: string, replaces?: string | null): Promise<unknown>;

  /** Deletes the text that is stored for this user, if there is one. `replaces` is as for `save`. */
  delete(userId: string, replaces?: string): Promise<unknown>;

  /**
   * Runs `fn` while no other call, in any process, runs one for the same user, and resolves or rejects as `fn` does. Other
   * calls for the same user wait.
   *
   * `fn` takes as long as a request to Monei: usually less than a second, up to a minute if Monei is slow and the store
   * fails afterwards. Do not hold a connection or a transaction for so long. Use a lease, which its holder renews: the lock
   * has to end by itself if its holder dies.
   *
   * When `signal` aborts, the caller no longer waits: then `lock` may reject with `signal.reason`. A store may ignore it: a
   * `fn` that is called after that does nothing.
   */
  lock<T>(userId: string, fn: () => Promise<T>, options?: LockOptions): Promise<T>;
}

/** Options of `TokenStore.lock`. */
export interface LockOptions {
  /** Aborts when the caller no longer waits. */
  signal?: AbortSignal | undefined;
}
