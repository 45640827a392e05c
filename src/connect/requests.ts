import type { Agent, ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { report } from '../diagnostics.js';
import {
  type ApiRequest,
  type ApiResponse,
  apiHeaders,
  isApiStatus,
  MAX_API_BYTES,
  withoutCoding,
} from './api-messages.js';
import { textOf } from './body.js';
import { type ConnectEndpoint, type Endpoint, targetOf } from './endpoints.js';
import {
  errorCodeOf,
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  markFromGateway,
} from './errors.js';
import {
  type HttpFailure,
  type HttpRequest,
  type HttpResponse,
  httpModule,
  keepAliveAgent,
  networkReason,
  sendRequest,
  wasSent,
} from './http.js';
import type { CheckedConnectOptions, MoneiAgent } from './options.js';
import { cleanBody, cleanText, secretsInHeader } from './redaction.js';
import { isMoneiError, MalformedAnswer, readErrorMessage } from './responses.js';

/** The largest body of a response: Monei's own have a few hundred bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The longest body of an error that is searched for Monei's words. */
const MAX_ERROR_LENGTH = 16 * 1024;

/** Delays before a request that only reads is retried after a network or gateway error, in milliseconds. */
const TRY_AGAIN_AFTER = [100, 300];

/** Statuses of a gateway before Monei, or of a Monei that is about to be back. */
const PASSING_TROUBLE = [502, 503, 504];

/** The statuses of a success. Another 2xx, such as 206 (Partial Content), carries no whole response. */
const SUCCESS: Record<ConnectEndpoint, number[]> = {
  token: [200, 201],
  profile: [200, 201],
  revocation: [200, 201, 202, 204], // Its body is not read.
};

/** Lets a subclass of the strategy turn the body of an error response into an error of its own. */
export type ErrorParser = (body: string, status: number) => Error | null;

/** The properties of an error, besides its code and message. */
interface ErrorContext {
  status: number | undefined;
  retryAfter?: number | undefined;
  requestSent?: boolean;
}

/** A request to Monei Connect. One with a body is a POST. */
export interface MoneiRequest {
  endpoint: ConnectEndpoint;
  body?: string;
  authorization?: string;
  /** The code or token that it is about, and the code verifier: they must not turn up in an error, whatever echoes them. */
  secrets: string[];
  /** Whether it is the exchange of a code, whose errors a subclass of the strategy may have its own for. */
  isExchange?: boolean;
  /** Whether to repeat it if its kept connection was closed before a response. Default: yes. */
  mayRepeat?: (() => boolean | Promise<boolean>) | undefined;
}

/** Sends the requests of one `MoneiConnect`. The outcome of each is a success or a `MoneiConnectError`. */
export class RequestSender {
  readonly #clientSecret: string;
  readonly #agent: MoneiAgent | undefined;
  readonly #timeout: number;
  readonly #maxRetryAfter: number;
  readonly #customHeaders: OutgoingHttpHeaders;
  /** The headers of every request. */
  readonly #headers: OutgoingHttpHeaders;
  readonly #endpoints: Record<ConnectEndpoint, Endpoint>;
  readonly #parseError: ErrorParser | undefined;

  constructor(options: CheckedConnectOptions, parseError: ErrorParser | undefined) {
    this.#clientSecret = options.clientSecret;
    this.#agent = options.agent;
    this.#timeout = options.timeout;
    this.#maxRetryAfter = options.maxRetryAfter;
    this.#customHeaders = options.customHeaders;
    this.#headers = {
      'user-agent': 'passport-monei',
      ...this.#customHeaders,
      accept: 'application/json',
      'accept-encoding': 'identity',
    };
    this.#endpoints = options.endpoints;
    this.#parseError = parseError;
  }

  /** Sends `request` and reads a checked value from the body of the response. */
  async read<T>(request: MoneiRequest, read: (body: string) => T): Promise<T> {
    return this.parse(request, await this.receive(request), read);
  }

  /** Sends `request`. Rejects if the response is no success. */
  async receive(request: MoneiRequest): Promise<HttpResponse> {
    const response = await this.send(request);
    this.refuseErrors(request, response);
    return response;
  }

  /** Reads a checked value from the body of a response. */
  parse<T>(request: MoneiRequest, response: HttpResponse, read: (body: string) => T): T {
    const { body } = response;
    try {
      if ('unreadable' in body) throw new MalformedAnswer(body.unreadable);
      if (body.coding === 'unknown') throw new MalformedAnswer('it is compressed in an unknown way');
      return read(textOf(body.bytes));
    } catch (error) {
      /* c8 ignore next -- an error of this package, which must not be taken for one of Monei's */
      if (!(error instanceof MalformedAnswer)) throw error;
      const reason = `gave an answer that can't be used: ${error.message}`;
      throw this.#error(request, 'malformed_response', reason, undefined, response);
    }
  }

  /**
   * Sends `request`, and sends it again where that does no harm: one that only reads, if the network or a gateway failed,
   * and any request that Monei was too busy for (429), once.
   */
  async send(request: MoneiRequest): Promise<HttpResponse> {
    const end = Date.now() + this.#timeout;
    let outcome = await this.#sendOnce(request, this.#timeout);
    let requestSent = wasSent(outcome);
    for (const pause of request.body === undefined ? TRY_AGAIN_AFTER : []) {
      const left = end - Date.now() - pause;
      if (!isPassingTrouble(outcome) || left <= 0) break;
      await wait(pause);
      outcome = await this.#sendOnce(request, left);
      requestSent ||= wasSent(outcome);
    }
    const pause = this.#busyFor(outcome);
    if (pause !== undefined) {
      await wait(pause * 1000);
      outcome = await this.#sendOnce(request, this.#timeout);
    }
    if (!('failure' in outcome)) return outcome;
    const { status, details } = outcome;
    if (outcome.failure === 'timeout') {
      const reason = `gave no whole response within ${this.#timeout} ms`;
      throw this.#error(request, 'timeout', reason, undefined, { status, requestSent });
    }
    throw this.#error(request, 'network', networkReason(status), details, { status, requestSent });
  }

  /** Sends a request to Monei's API. A `GET` whose kept connection was closed before a response is repeated once. */
  async sendApiRequest(request: ApiRequest, accessToken: string): Promise<ApiResponse> {
    const outcome = await this.#exchange('api', {
      open: () => this.#openApi(request, accessToken),
      body: request.body,
      maxBytes: MAX_API_BYTES,
      signal: request.signal,
      onSent: () => {
        request.requestSent = true;
      },
      mayRepeat: () => request.method === 'GET',
    });
    const { status } = outcome;
    const secrets = [accessToken, ...Object.values(request.headers).flatMap(secretsInHeader)];
    const { requestSent } = request;
    const fail = (code: MoneiErrorCode, reason: string, details?: string) =>
      this.#error({ endpoint: 'api', secrets }, code, reason, details, { status, requestSent });
    if ('failure' in outcome) {
      if (outcome.failure === 'aborted') throw request.signal.reason;
      throw fail('network', networkReason(status), outcome.details);
    }
    const { body, rawHeaders, statusText, retryAfter } = outcome;
    if (!isApiStatus(outcome.status)) throw fail('unexpected_status', `answered ${status}`);
    if ('unreadable' in body) {
      throw fail('malformed_response', `gave an answer that can't be used: ${body.unreadable}`);
    }
    return {
      status: outcome.status,
      statusText,
      rawHeaders: body.coding === 'removed' ? withoutCoding(rawHeaders) : rawHeaders,
      retryAfter,
      bytes: body.bytes,
    };
  }

  async #sendOnce(request: MoneiRequest, timeoutMs: number): Promise<HttpResponse | HttpFailure> {
    const { endpoint, body, mayRepeat = () => true } = request;
    return this.#exchange(endpoint, {
      open: () => this.#open(request),
      body,
      maxBytes: MAX_BODY_BYTES,
      timeoutMs,
      // Codes and refresh tokens work once: a repeated request does no harm, even if Monei saw the first one.
      mayRepeat,
    });
  }

  /** Sends a request and reports it. */
  async #exchange(endpoint: MoneiEndpoint, request: HttpRequest): Promise<HttpResponse | HttpFailure> {
    const start = performance.now();
    const outcome = await sendRequest(request);
    const milliseconds = Math.round(performance.now() - start);
    if ('failure' in outcome) report({ step: 'call', endpoint, failure: outcome.failure, milliseconds });
    else report({ step: 'call', endpoint, status: outcome.status, milliseconds });
    return outcome;
  }

  /** Returns the seconds to wait when Monei is asked too often, if that is not too long. */
  #busyFor(outcome: HttpResponse | HttpFailure): number | undefined {
    if ('failure' in outcome || outcome.status !== 429 || this.#maxRetryAfter === 0) return undefined;
    const { retryAfter } = outcome;
    return retryAfter !== undefined && retryAfter <= this.#maxRetryAfter ? retryAfter : undefined;
  }

  #open({ endpoint, body, authorization }: MoneiRequest): ClientRequest {
    const { url, target } = this.#endpoints[endpoint];
    const headers = Object.assign({}, this.#headers);
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (authorization !== undefined) headers.authorization = authorization;
    const method = body === undefined ? 'GET' : 'POST';
    return httpModule(url).request(Object.assign({ method, agent: this.#agentFor(url), headers }, target));
  }

  #openApi(request: ApiRequest, accessToken: string): ClientRequest {
    const { url, method } = request;
    const headers = apiHeaders(this.#customHeaders, request, accessToken);
    return httpModule(url).request({ method, agent: this.#agentFor(url), headers, ...targetOf(url) });
  }

  #agentFor(url: URL): Agent {
    const agent = typeof this.#agent === 'function' ? this.#agent(url) : this.#agent;
    return agent ?? keepAliveAgent(url);
  }

  /** @throws what the response to `request` means, unless it is a success */
  refuseErrors(request: MoneiRequest, { status, retryAfter, body }: HttpResponse): void {
    if (SUCCESS[request.endpoint].includes(status)) return;
    const text = 'bytes' in body && body.coding !== 'unknown' ? textOf(body.bytes) : '';
    // A parser of errors does not get what may be a part of a success, with tokens in it.
    const parsed = request.isExchange && status >= 300 ? this.#parseErrorBody(request, text, status) : null;
    if (parsed) throw parsed;
    const words = text.length > MAX_ERROR_LENGTH ? '' : text;
    const error = this.#error(request, errorCodeOf(status), `answered ${status}`, readErrorMessage(words), {
      status,
      retryAfter,
    });
    throw isMoneiError(words, status) ? error : markFromGateway(error);
  }

  #parseErrorBody(request: MoneiRequest, body: string, status: number): Error | null {
    if (!this.#parseError || body.length > MAX_ERROR_LENGTH) return null;
    try {
      return this.#parseError(cleanBody(body, this.#secrets(request)), status);
    } catch {
      return null; // As in passport-oauth2: a parser that fails at a body has nothing to say about it.
    }
  }

  /**
   * @param reason this package's words
   * @param details the words of another party, which may hold anything
   */
  #error(
    request: Pick<MoneiRequest, 'secrets'> & { endpoint: MoneiEndpoint },
    code: MoneiErrorCode,
    reason: string,
    details: string | undefined,
    { status, retryAfter, requestSent }: ErrorContext,
  ) {
    const { endpoint } = request;
    const words = details === undefined ? '' : `: ${cleanText(details, this.#secrets(request))}`;
    const party = endpoint === 'api' ? "Monei's API" : `Monei's ${endpoint} endpoint`;
    const message = `${party} ${reason}${words}`;
    return new MoneiConnectError(message, { code, endpoint, moneiStatus: status, retryAfter, requestSent });
  }

  /** Returns what no error may show. An app may hold the key of a gateway in a custom header. */
  #secrets({ secrets }: Pick<MoneiRequest, 'secrets'>): string[] {
    const headers = Object.values(this.#customHeaders).flat().map(String);
    return [this.#clientSecret, ...secrets, ...headers.flatMap(secretsInHeader)];
  }
}

function isPassingTrouble(outcome: HttpResponse | HttpFailure): boolean {
  return 'failure' in outcome ? outcome.failure === 'network' : PASSING_TROUBLE.includes(outcome.status);
}
