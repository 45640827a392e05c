import { createHash } from 'node:crypto';

/** What a server can do to a call instead of answering it. */
export const FAULTS = [
  'resets the connection',
  'stalls',
  'stalls in the middle of the answer',
  'truncates the answer',
  'answers 429, and to wait for 1 s',
  'answers 429, and to wait for 60 s',
  'answers 500',
  'answers 502',
  'answers 503',
  'answers 504',
  'answers HTML with status 200',
  'answers half of the JSON',
  'answers in another protocol',
  'hangs up after the answer', // Whoever takes the connection next finds it closed.
] as const;

export type Fault = (typeof FAULTS)[number];

/** A call to Monei: the which-th try at an endpoint for a sign-in. */
export interface PlannedCall {
  signIn: number;
  endpoint: 'token' | 'profile';
  attempt: number;
}

/** The share of calls that something happens to. */
export const FAULT_SHARE = 0.2;

/** Says what happens to a call: the same for the same seed, in whatever order calls come. */
export function faultFor(seed: number, { signIn, endpoint, attempt }: PlannedCall): Fault | undefined {
  const dice = createHash('sha256').update(`${seed} ${signIn} ${endpoint} ${attempt}`).digest();
  if (dice.readUInt32BE(0) / 2 ** 32 >= FAULT_SHARE) return undefined;
  return FAULTS[dice.readUInt32BE(4) % FAULTS.length];
}

/** How long Monei asks to wait, in milliseconds, where it is not too long to be waited out. */
export function waitAskedBy(fault: Fault): number {
  return fault === 'answers 429, and to wait for 1 s' ? 1000 : 0;
}

/** Whether a call that this happened to may be tried once more without harm. */
export function mayBeRepeated(endpoint: 'token' | 'profile', fault: Fault): boolean {
  if (fault === 'resets the connection' || fault === 'answers 429, and to wait for 1 s') return true;
  if (endpoint === 'token') return false; // Its code may be used up.
  return ['truncates the answer', 'answers in another protocol'].includes(fault) || /50[234]$/.test(fault);
}
