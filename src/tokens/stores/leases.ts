/** Locks are leases: one opens by itself this long after its holder was last heard of. It reports every `RENEWAL`. All in ms. */
export const LEASE = 10_000;
export const RENEWAL = 3_000;

/** How long to wait for a lock: longer than a holder that dies at the worst moment, and the one after it, can take. */
export const PATIENCE = 60_000;
export const TRY_AGAIN_AFTER = 100;

/** Nobody gave the lock back in time. */
export function lockTimeout(database: string): Error {
  const message =
    `passport-monei: waited ${PATIENCE / 1000} s for the lock of a user whose tokens others are refreshing or saving. ` +
    `Do Monei and ${database} answer?`;
  return Object.assign(new Error(message), { code: 'lock_timeout' });
}
