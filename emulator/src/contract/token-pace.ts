import { setTimeout as sleep } from 'node:timers/promises';

/** The clock of a `TokenPace`. Tests replace it. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/** The clock of this machine. */
export const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
};

/** Spaces token requests, because Monei allows an app ten in a minute. */
export class TokenPace {
  readonly #delayMs: number;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #say: (line: string) => void;
  #next = 0;
  #count = 0;

  constructor(delayMs: number, signal: AbortSignal, clock: Clock, say: (line: string) => void) {
    this.#delayMs = delayMs;
    this.#signal = signal;
    this.#clock = clock;
    this.#say = say;
  }

  /** Waits until the next token request may be sent. Rejects when the signal is aborted. */
  async wait(): Promise<void> {
    const now = this.#clock.now();
    const start = this.#count++ === 0 ? now : Math.max(now, this.#next);
    this.#next = start + this.#delayMs;
    if (start > now)
      await this.pause(start - now, `before token request ${this.#count}, to keep to Monei's rate limit`);
  }

  /** Waits for some time, and says why. */
  async pause(milliseconds: number, why: string): Promise<void> {
    this.#say(`Waiting ${Math.ceil(milliseconds / 1000)} s ${why}.`);
    await this.#clock.sleep(milliseconds, this.#signal);
  }
}
