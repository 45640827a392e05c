import { createHash } from 'node:crypto';

/** Faults that a request can get in place of a response. */
export const FAULTS = [
  'resets the connection',
  'stalls',
  'stalls in the middle of the response',
  'truncates the response',
  'responds with 429 and Retry-After: 1',
  'responds with 429 and Retry-After: 60',
  'responds with 500',
  'responds with 502',
  'responds with 503',
  'responds with 504',
  'responds with HTML and status 200',
  'responds with half of the JSON',
  'responds in another protocol',
  'closes the connection after the response', // The next request finds the connection closed.
] as const;

export type Fault = (typeof FAULTS)[number];

/** A request to Monei: an attempt at an endpoint for a sign-in. */
export interface PlannedRequest {
  signIn: number;
  endpoint: 'token' | 'profile';
  attempt: number;
}

/** The share of requests that get a fault. */
export const FAULT_SHARE = 0.2;

/** Returns the fault of a request. It depends only on the seed and the request, not on the order of requests. */
export function faultFor(seed: number, { signIn, endpoint, attempt }: PlannedRequest): Fault | undefined {
  const dice = createHash('sha256').update(`${seed} ${signIn} ${endpoint} ${attempt}`).digest();
  if (dice.readUInt32BE(0) / 2 ** 32 >= FAULT_SHARE) return undefined;
  return FAULTS[dice.readUInt32BE(4) % FAULTS.length];
}

/** Returns the `Retry-After` of a fault in milliseconds, or 0 if the client does not wait that long. */
export function retryAfterMs(fault: Fault): number {
  return fault === 'responds with 429 and Retry-After: 1' ? 1000 : 0;
}

/** Whether a request with this fault can be repeated without harm. */
export function mayBeRepeated(endpoint: 'token' | 'profile', fault: Fault): boolean {
  if (fault === 'resets the connection' || fault === 'responds with 429 and Retry-After: 1') return true;
  if (endpoint === 'token') return false; // The code may be used up.
  return ['truncates the response', 'responds in another protocol'].includes(fault) || /50[234]$/.test(fault);
}
