/** Which of Monei's endpoints a call went to; `api` by the `fetch` of a `TokenKeeper`. */
export type MoneiEndpoint = 'token' | 'revocation' | 'profile' | 'api';

/** Why a call to Monei failed. `MoneiConnectError` says which HTTP status each code stands for. */
export type MoneiErrorCode =
  | 'bad_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'unavailable'
  | 'unexpected_status'
  | 'timeout'
  | 'network'
  | 'malformed_response';

/** The properties of a `MoneiConnectError`, besides its message. */
export interface MoneiErrorDetails {
  /** Why it failed. */
  code: MoneiErrorCode;
  /** The endpoint that was called. */
  endpoint: MoneiEndpoint;
  /** The HTTP status of Monei's answer, if there was one. */
  moneiStatus?: number | undefined;
  /** How long Monei asks to wait, in seconds. */
  retryAfter?: number | undefined;
  /** `false` if no connection was ready for the request. With `moneiStatus`, it is always `true`. */
  requestSent?: boolean | undefined;
}

/**
 * A call to Monei that brought no usable answer.
 *
 * `message` says which endpoint, and holds Monei's own words where there are any. Neither the message, nor a
 * property, nor the stack holds a code, a token or the client secret, even where Monei echoes them.
 *
 * @example
 * ```ts
 * app.use((error, req, res, next) => {
 *   if (!(error instanceof MoneiConnectError)) return next(error);
 *   console.error(error.code, error.endpoint, error.message);
 *   res.status(error.status).send('Monei can’t be reached at the moment. Please try again.');
 * });
 * ```
 */
export class MoneiConnectError extends Error {
  /**
   * - `bad_request` (400), `unauthorized` (401), `forbidden` (403), `not_found` (404), `rate_limited` (429),
   *   `unavailable` (5xx), `unexpected_status` (any other status, redirects included)
   * - `timeout`: no whole answer within the timeout
   * - `network`: no connection, or one that broke off
   * - `malformed_response`: not JSON, too large, or fields that are missing or of the wrong type
   */
  readonly code: MoneiErrorCode;

  /** The endpoint that was called. */
  readonly endpoint: MoneiEndpoint;

  /** The HTTP status of Monei's answer. Absent when there was none. */
  declare readonly moneiStatus?: number;

  /** How long Monei asks to wait before the next call, in seconds (`Retry-After`, RFC 9110 §10.2.3). */
  declare readonly retryAfter?: number;

  /**
   * Whether the request to `endpoint` may have reached Monei: `false` only if no connection was ready for it (none was made,
   * its TLS handshake was not finished, a proxy or an agent gave none, or the request still waited for one). Test it as
   * `error.requestSent === false`: an error without it says nothing.
   */
  declare readonly requestSent?: boolean;

  /** The HTTP status that the app's own answer should have: 502, 503 when rate limited, 504 on a timeout. */
  readonly status: 502 | 503 | 504;

  /** Made by this package; apps make one in tests. */
  constructor(message: string, { code, endpoint, moneiStatus, retryAfter, requestSent }: MoneiErrorDetails) {
    super(message);
    this.code = code;
    this.endpoint = endpoint;
    if (moneiStatus !== undefined) this.moneiStatus = moneiStatus;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
    const wasSent = moneiStatus === undefined ? requestSent : true;
    if (wasSent !== undefined) this.requestSent = wasSent;
    this.status = code === 'rate_limited' ? 503 : code === 'timeout' ? 504 : 502;
  }
}

// On the prototype, as with the language's own errors: an own `name` would turn up in every JSON log line. Outside of the
// class, because a class that names itself gets another name from bundlers (`_MoneiConnectError`).
Object.defineProperty(MoneiConnectError.prototype, 'name', { value: 'MoneiConnectError' });

/**
 * Returns whether `error` is a `MoneiConnectError`, also one of another copy of this package, for which `instanceof` fails.
 *
 * @internal
 */
export function isMoneiConnectError(error: unknown): error is MoneiConnectError {
  const { name, code } = (error ?? {}) as Partial<MoneiConnectError>;
  return name === 'MoneiConnectError' && typeof code === 'string';
}

/** Shared by all copies of this package. A symbol, so that logs and JSON leave it out. */
const FROM_GATEWAY = Symbol.for('passport-monei.from-gateway');

/**
 * Marks an error whose response is not in Monei's form: a gateway or proxy sent it, so it says nothing about tokens.
 *
 * @internal
 */
export function markFromGateway(error: MoneiConnectError): MoneiConnectError {
  return Object.defineProperty(error, FROM_GATEWAY, { value: true });
}

/** @internal */
export function isFromGateway(error: MoneiConnectError): boolean {
  return FROM_GATEWAY in error;
}

/** Returns the code of an error for the status of a response. */
export function errorCodeOf(status: number): MoneiErrorCode {
  switch (status) {
    case 400:
      return 'bad_request';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 429:
      return 'rate_limited';
    default:
      return status >= 500 && status < 600 ? 'unavailable' : 'unexpected_status';
  }
}
