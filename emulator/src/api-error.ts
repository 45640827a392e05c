/** An error response of Monei's API. */
export class ApiError extends Error {
  readonly status: number;
  /** Seconds to wait before the next request. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * Returns `value`.
 *
 * @throws {ApiError} 404 if it is `undefined`
 */
export function orNotFound<T>(value: T | undefined, message: string): T {
  return orError(value, 404, message);
}

/**
 * Returns `value`.
 *
 * @throws {ApiError} 400 if it is `undefined`
 */
export function orBadRequest<T>(value: T | undefined, message: string): T {
  return orError(value, 400, message);
}

function orError<T>(value: T | undefined, status: number, message: string): T {
  if (value === undefined) throw new ApiError(status, message);
  return value;
}
