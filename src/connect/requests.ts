import type { Agent, ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { report } from '../diagnostics.js';
import {
  apiHeaders,
  isApiStatus,
  MAX_API_BYTES,
  type OutgoingApiRequest,
  removeCodingHeaders,
  type WholeApiResponse,
} from './api-messages.js';
import { decodeText } from './body.js';
import { type ConnectEndpoint, type Endpoint, targetOf } from './endpoints.js';
import type { MoneiEndpoint, MoneiErrorCode } from './errors.js';
import {
  type HttpFailure,
  type HttpRequest,
  httpModule,
  keepAliveAgent,
  networkReason,
  sendRequest,
  type WholeResponse,
  wasSent,
} from './http.js';
import type { CheckedConnectOptions, MoneiAgent } from './options.js';
import { secretsInHeader } from './redaction.js';
import { type ErrorParser, RequestErrors } from './request-errors.js';
import { MalformedResponseError } from './responses.js';

/** The largest body of a response, in bytes. Monei's own have a few hundred. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Delays before a request that only reads is retried after a network or gateway error, in milliseconds. */
const READ_RETRY_DELAYS_MS = [100, 300];

/** Statuses of a gateway in front of Monei, and of a Monei that is down for a short time. */
const TRANSIENT_STATUSES = [502, 503, 504];

/** The statuses of a success. Others, such as 206 (Partial Content), come without the whole body. */
const SUCCESS: Record<ConnectEndpoint, number[]> = {
  token: [200, 201],
  profile: [200, 201],
  revocation: [200, 201, 202, 204], // The body is not read.
};

/** A request to Monei Connect: a POST if it has a body, otherwise a GET. */
export interface ConnectRequest {
  endpoint: ConnectEndpoint;
  body?: string;
  authorization?: string;
  /** The code, code verifier or token of the request. No error may contain it, even if a response repeats it. */
  secrets: string[];
  /** Whether the request exchanges a code: an `ErrorParser` reads the error responses to it. */
  isExchange?: boolean;
  /** Whether to repeat the request if its kept connection was closed before a response. Default: yes. */
  mayRepeat?: (() => boolean | Promise<boolean>) | undefined;
}

/** Sends the requests of one `MoneiConnect`. A request that does not succeed rejects with a `MoneiConnectError`. */
export class RequestSender {
  readonly #agent: MoneiAgent | undefined;
  readonly #timeoutMs: number;
  readonly #maxRetryAfterSeconds: number;
  readonly #customHeaders: OutgoingHttpHeaders;
  /** The headers of every request. */
  readonly #headers: OutgoingHttpHeaders;
  readonly #endpoints: Record<ConnectEndpoint, Endpoint>;
  readonly #errors: RequestErrors;

  constructor(options: CheckedConnectOptions, parseError: ErrorParser | undefined) {
    this.#agent = options.agent;
    this.#timeoutMs = options.timeoutMs;
    this.#maxRetryAfterSeconds = options.maxRetryAfterSeconds;
    this.#customHeaders = options.customHeaders;
    this.#headers = {
      'user-agent': 'passport-monei',
      ...this.#customHeaders,
      accept: 'application/json',
      'accept-encoding': 'identity',
    };
    this.#endpoints = options.endpoints;
    this.#errors = new RequestErrors(options, parseError);
  }

  /** Sends `request`, and returns what `parse` makes of the body of the response. */
  async sendAndParse<T>(request: ConnectRequest, parse: (body: string) => T): Promise<T> {
    return this.parseBody(request, await this.sendAndCheck(request), parse);
  }

  /** Sends `request`. Rejects unless the response is a success. */
  async sendAndCheck(request: ConnectRequest): Promise<WholeResponse> {
    const response = await this.#send(request);
    if (!SUCCESS[request.endpoint].includes(response.status)) {
      throw this.#errors.fromResponse(request, response);
    }
    return response;
  }

  /** Returns what `parse` makes of the body of a response. */
  parseBody<T>(request: ConnectRequest, response: WholeResponse, parse: (body: string) => T): T {
    const { body } = response;
    try {
      if ('unreadable' in body) throw new MalformedResponseError(body.unreadable);
      if (body.coding === 'unknown')
        throw new MalformedResponseError('its `Content-Encoding` is not supported');
      return parse(decodeText(body.bytes));
    } catch (error) {
      /* c8 ignore next -- a bug of this package, which must not look like an error of Monei */
      if (!(error instanceof MalformedResponseError)) throw error;
      const reason = `sent a response that cannot be used: ${error.message}`;
      const { status, retryAfter } = response;
      throw this.#errors.create(request, { code: 'malformed_response', reason, status, retryAfter });
    }
  }

  /**
   * Sends `request`. After a network or gateway error, retries a request without a body, because it only reads. After a
   * 429, repeats any request once, because Monei has not acted on it.
   */
  async #send(request: ConnectRequest): Promise<WholeResponse> {
    const endMs = Date.now() + this.#timeoutMs;
    let outcome = await this.#sendToEndpoint(request, this.#timeoutMs);
    let requestSent = wasSent(outcome);
    for (const pauseMs of request.body === undefined ? READ_RETRY_DELAYS_MS : []) {
      const leftMs = endMs - Date.now() - pauseMs;
      if (!isTransientFailure(outcome) || leftMs <= 0) break;
      await wait(pauseMs);
      outcome = await this.#sendToEndpoint(request, leftMs);
      requestSent ||= wasSent(outcome);
    }
    const retryAfter = this.#acceptedRetryAfter(outcome);
    if (retryAfter !== undefined) {
      await wait(retryAfter * 1000);
      outcome = await this.#sendToEndpoint(request, this.#timeoutMs);
    }
    if (!('failure' in outcome)) return outcome;
    const { status, details } = outcome;
    if (outcome.failure === 'timeout') {
      const reason = `sent no whole response within ${this.#timeoutMs} ms`;
      throw this.#errors.create(request, { code: 'timeout', reason, status, requestSent });
    }
    const reason = networkReason(status);
    throw this.#errors.create(request, { code: 'network', reason, details, status, requestSent });
  }

  /** Sends a request to Monei's API. A `GET` whose kept connection was closed before a response is repeated once. */
  async sendApiRequest(request: OutgoingApiRequest, accessToken: string): Promise<WholeApiResponse> {
    const outcome = await this.#exchange('api', {
      open: () => this.#openApi(request, accessToken),
      body: request.body,
      maxBytes: MAX_API_BYTES,
      signal: request.signal,
      onSent: () => {
        request.requestSent = true;
      },
      onStatus: (status) => {
        request.moneiStatus = status;
      },
      mayRepeat: () => request.method === 'GET',
    });
    // Later steps, such as a refresh after a 401, are not part of this response.
    request.moneiStatus = undefined;
    const { status } = outcome;
    const secrets = [accessToken, ...Object.values(request.headers).flatMap(secretsInHeader)];
    const { requestSent } = request;
    const fail = (code: MoneiErrorCode, reason: string, details?: string) =>
      this.#errors.create({ endpoint: 'api', secrets }, { code, reason, details, status, requestSent });
    if ('failure' in outcome) {
      if (outcome.failure === 'aborted') throw request.signal.reason;
      throw fail('network', networkReason(status), outcome.details);
    }
    const { body, rawHeaders, statusText, retryAfter } = outcome;
    if (!isApiStatus(outcome.status)) throw fail('unexpected_status', `responded with ${status}`);
    if ('unreadable' in body) {
      throw fail('malformed_response', `sent a response that cannot be used: ${body.unreadable}`);
    }
    return {
      status: outcome.status,
      statusText,
      rawHeaders: body.coding === 'removed' ? removeCodingHeaders(rawHeaders) : rawHeaders,
      retryAfter,
      bytes: body.bytes,
    };
  }

  async #sendToEndpoint(request: ConnectRequest, timeoutMs: number): Promise<WholeResponse | HttpFailure> {
    const { endpoint, body, mayRepeat = () => true } = request;
    return this.#exchange(endpoint, {
      open: () => this.#open(request),
      body,
      maxBytes: MAX_BODY_BYTES,
      timeoutMs,
      // Even if Monei received the first request, a repeated one is safe: codes and refresh tokens work once.
      mayRepeat,
    });
  }

  /** Sends a request, and reports its outcome to `diagnostics`. */
  async #exchange(endpoint: MoneiEndpoint, request: HttpRequest): Promise<WholeResponse | HttpFailure> {
    const start = performance.now();
    const outcome = await sendRequest(request);
    const milliseconds = Math.round(performance.now() - start);
    if ('failure' in outcome) report({ step: 'call', endpoint, failure: outcome.failure, milliseconds });
    else report({ step: 'call', endpoint, status: outcome.status, milliseconds });
    return outcome;
  }

  /** Returns the `Retry-After` of a 429 in seconds, unless it is longer than the app allows. */
  #acceptedRetryAfter(outcome: WholeResponse | HttpFailure): number | undefined {
    if ('failure' in outcome || outcome.status !== 429 || this.#maxRetryAfterSeconds === 0) return undefined;
    const { retryAfter } = outcome;
    return retryAfter !== undefined && retryAfter <= this.#maxRetryAfterSeconds ? retryAfter : undefined;
  }

  #open({ endpoint, body, authorization }: ConnectRequest): ClientRequest {
    const { url, target } = this.#endpoints[endpoint];
    const headers = Object.assign({}, this.#headers);
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (authorization !== undefined) headers.authorization = authorization;
    const method = body === undefined ? 'GET' : 'POST';
    return httpModule(url).request(Object.assign({ method, agent: this.#agentFor(url), headers }, target));
  }

  #openApi(request: OutgoingApiRequest, accessToken: string): ClientRequest {
    const { url, method } = request;
    const headers = apiHeaders(this.#customHeaders, request, accessToken);
    return httpModule(url).request({ method, agent: this.#agentFor(url), headers, ...targetOf(url) });
  }

  #agentFor(url: URL): Agent {
    const agent = typeof this.#agent === 'function' ? this.#agent(url) : this.#agent;
    return agent ?? keepAliveAgent(url);
  }
}

/** Whether a request that only reads may succeed if it is sent again. */
function isTransientFailure(outcome: WholeResponse | HttpFailure): boolean {
  return 'failure' in outcome ? outcome.failure === 'network' : TRANSIENT_STATUSES.includes(outcome.status);
}
