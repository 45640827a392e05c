import { setTimeout as wait } from 'node:timers/promises';
import type { LockOptions } from './stores/token-store.js';

/** The time after which a waiting caller first looks for the result, in milliseconds. It doubles each time. */
const FIRST_POLL_MS = 10;

/** The longest time between two looks for the result, in milliseconds. */
const MAX_POLL_MS = 100;

/**
 * Runs `work` under a lock, unless `findResult` finds a result while this call waits for the lock. The holder is
 * probably doing the same work, so waiting callers need not take the lock one after the other.
 *
 * @param lock takes the lock, as `lock` of a `TokenStore` does
 * @param findResult resolves with the result of another caller's work, or with `undefined` until that is done. If it
 * rejects, the wait ends.
 */
export async function runUnlessDone<T>(
  lock: (fn: () => Promise<T>, options: LockOptions) => Promise<T>,
  work: () => Promise<T>,
  findResult: () => Promise<T | undefined>,
): Promise<T> {
  const [working, found] = [new AbortController(), new AbortController()];
  const locked = lock(
    async () => {
      // A store that ignores the signal runs this function although the result was found.
      found.signal.throwIfAborted();
      working.abort();
      return work();
    },
    { signal: found.signal },
  );
  // If `lock` rejects before `work` begins, `poll` ends as well.
  locked.catch(() => working.abort());

  const poll = async (): Promise<T> => {
    for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_POLL_MS)) {
      await wait(pauseMs, undefined, working).catch(() => {});
      if (working.signal.aborted) return locked;
      const result = await findResult();
      if (result !== undefined) return result;
    }
  };
  try {
    return await Promise.race([locked, poll()]);
  } finally {
    found.abort();
  }
}
