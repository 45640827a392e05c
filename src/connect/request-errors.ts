import { decodeText } from './body.js';
import {
  errorCodeOf,
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  markFromGateway,
} from './errors.js';
import type { WholeResponse } from './http.js';
import type { CheckedConnectOptions } from './options.js';
import { cleanBody, cleanText, secretsInHeader } from './redaction.js';
import { isMoneiError, readErrorMessage } from './responses.js';

/** The longest body of an error response that is searched for Monei's message, in characters. */
const MAX_ERROR_LENGTH = 16 * 1024;

/** Returns an error of a strategy's subclass for the body of an error response, or `null` for the default error. */
export type ErrorParser = (body: string, status: number) => Error | null;

/** The properties of a request on which its errors depend. */
interface FailedRequest {
  endpoint: MoneiEndpoint;
  /** The code, code verifier or tokens of the request. No error may contain them, even if a response repeats them. */
  secrets: readonly string[];
  /** Whether the request exchanges a code: the `ErrorParser` reads the error responses to it. */
  isExchange?: boolean;
}

/** The arguments of `RequestErrors.create`. */
interface ErrorArguments {
  code: MoneiErrorCode;
  /** A text of this package. */
  reason: string;
  /** A text of Monei, Node, an agent or a proxy. Secrets in it are redacted. */
  details?: string | undefined;
  status: number | undefined;
  retryAfter?: number | undefined;
  requestSent?: boolean;
}

/** Creates the errors of the requests of one `MoneiConnect`. */
export class RequestErrors {
  readonly #options: Pick<CheckedConnectOptions, 'clientSecret' | 'customHeaders'>;
  readonly #parseError: ErrorParser | undefined;

  constructor(options: CheckedConnectOptions, parseError: ErrorParser | undefined) {
    this.#options = options;
    this.#parseError = parseError;
  }

  /** Returns the error of a request. */
  create(
    request: FailedRequest,
    { reason, details, status, ...properties }: ErrorArguments,
  ): MoneiConnectError {
    const { endpoint } = request;
    const server = endpoint === 'api' ? "Monei's API" : `Monei's ${endpoint} endpoint`;
    const quoted = details === undefined ? '' : `: ${cleanText(details, this.#secrets(request))}`;
    const message = `${server} ${reason}${quoted}`;
    return new MoneiConnectError(message, { endpoint, moneiStatus: status, ...properties });
  }

  /** Returns the error of a request whose response is not a success. */
  fromResponse(request: FailedRequest, { status, retryAfter, body }: WholeResponse): Error {
    const text = 'bytes' in body && body.coding !== 'unknown' ? decodeText(body.bytes) : '';
    const errorBody = text.length > MAX_ERROR_LENGTH ? '' : text;
    // The parser does not get the body of a 2xx, which may contain tokens.
    const mayParse = request.isExchange && status >= 300 && errorBody === text;
    const parsed = mayParse ? this.#parseErrorBody(request, text, status) : null;
    if (parsed) return parsed;
    const code = errorCodeOf(status);
    const reason = `responded with ${status}`;
    const details = readErrorMessage(errorBody);
    const error = this.create(request, { code, reason, details, status, retryAfter });
    return isMoneiError(errorBody, status) ? error : markFromGateway(error);
  }

  #parseErrorBody(request: FailedRequest, body: string, status: number): Error | null {
    try {
      return this.#parseError?.(cleanBody(body, this.#secrets(request)), status) ?? null;
    } catch {
      return null; // As in passport-oauth2: if the parser throws, the default error is used.
    }
  }

  /** Returns the texts that no error may contain. A custom header may contain the key of a gateway. */
  #secrets({ secrets }: FailedRequest): string[] {
    const { clientSecret, customHeaders } = this.#options;
    const headers = Object.values(customHeaders).flat().map(String);
    return [clientSecret, ...secrets, ...headers.flatMap(secretsInHeader)];
  }
}
