import { setTimeout as wait } from 'node:timers/promises';
import type { LockOptions } from './stores/token-store.js';

/** Whoever waits for a lock looks for the outcome after these times, in milliseconds: the first, then longer, the longest. */
const FIRST_LOOK = 10;
const LONGEST_PAUSE = 100;

/**
 * Does `work` under a lock, unless its outcome can be found meanwhile: when somebody else has the lock, it is most likely
 * for the same work. So those who wait need not take the lock one after the other.
 *
 * @param lock as `lock` of a `TokenStore`
 * @param find gives the outcome of somebody else's work, or `undefined` as long as there is none. What it throws ends the wait.
 */
export async function lockOrFind<T>(
  lock: (fn: () => Promise<T>, options: LockOptions) => Promise<T>,
  work: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  const [working, found] = [new AbortController(), new AbortController()];
  const locked = lock(
    async () => {
      // From a store that ignores the signal. Nobody waits for this any more.
      found.signal.throwIfAborted();
      working.abort();
      return work();
    },
    { signal: found.signal },
  );
  // If `lock` fails before `work` begins, there is nothing to wait for.
  locked.catch(() => working.abort());

  const look = async (): Promise<T> => {
    for (let pause = FIRST_LOOK; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      await wait(pause, undefined, working).catch(() => {});
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
