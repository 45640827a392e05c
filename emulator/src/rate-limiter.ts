/** Allows so many calls a minute, and says how long to wait for the next one. */
export class RateLimiter {
  readonly #limit: number;
  #times: number[] = [];

  /** @param limit calls in any 60 s */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a call. Returns 0 if it is allowed, and otherwise the seconds to wait. */
  take(): number {
    const now = Date.now();
    this.#times = this.#times.filter((time) => time > now - MINUTE);
    const oldest = this.#times[0];
    if (oldest !== undefined && this.#times.length >= this.#limit) {
      return Math.ceil((oldest + MINUTE - now) / 1000);
    }
    this.#times.push(now);
    return 0;
  }
}

const MINUTE = 60_000;
