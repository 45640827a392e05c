/**
 * Where a `TokenKeeper` keeps tokens: one text for each user, and one lock. Any database will do; `memoryStore()` and
 * `redisStore()` are such stores.
 *
 * A lock that can be lost while its holder still works (a lease in Redis, say) is safe only together with `replaces`:
 * it keeps a process that was stopped for too long from writing over what came after it.
 */
export interface TokenStore {
  /** The text that was saved for this user, or nothing. */
  load(userId: string): Promise<string | null | undefined>;

  /**
   * Saves a text for this user. With `replaces`: only if that is what is stored at this moment, compared and written in
   * one step; otherwise nothing changes, and it resolves with `false`. A store whose lock can't be lost may ignore it.
   */
  save(userId: string, value: string, replaces?: string): Promise<unknown>;

  /** Deletes what is stored for this user, if anything is. `replaces` is as for `save`. */
  delete(userId: string, replaces?: string): Promise<unknown>;

  /**
   * Runs `fn` while nobody else, in no other process, runs one for the same user, and resolves or rejects as `fn` does.
   * Whoever comes meanwhile waits. A lock that its process took to the grave has to open by itself.
   */
  lock<T>(userId: string, fn: () => Promise<T>): Promise<T>;
}
