import { MoneiConnectError } from '../connect/errors.js';
import type { StoredTokens } from './encryption.js';

/** The shortest time before this process refreshes the same tokens again after an error, in milliseconds. */
const PAUSE_MS = 10_000;

interface Failure {
  error: MoneiConnectError;
  /** When the same tokens may be tried again, in milliseconds since the epoch. */
  until: number;
}

/**
 * Refreshes that failed in this process. Monei allows an app ten token requests a minute, so the same tokens are not tried
 * again at once: one user would use up the requests of all.
 */
export class FailedRefreshes {
  readonly #failures = new Map<string, Failure>();

  /** Remembers that a refresh of `tokens` failed, unless no request reached a connection: then Monei counted none. */
  add(tokens: StoredTokens, error: MoneiConnectError): void {
    if (error.requestSent === false) return;
    this.#deleteExpired();
    const pauseMs = Math.max(PAUSE_MS, (error.retryAfter ?? 0) * 1000);
    this.#failures.set(keyOf(tokens), { error, until: Date.now() + pauseMs });
  }

  /** Returns a new error if a refresh of `tokens` failed a short time ago. Its `retryAfter` is the time that is left. */
  find(tokens: StoredTokens): MoneiConnectError | undefined {
    const failure = this.#failures.get(keyOf(tokens));
    const leftMs = failure ? failure.until - Date.now() : 0;
    return failure && leftMs > 0 ? withTimeLeft(failure.error, Math.ceil(leftMs / 1000)) : undefined;
  }

  #deleteExpired(): void {
    for (const [key, { until }] of this.#failures) {
      if (until <= Date.now()) this.#failures.delete(key);
    }
  }
}

function keyOf({ accessToken, refreshToken }: StoredTokens): string {
  return `${accessToken} ${refreshToken}`;
}

function withTimeLeft(error: MoneiConnectError, seconds: number): MoneiConnectError {
  const { code, endpoint, moneiStatus, requestSent, message } = error;
  const details = { code, endpoint, moneiStatus, requestSent, retryAfter: seconds };
  return new MoneiConnectError(`${message} (The same tokens are tried again after ${seconds} s.)`, details);
}
