import type { Agent, ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { report } from '../diagnostics.js';
import { type ConnectEndpoint, type Endpoint, endpointsOf } from './endpoints.js';
import { MoneiConnectError, type MoneiErrorCode, markFromGateway } from './errors.js';
import { type Answer, httpClient, keepAliveAgent, type NoAnswer, sendRequest } from './http.js';
import {
  agentOption,
  headersOption,
  type MoneiAgent,
  type MoneiConnectOptions,
  maxRetryAfterOption,
  timeoutOption,
} from './options.js';
import { cleanBody, cleanText } from './redaction.js';
import { isMoneiError, MalformedAnswer, readErrorMessage } from './responses.js';

/** The body of an error that is longer is not read. */
const MAX_ERROR_LENGTH = 16 * 1024;

/** What a call that changes nothing is sent again after, in milliseconds, when it did not get through. */
const TRY_AGAIN_AFTER = [100, 300];

/** Answers of somebody who stands before Monei, or of a Monei that is about to be back. */
const PASSING_TROUBLE = [502, 503, 504];

/** The statuses of a success. Another 2xx, such as 206 (Partial Content), carries no whole answer. */
const SUCCESS: Record<ConnectEndpoint, number[]> = {
  token: [200, 201],
  profile: [200, 201],
  revocation: [200, 201, 202, 204], // Its body is not read.
};

/** Lets a subclass of the strategy turn the body of an error answer into an error of its own. */
export type ErrorParser = (body: string, status: number) => Error | null;

/** A call to Monei. One with a body is a POST. */
export interface Call {
  endpoint: ConnectEndpoint;
  body?: string;
  authorization?: string;
  /** The code or token that it is about, and the code verifier: they must not turn up in an error, whoever echoes them. */
  secrets: string[];
  /** Whether it is the exchange of a code, whose errors a subclass of the strategy may have its own for. */
  isExchange?: boolean;
}

/** Sends the calls of one `MoneiConnect`. What comes of each is a success or a `MoneiConnectError`. */
export class Calls {
  readonly #clientSecret: string;
  readonly #agent: MoneiAgent | undefined;
  readonly #timeout: number;
  readonly #maxRetryAfter: number;
  readonly #customHeaders: OutgoingHttpHeaders;
  /** Those that every call carries. */
  readonly #headers: OutgoingHttpHeaders;
  readonly #endpoints: Record<ConnectEndpoint, Endpoint>;
  readonly #parseError: ErrorParser | undefined;

  /** @throws {TypeError} naming the option that is wrong */
  constructor(options: MoneiConnectOptions, parseError: ErrorParser | undefined) {
    this.#clientSecret = options.clientSecret;
    this.#agent = agentOption(options.agent);
    this.#timeout = timeoutOption(options.timeout);
    this.#maxRetryAfter = maxRetryAfterOption(options.maxRetryAfter);
    this.#customHeaders = headersOption(options.customHeaders);
    this.#headers = {
      'user-agent': 'passport-monei',
      ...this.#customHeaders,
      accept: 'application/json',
      'accept-encoding': 'identity',
    };
    this.#endpoints = endpointsOf(options);
    this.#parseError = parseError;
  }

  /** Sends `call` and reads a checked value from the body of the answer. */
  async read<T>(call: Call, read: (body: string) => T): Promise<T> {
    return this.parse(call, await this.receive(call), read);
  }

  /** Sends `call`. What comes back is a success. */
  async receive(call: Call): Promise<Answer> {
    const answer = await this.send(call);
    this.refuseErrors(call, answer);
    return answer;
  }

  /** Reads a checked value from the body of an answer. */
  parse<T>(call: Call, answer: Answer, read: (body: string) => T): T {
    try {
      if (answer.body === undefined) throw new MalformedAnswer(answer.unreadable);
      return read(answer.body);
    } catch (error) {
      /* c8 ignore next -- a mistake of ours, which is not to be taken for one of Monei's */
      if (!(error instanceof MalformedAnswer)) throw error;
      const reason = `gave an answer that can't be used: ${error.message}`;
      throw this.#error(call, 'malformed_response', reason, undefined, answer);
    }
  }

  /**
   * Sends `call`, and again what is sure to do no harm: a call that only reads, when it did not get through, and any call
   * that Monei was too busy to look at (429), once.
   */
  async send(call: Call): Promise<Answer> {
    const once = async (timeout: number) => {
      const start = performance.now();
      const outcome = await sendRequest(() => this.#open(call), call.body, timeout);
      const milliseconds = Math.round(performance.now() - start);
      const { endpoint } = call;
      if ('failure' in outcome) report({ step: 'call', endpoint, failure: outcome.failure, milliseconds });
      else report({ step: 'call', endpoint, status: outcome.status, milliseconds });
      return outcome;
    };
    const end = Date.now() + this.#timeout;
    let outcome = await once(this.#timeout);
    for (const pause of call.body === undefined ? TRY_AGAIN_AFTER : []) {
      const left = end - Date.now() - pause;
      if (!isPassingTrouble(outcome) || left <= 0) break;
      await wait(pause);
      outcome = await once(left);
    }
    const pause = this.#busyFor(outcome);
    if (pause !== undefined) {
      await wait(pause * 1000);
      outcome = await once(this.#timeout);
    }
    if ('failure' in outcome) throw this.#error(call, outcome.failure, outcome.reason, outcome.details);
    return outcome;
  }

  /** How long to wait for a Monei that is asked too often, in seconds, if it is not too long. */
  #busyFor(outcome: Answer | NoAnswer): number | undefined {
    if ('failure' in outcome || outcome.status !== 429 || this.#maxRetryAfter === 0) return undefined;
    const { retryAfter } = outcome;
    return retryAfter !== undefined && retryAfter <= this.#maxRetryAfter ? retryAfter : undefined;
  }

  #open(call: Call): ClientRequest {
    const { url, target } = this.#endpoints[call.endpoint];
    const headers = Object.assign({}, this.#headers);
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.authorization !== undefined) headers.authorization = call.authorization;
    const method = call.body === undefined ? 'GET' : 'POST';
    return httpClient(url).request(Object.assign({ method, agent: this.#agentFor(url), headers }, target));
  }

  #agentFor(url: URL): Agent {
    const agent = typeof this.#agent === 'function' ? this.#agent(url) : this.#agent;
    return agent ?? keepAliveAgent(url);
  }

  /** @throws what the answer to `call` means, unless it is a success */
  refuseErrors(call: Call, { status, retryAfter, body = '' }: Answer): void {
    if (SUCCESS[call.endpoint].includes(status)) return;
    // A parser of errors does not get what may be half an answer, with tokens in it.
    const parsed = call.isExchange && status >= 300 ? this.#parseErrorBody(call, body, status) : null;
    if (parsed) throw parsed;
    const text = body.length > MAX_ERROR_LENGTH ? '' : body;
    const error = this.#error(call, codeOf(status), `answered ${status}`, readErrorMessage(text), {
      status,
      retryAfter,
    });
    throw isMoneiError(text, status) ? error : markFromGateway(error);
  }

  #parseErrorBody(call: Call, body: string, status: number): Error | null {
    if (!this.#parseError || body.length > MAX_ERROR_LENGTH) return null;
    try {
      return this.#parseError(cleanBody(body, this.#secrets(call)), status);
    } catch {
      return null; // As in passport-oauth2: a parser that chokes on a body has nothing to say about it.
    }
  }

  /**
   * @param reason our own words
   * @param details those of another party, which may hold anything
   */
  #error(
    call: Call,
    code: MoneiErrorCode,
    reason: string,
    details?: string,
    answer?: Pick<Answer, 'status' | 'retryAfter'>,
  ) {
    const words = details === undefined ? '' : `: ${cleanText(details, this.#secrets(call))}`;
    return new MoneiConnectError(`Monei's ${call.endpoint} endpoint ${reason}${words}`, {
      code,
      endpoint: call.endpoint,
      moneiStatus: answer?.status,
      retryAfter: answer?.retryAfter,
    });
  }

  /** Custom headers are among them: an app may hold the key of a gateway there. */
  #secrets(call: Call): string[] {
    return [
      this.#clientSecret,
      ...call.secrets,
      ...Object.values(this.#customHeaders)
        .flat()
        .flatMap((value) => partsOf(String(value))),
    ];
  }
}

/** A header's value, and what in it is secret by itself: the key behind `Bearer`, what `Basic` encodes, a cookie's value. */
function partsOf(value: string): string[] {
  const parts = value.split(/[\s;,=]+/);
  const [scheme, credentials] = parts.map(String);
  const decoded = /^basic$/i.test(`${scheme}`) ? Buffer.from(`${credentials}`, 'base64').toString() : '';
  return [value, ...parts, decoded, ...decoded.split(':')].filter(Boolean);
}

function isPassingTrouble(outcome: Answer | NoAnswer): boolean {
  return 'failure' in outcome ? outcome.failure === 'network' : PASSING_TROUBLE.includes(outcome.status);
}

function codeOf(status: number): MoneiErrorCode {
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
