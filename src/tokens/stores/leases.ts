import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { LockOptions } from './token-store.js';

/** The time after which a lease ends if it is not renewed, in milliseconds. */
export const LEASE_MS = 10_000;

/** The time between two renewals of a lease, in milliseconds. Two can fail before the lease ends. */
const RENEWAL_MS = 3_000;

/** The longest time that a caller waits for a lease, in milliseconds. Two holders in a row may crash within it. */
const MAX_WAIT_MS = 60_000;

/** The time between two attempts to take a lease, in milliseconds. */
const RETRY_MS = 100;

/** The operations on leases that a database supplies. Each one is atomic. */
export interface Leases {
  /** The name of the database, for error messages. */
  database: string;
  /**
   * Gives `holder` the user's lease for `LEASE_MS`, if the lease is free or `holder` has it already. Resolves with
   * whether `holder` has it now.
   */
  take(userId: string, holder: string): Promise<boolean>;
  /** Extends the user's lease to `LEASE_MS` from now, if `holder` still has it. */
  renew(userId: string, holder: string): Promise<unknown>;
  /** Frees the user's lease, if `holder` still has it. */
  release(userId: string, holder: string): Promise<unknown>;
}

/**
 * Runs `fn` while this call holds the user's lease, and resolves or rejects as `fn` does. The lease is renewed until
 * `fn` is done. docs/decisions/leases.md says what happens when the holder crashes, stalls or cannot reach the database.
 *
 * @throws {Error} with the code `lock_timeout`, if the lease is not free within 60 s
 * @throws {unknown} the reason of `signal`, if that aborts while this call waits
 */
export async function withLease<T>(
  leases: Leases,
  userId: string,
  fn: () => Promise<T>,
  { signal }: LockOptions = {},
): Promise<T> {
  const holder = randomUUID();
  await waitForLease(leases, userId, holder, signal);
  const done = new AbortController();
  renewUntil(done.signal, () => leases.renew(userId, holder));
  try {
    return await fn();
  } finally {
    done.abort();
    // If the release fails, the lease ends after `LEASE_MS`.
    await leases.release(userId, holder).catch(() => {});
  }
}

async function waitForLease(leases: Leases, userId: string, holder: string, signal?: AbortSignal) {
  // If the response to the first attempt was lost, the second one finds that `holder` has the lease.
  const take = () => leases.take(userId, holder).catch(() => leases.take(userId, holder));
  const end = Date.now() + MAX_WAIT_MS;
  while (!(await take())) {
    if (Date.now() >= end) throw lockTimeoutError(leases.database);
    await wait(RETRY_MS, undefined, { signal }).catch(() => {});
    signal?.throwIfAborted();
  }
}

/** Renews a lease every `RENEWAL_MS`, also after a renewal that failed. */
async function renewUntil(done: AbortSignal, renew: () => Promise<unknown>): Promise<void> {
  for (;;) {
    await wait(RENEWAL_MS, undefined, { signal: done, ref: false }).catch(() => {});
    if (done.aborted) return;
    await renew().catch(() => {});
  }
}

function lockTimeoutError(database: string): Error {
  const message =
    `passport-monei: waited ${MAX_WAIT_MS / 1000} s for the lock on the tokens of this user. ` +
    `Check that Monei and ${database} respond.`;
  return Object.assign(new Error(message), { code: 'lock_timeout' });
}
