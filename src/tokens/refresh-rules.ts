import { isFromGateway, MoneiConnectError } from '../connect/errors.js';
import type { StoredTokens } from './encryption.js';

/** The time for which an access token must still be valid, in milliseconds. */
const MIN_TIME_LEFT_MS = 60_000;

/** The time after a refresh in which the new tokens are not refreshed again, in milliseconds. */
const REFRESH_INTERVAL_MS = 10_000;

/** Whether an access token is valid for `MIN_TIME_LEFT_MS` more, or for half its lifetime if that is shorter. */
export function hasTimeLeft({ expiresAt, life }: StoredTokens): boolean {
  const leftMs = expiresAt - Date.now();
  return leftMs > 0 && leftMs >= Math.min(MIN_TIME_LEFT_MS, life / 2);
}

/**
 * Whether to refresh tokens, because of their age or because Monei's API refused the access token `refused`. Tokens of
 * a recent refresh are used as they are: another refresh would not help, and Monei allows an app ten token requests a
 * minute.
 */
export function needsRefresh(tokens: StoredTokens, refused: string | undefined): boolean {
  const { accessToken, refreshedAt = Number.NEGATIVE_INFINITY } = tokens;
  // The clock of the process that refreshed them may be ahead.
  if (Math.abs(Date.now() - refreshedAt) < REFRESH_INTERVAL_MS) return false;
  return accessToken === refused || !hasTimeLeft(tokens);
}

/** Whether Monei refused the refresh token, and not a gateway in front of Monei. */
export function isRefusal(error: MoneiConnectError): boolean {
  return ['bad_request', 'unauthorized', 'not_found'].includes(error.code) && !isFromGateway(error);
}

/** Whether the tokens are no longer valid: Monei documents 401 for a refresh token that it does not accept. */
export function endsTokens(error: MoneiConnectError): boolean {
  return error.code === 'unauthorized' && isRefusal(error);
}

/** Returns the error for an access token that Monei's API refuses right after the refresh from which it came. */
export function refusedAfterRefreshError(refreshedAt = Date.now()): MoneiConnectError {
  const leftMs = refreshedAt + REFRESH_INTERVAL_MS - Date.now();
  const retryAfter = Math.max(1, Math.ceil(leftMs / 1000));
  return new MoneiConnectError(
    `Monei's API refused an access token of a recent refresh. The keeper may refresh it again after ${retryAfter} s.`,
    { code: 'unauthorized', endpoint: 'api', moneiStatus: 401, retryAfter },
  );
}
