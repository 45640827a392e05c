/**
 * A store for a `TokenKeeper`, with one text and one lock for each user. `testTokenStore()` tests a store of your own.
 * It must not read from a replica, which may return revoked tokens.
 */
export interface TokenStore {
  /**
   * Resolves with the text that is stored for this user, or with `null` or `undefined`. Does not wait for the lock.
   *
   * The text has less than 1 KB with the tokens that Monei issues today. Allow for 16 KB.
   */
  load(userId: string): Promise<string | null | undefined>;

  /**
   * Stores a text for this user. With `replaces`, stores it only if the text `replaces` is stored now (`null`: if no
   * text is), and compares and writes in one step. Otherwise changes nothing and resolves with `false`, so that a
   * process that has lost its lock cannot overwrite newer tokens. After an error, the keeper calls `save` again with
   * the same text.
   */
  save(userId: string, value: string, replaces?: string | null): Promise<unknown>;

  /** Deletes the text that is stored for this user, if there is one. `replaces` is as for `save`. */
  delete(userId: string, replaces?: string): Promise<unknown>;

  /**
   * Runs `fn` under the user's lock, and settles as `fn` does. Other calls for the same user, in any process, wait
   * until it is done.
   *
   * `fn` takes as long as a request to Monei: usually less than a second, up to a minute if Monei is slow and the store
   * fails afterwards. Do not reserve a connection or a transaction for so long. Use a lease, which its holder renews,
   * and which ends if its holder crashes.
   *
   * After `signal` has aborted, the caller no longer waits, and `lock` may reject with `signal.reason`. A store may
   * also ignore the signal: `fn` does nothing then.
   */
  lock<T>(userId: string, fn: () => Promise<T>, options?: LockOptions): Promise<T>;
}

/** Options of `TokenStore.lock`. */
export interface LockOptions {
  /** Aborts when the caller no longer waits. */
  signal?: AbortSignal | undefined;
}
