/** The endpoint of a request to Monei. `api` is Monei's API, for the `fetch` of a `TokenKeeper`. */
export type MoneiEndpoint = 'token' | 'revocation' | 'profile' | 'api';

/** The reason why a request to Monei failed. `code` of `MoneiConnectError` describes each. */
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
  /** The reason of the failure. */
  code: MoneiErrorCode;
  /** The endpoint of the request. */
  endpoint: MoneiEndpoint;
  /** The HTTP status of Monei's response, if one arrived. */
  moneiStatus?: number | undefined;
  /** The time that Monei asks to wait, in seconds. */
  retryAfter?: number | undefined;
  /** Whether a connection was ready for the request. If `moneiStatus` is given, the error has `true` in any case. */
  requestSent?: boolean | undefined;
}

/**
 * The error of a request to Monei that got no usable response.
 *
 * `message` names the endpoint and quotes Monei's message, if the response has one. No property and no line of the
 * stack contains a code, a token or the client secret, even if Monei's message repeats them.
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
   * - `timeout`: no whole response within the time limit
   * - `network`: no connection, or one that broke off
   * - `malformed_response`: not JSON, too large, or fields that are missing or of the wrong type
   */
  readonly code: MoneiErrorCode;

  /** The endpoint of the request. */
  readonly endpoint: MoneiEndpoint;

  /** The HTTP status of Monei's response. Absent if none arrived. */
  declare readonly moneiStatus?: number;

  /** The time that Monei asks to wait before the next request, in seconds (`Retry-After`, RFC 9110 §10.2.3). */
  declare readonly retryAfter?: number;

  /**
   * Whether the request to `endpoint` may have reached Monei. It is `false` only if no connection was ready for the
   * request: none was made, its TLS handshake was not finished, a proxy or an agent supplied none, or the request still
   * waited for one. Test it as `error.requestSent === false`, because an error may lack it.
   */
  declare readonly requestSent?: boolean;

  /** The HTTP status for the app's own response: 502, 503 if rate limited, 504 on a timeout. */
  readonly status: 502 | 503 | 504;

  /** Creates an error. Apps do so in tests only. */
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

// On the prototype, as for built-in errors, so that JSON logs leave it out. Outside the class, because bundlers rename
// a class that refers to itself (`_MoneiConnectError`).
Object.defineProperty(MoneiConnectError.prototype, 'name', { value: 'MoneiConnectError' });

/**
 * Whether `error` is a `MoneiConnectError` of any copy of this package. `instanceof` fails for those of other copies.
 *
 * @internal
 */
export function isMoneiConnectError(error: unknown): error is MoneiConnectError {
  const { name, code } = (error ?? {}) as Partial<MoneiConnectError>;
  return name === 'MoneiConnectError' && typeof code === 'string';
}

/** The mark of an error from a gateway, in all copies of this package. A symbol, so that JSON leaves it out. */
const FROM_GATEWAY = Symbol.for('passport-monei.from-gateway');

/**
 * Marks the error of a response that is not in Monei's form. A gateway or proxy sent it, so it says nothing about
 * tokens.
 *
 * @internal
 */
export function markFromGateway(error: MoneiConnectError): MoneiConnectError {
  return Object.defineProperty(error, FROM_GATEWAY, { value: true });
}

/**
 * Whether a gateway or proxy sent the response, and not Monei.
 *
 * @internal
 */
export function isFromGateway(error: MoneiConnectError): boolean {
  return FROM_GATEWAY in error;
}

/** Returns the error code for the status of a response. */
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
