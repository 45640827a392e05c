/** Limits the requests per minute, and tells how long to wait for the next one. */
export class RateLimiter {
  readonly #limit: number;
  #times: number[] = [];

  /** @param limit number of requests in any 60 s */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a request. Returns 0 if it is allowed, and otherwise the seconds to wait. */
  take(): number {
    const now = Date.now();
    this.#times = this.#times.filter((time) => time > now - MINUTE_MS);
    const oldest = this.#times[0];
    if (oldest !== undefined && this.#times.length >= this.#limit) {
      return Math.ceil((oldest + MINUTE_MS - now) / 1000);
    }
    this.#times.push(now);
    return 0;
  }
}

const MINUTE_MS = 60_000;
