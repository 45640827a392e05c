import { setTimeout as wait } from 'node:timers/promises';
import type { LockOptions } from './stores/token-store.js';

/** Delays of a caller that waits for the lock before it looks for an outcome, in milliseconds. They double up to the longest. */
const FIRST_DELAY_MS = 10;
const LONGEST_DELAY_MS = 100;

/**
 * Does `work` under a lock, unless its outcome is found before the lock is free: another caller that has the lock most likely
 * does the same work. So callers that wait need not take the lock one after the other.
 *
 * @param lock as `lock` of a `TokenStore`
 * @param find returns the outcome of another caller's work, or `undefined` if it is not there yet. Its error ends the wait.
 */
export async function lockOrFind<T>(
  lock: (fn: () => Promise<T>, options: LockOptions) => Promise<T>,
  work: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  const [working, found] = [new AbortController(), new AbortController()];
  const locked = lock(
    async () => {
      // A store that ignores the signal runs this after the caller has left.
      found.signal.throwIfAborted();
      working.abort();
      return work();
    },
    { signal: found.signal },
  );
  // If `lock` fails before `work` begins, there is nothing to wait for.
  locked.catch(() => working.abort());

  const look = async (): Promise<T> => {
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      await wait(delayMs, undefined, working).catch(() => {});
      if (working.signal.aborted) return locked;
      const outcome = await find();
      if (outcome !== undefined) return outcome;
    }
  };
  try {
    return await Promise.race([locked, look()]);
  } finally {
    found.abort();
  }
}
