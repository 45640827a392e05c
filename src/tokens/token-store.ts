/**
 * Where a `TokenKeeper` keeps tokens: one text for each user, and one lock. Any database will do; `memoryStore()` and
 * `redisStore()` are such stores. Read from where you write: a replica that lags behind gives out dead tokens.
 *
 * A lock that can be lost while its holder still works (a lease in Redis, say) is safe only together with `replaces`:
 * it keeps a process that was stopped for too long from writing over what came after it.
 */
export interface TokenStore {
  /** The text that was saved for this user, or nothing. */
  load(userId: string): Promise<string | null | undefined>;

  /**
   * Saves a text for this user. With `replaces`: only if that is what is stored at this moment (`null`: nothing is),
   * compared and written in one step; otherwise nothing changes, and it resolves with `false`. A store whose lock can't
   * be lost may ignore it. After an error it is called again, with the same text.
   */
  save(userId: string, value: string, replaces?: string | null): Promise<unknown>;

  /** Deletes what is stored for this user, if anything is. `replaces` is as for `save`. */
  delete(userId: string, replaces?: string): Promise<unknown>;

  /**
   * Runs `fn` while nobody else, in no other process, runs one for the same user, and resolves or rejects as `fn` does.
   * Whoever comes meanwhile waits. A lock that its process took to the grave has to open by itself. `fn` takes as long as
   * a call to Monei, and longer while the store fails.
   */
  lock<T>(userId: string, fn: () => Promise<T>): Promise<T>;
}
