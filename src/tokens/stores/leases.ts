import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { LockOptions } from './token-store.js';

/** Length of a lease that is not renewed, in milliseconds. */
export const LEASE_MS = 10_000;

/** Time between two renewals of a lease, in milliseconds. Two can fail before the lease ends. */
const RENEWAL_MS = 3_000;

/** Longest time that a caller waits for a lease, in milliseconds: longer than two holders in a row need that both die. */
const MAX_WAIT_MS = 60_000;

/** Time between two attempts to take a lease, in milliseconds. */
const RETRY_MS = 100;

/** The operations on leases that a database supplies. Each one is atomic. */
export interface Leases {
  /** Name of the database, for error messages. */
  database: string;
  /**
   * Gives `holder` the user's lease for `LEASE_MS`, if the lease is free or `holder` has it already.
   * Resolves with whether `holder` has it now.
   */
  take(userId: string, holder: string): Promise<boolean>;
  /** Lets the user's lease last for another `LEASE_MS`, if `holder` still has it. */
  renew(userId: string, holder: string): Promise<unknown>;
  /** Frees the user's lease, if `holder` still has it. */
  release(userId: string, holder: string): Promise<unknown>;
}

/**
 * Runs `fn` while this call holds the user's lease, and resolves or rejects as `fn` does. The lease is renewed until `fn`
 * is done. docs/decisions/leases.md says what happens when the holder dies, stalls or cannot reach the database.
 *
 * @throws {Error} with the code `lock_timeout`, if the lease is not free within 60 s
 * @throws the reason of `signal`, if it aborts while this call waits
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
    // A lease that cannot be given back ends by itself.
    await leases.release(userId, holder).catch(() => {});
  }
}

async function waitForLease(leases: Leases, userId: string, holder: string, signal?: AbortSignal) {
  // If the response to the first attempt was lost, the second one finds that `holder` has the lease.
  const take = () => leases.take(userId, holder).catch(() => leases.take(userId, holder));
  const end = Date.now() + MAX_WAIT_MS;
  while (!(await take())) {
    if (Date.now() >= end) throw lockTimeout(leases.database);
    await wait(RETRY_MS, undefined, { signal }).catch(() => {});
    signal?.throwIfAborted();
  }
}

/** Renews a lease every `RENEWAL_MS`. After a renewal that failed, the next one is made when it is due. */
async function renewUntil(done: AbortSignal, renew: () => Promise<unknown>): Promise<void> {
  for (;;) {
    await wait(RENEWAL_MS, undefined, { signal: done, ref: false }).catch(() => {});
    if (done.aborted) return;
    await renew().catch(() => {});
  }
}

function lockTimeout(database: string): Error {
  const message =
    `passport-monei: waited ${MAX_WAIT_MS / 1000} s for the lock on the tokens of this user. ` +
    `Check that Monei and ${database} respond.`;
  return Object.assign(new Error(message), { code: 'lock_timeout' });
}
