import { isFromGateway, MoneiConnectError, markFromGateway } from '../connect/errors.js';
import type { StoredTokens } from './encryption.js';

/** The time after an error in which this process does not refresh the same tokens again, in milliseconds. */
const PAUSE_MS = 10_000;

interface Failure {
  error: MoneiConnectError;
  /** The time when the same tokens may be refreshed again, in milliseconds since the epoch. */
  until: number;
}

/**
 * Remembers refreshes that failed in this process, so that the same tokens are not refreshed again at once. Monei
 * allows an app ten token requests a minute, which the refreshes of one user could use up.
 */
export class FailedRefreshes {
  readonly #failures = new Map<string, Failure>();

  /** Remembers that a refresh of `tokens` failed, unless the request was not sent: then Monei did not count it. */
  add(tokens: StoredTokens, error: MoneiConnectError): void {
    if (error.requestSent === false) return;
    this.#deleteExpired();
    const pauseMs = Math.max(PAUSE_MS, (error.retryAfter ?? 0) * 1000);
    this.#failures.set(keyOf(tokens), { error, until: Date.now() + pauseMs });
  }

  /**
   * Returns a new error if a recent refresh of `tokens` failed. Its `retryAfter` is the time that is left, in seconds.
   */
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
  const failure = new MoneiConnectError(
    `${message} (The keeper may refresh these tokens again after ${seconds} s.)`,
    details,
  );
  return isFromGateway(error) ? markFromGateway(failure) : failure;
}
