/** A refusal as Monei's API answers it. */
export class ApiError extends Error {
  readonly status: number;
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** What was looked for. @throws {ApiError} where there is none */
export function found<T>(value: T | undefined, message: string, status = 404): T {
  if (value === undefined) throw new ApiError(status, message);
  return value;
}
