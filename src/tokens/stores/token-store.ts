/**
 * Where a `TokenKeeper` keeps tokens: one text for each user, and one lock. Any database will do: `testTokenStore()` tells
 * whether a store of your own does what is needed. Read from where you write: a replica that lags behind gives out dead
 * tokens.
 */
export interface TokenStore {
  /**
   * The text that was saved for this user, or nothing. Answers at once, also while somebody has the lock.
   *
   * A text is less than 1 KB with tokens as Monei issues them today. Leave room for 16 KB.
   */
  load(userId: string): Promise<string | null | undefined>;

  /**
   * Saves a text for this user. With `replaces`: only if that is what is stored at this moment (`null`: nothing is),
   * compared and written in one step; otherwise nothing changes, and it resolves with `false`. This keeps a process that
   * has lost its lock from writing over what came after it. After an error, `save` is called again with the same text.
   */
  save(userId: string, value: string, replaces?: string | null): Promise<unknown>;

  /** Deletes what is stored for this user, if anything is. `replaces` is as for `save`. */
  delete(userId: string, replaces?: string): Promise<unknown>;

  /**
   * Runs `fn` while nobody else, in no other process, runs one for the same user, and resolves or rejects as `fn` does.
   * Whoever comes meanwhile waits.
   *
   * `fn` takes as long as a call to Monei: less than a second as a rule, up to a minute when Monei is slow and the store
   * fails afterwards. Hold no connection and no transaction for so long. A lock whose holder died has to open by itself,
   * so it is a lease that its holder renews.
   *
   * `signal` says that the caller waits no longer: then `lock` may reject with `signal.reason`. A store may ignore it: a
   * `fn` that is called after that does nothing.
   */
  lock<T>(userId: string, fn: () => Promise<T>, options?: LockOptions): Promise<T>;
}

/** Options of `TokenStore.lock`. */
export interface LockOptions {
  /** Aborts when the caller waits no longer. */
  signal?: AbortSignal | undefined;
}
