import type { Agent, ClientRequest, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { urlToHttpOptions } from 'node:url';
import { report } from '../watch.js';
import {
  isToken,
  MalformedAnswer,
  type MoneiTokens,
  type MoneiUser,
  readErrorMessage,
  readTokenAnswer,
  readUserAnswer,
} from './answers.js';
import { MONEI_ENDPOINTS } from './endpoints.js';
import { MoneiConnectError, type MoneiErrorCode } from './errors.js';
import { type Answer, httpClient, keepAliveAgent, type NoAnswer, sendRequest } from './http.js';
import {
  agentOption,
  checkSpelling,
  credentialOptions,
  endpointOption,
  headersOption,
  type MoneiAgent,
  maxRetryAfterOption,
  timeoutOption,
} from './options.js';
import { cleanBody, cleanText } from './redact.js';

/** The body of an error that is longer is not read. */
const MAX_ERROR_LENGTH = 16 * 1024;

/** What a call that changes nothing is sent again after, in milliseconds, when it did not get through. */
const TRY_AGAIN_AFTER = [100, 300];

/** Answers of somebody who stands before Monei, or of a Monei that is about to be back. */
const PASSING_TROUBLE = [502, 503, 504];

/** The statuses of a success. Another 2xx, such as 206 (Partial Content), carries no whole answer. */
const SUCCESS = {
  token: [200, 201],
  profile: [200, 201],
  revocation: [200, 201, 202, 204], // Its body is not read.
};

type ConnectEndpoint = keyof typeof SUCCESS;

/** Options of `MoneiConnect`. */
export interface MoneiConnectOptions {
  /** As registered with Monei (`mc_…`). */
  clientID: string;
  /** As registered with Monei (`mcs_…`). */
  clientSecret: string;
  /** For proxies, private CAs, mTLS. Default: an agent of the package's own that keeps connections alive. */
  agent?: MoneiAgent | undefined;
  /** Milliseconds for one call, body included. Default: 10000. */
  timeout?: number | undefined;
  /**
   * When Monei is asked too often (429) and says to wait no longer than this many seconds, a call is sent once more after
   * that time, with a timeout of its own. `0`: never. Default: 5.
   */
  maxRetryAfter?: number | undefined;
  /** Headers to send with every call. */
  customHeaders?: OutgoingHttpHeaders | undefined;
  /** Default: Monei's. `https:` except on loopback, as are the two below. */
  tokenURL?: string | undefined;
  /** Default: Monei's. */
  revocationURL?: string | undefined;
  /** Default: Monei's. */
  userProfileURL?: string | undefined;
}

/** What `exchangeCode` needs. */
export interface MoneiCodeExchange {
  /** The authorization code from the callback URL. */
  code: string;
  /** The redirect URI of the authorization request, character for character. */
  redirectURI: string;
  /** With PKCE: the code verifier (RFC 7636 §4.5). */
  codeVerifier?: string | undefined;
}

/** Lets a subclass of the strategy turn the body of an error answer into an error of its own. */
type ErrorParser = (body: string, status: number) => Error | null;

/** A call to Monei. One with a body is a POST. */
interface Call {
  endpoint: ConnectEndpoint;
  body?: string;
  authorization?: string;
  /** The code or token that it is about, and the code verifier: they must not turn up in an error, whoever echoes them. */
  secrets: string[];
  /** Whether it is the exchange of a code, whose errors a subclass of the strategy may have its own for. */
  isExchange?: boolean;
}

type TokenAnswer = ReturnType<typeof readTokenAnswer>;

/** Where calls go, as Node's HTTP client takes it; made once. */
interface Endpoint {
  url: URL;
  target: Pick<RequestOptions, 'protocol' | 'hostname' | 'port' | 'path'>;
}

/**
 * The four calls of Monei Connect, without Passport: for workers, cron jobs and tests.
 *
 * Every call rejects with a `MoneiConnectError` when Monei gives no usable answer, and with a `TypeError` when it
 * was called with something that can't be sent. Redirects are not followed: the body holds the client secret.
 *
 * Source: docs.monei.cc/connect/tokens and /connect/errors.
 *
 * @example
 * ```ts
 * const connect = new MoneiConnect({ clientID, clientSecret });
 * const tokens = await connect.refresh(refreshToken); // the old pair is dead now: store the new one
 * ```
 */
export class MoneiConnect {
  /** As registered with Monei. It is public: it stands in the authorization URL. */
  readonly clientID: string;
  readonly #clientSecret: string;
  readonly #agent: MoneiAgent | undefined;
  readonly #timeout: number;
  readonly #maxRetryAfter: number;
  readonly #customHeaders: OutgoingHttpHeaders;
  /** Those that every call carries. */
  readonly #headers: OutgoingHttpHeaders;
  readonly #endpoints: Record<ConnectEndpoint, Endpoint>;
  readonly #parseError: ErrorParser | undefined;
  readonly #refreshes = new Map<string, Promise<Answer>>();

  /** @throws {TypeError} naming the option that is missing or wrong, and never its value if that is secret. */
  constructor(options: MoneiConnectOptions);
  /** @internal */
  constructor(options: MoneiConnectOptions, parseError: ErrorParser);
  constructor(options: MoneiConnectOptions, parseError?: ErrorParser) {
    checkSpelling(options);
    const { clientID, clientSecret } = credentialOptions(options);
    this.clientID = clientID;
    this.#clientSecret = clientSecret;
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
    this.#endpoints = {
      token: endpoint('tokenURL', options.tokenURL),
      revocation: endpoint('revocationURL', options.revocationURL),
      profile: endpoint('userProfileURL', options.userProfileURL),
    };
    this.#parseError = parseError;
  }

  /** Exchanges an authorization code for tokens (RFC 6749 §4.1.3, as JSON). A code works once. */
  async exchangeCode(exchange: MoneiCodeExchange): Promise<MoneiTokens> {
    const { code, redirectURI, codeVerifier }: Partial<MoneiCodeExchange> = exchange ?? {};
    const params = {
      grant_type: 'authorization_code',
      redirect_uri: text('redirectURI', redirectURI),
      ...(codeVerifier !== undefined && { code_verifier: text('codeVerifier', codeVerifier) }),
    };
    return (await this.requestTokens(text('code', code), params)).tokens;
  }

  /**
   * Trades a refresh token for a new pair (RFC 6749 §6, as JSON). The old pair is dead at once, so calls made at
   * the same time with one refresh token share one request and its outcome.
   *
   * An answer without a new refresh token leaves the old one valid, and one without scopes leaves them unchanged (RFC 6749
   * §6).
   *
   * @param options `scopes`: what the pair carried, for an answer that does not say. Without them, such an answer is refused
   */
  async refresh(
    refreshToken: string,
    { scopes }: { scopes?: readonly string[] | undefined } = {},
  ): Promise<MoneiTokens> {
    return (await this.requestTokens(refreshToken, { grant_type: 'refresh_token' }, scopes)).tokens;
  }

  /**
   * Kills an access token and its refresh token. A token that Monei no longer knows (404) counts as revoked.
   *
   * @param options `mustExist`: a 404 is an error, for a token that Monei has to know
   */
  async revoke(
    accessToken: string,
    { mustExist = false }: { mustExist?: boolean | undefined } = {},
  ): Promise<void> {
    const token = text('accessToken', accessToken);
    const call: Call = { endpoint: 'revocation', body: JSON.stringify({ token }), secrets: [token] };
    const answer = await this.#send(call);
    if (answer.status !== 404 || mustExist) this.#refuseErrors(call, answer);
  }

  /** Reads the user's account. The token needs the scope `profile:read`. */
  async fetchUser(accessToken: string): Promise<MoneiUser> {
    return (await this.requestUser(accessToken)).user;
  }

  /**
   * The user, with the body that they came in.
   * @internal
   */
  async requestUser(accessToken: string): Promise<{ user: MoneiUser; raw: string }> {
    const token = tokenText('accessToken', accessToken);
    const call: Call = { endpoint: 'profile', authorization: `Bearer ${token}`, secrets: [token] };
    return await this.#read(call, (raw) => ({ user: readUserAnswer(raw), raw }));
  }

  /**
   * The token endpoint as passport-oauth2 and passport-oauth2-refresh use it: a code or a refresh token, and the
   * parameters that go with it.
   * @param scopes what the pair of a refresh token carried, if that is known
   * @internal
   */
  async requestTokens(
    codeOrToken: string,
    params: Record<string, unknown>,
    scopes?: readonly string[],
  ): Promise<TokenAnswer> {
    const { grant_type: grantType, code_verifier: verifier } = params;
    if (grantType !== 'refresh_token') {
      const code = text('code', codeOrToken);
      const client = { client_id: this.clientID, client_secret: this.#clientSecret };
      const body = JSON.stringify(Object.assign({}, params, { code }, client));
      const secrets = typeof verifier === 'string' ? [code, verifier] : [code];
      return await this.#read({ endpoint: 'token', body, secrets, isExchange: true }, (answer) =>
        readTokenAnswer(answer),
      );
    }
    const refreshToken = text('refreshToken', codeOrToken);
    // Monei documents no client credentials for a refresh, so none are sent.
    const body = JSON.stringify(Object.assign({}, params, { refresh_token: refreshToken }));
    const call: Call = { endpoint: 'token', body, secrets: [refreshToken] };
    const answer = await this.#shared(refreshToken, call);
    return this.#parse(call, answer, (body) => readTokenAnswer(body, { refreshToken, scopes }));
  }

  /** The answer to a refresh. Calls made at the same time with one refresh token share it. */
  async #shared(refreshToken: string, call: Call): Promise<Answer> {
    const running = this.#refreshes.get(refreshToken);
    if (running) return running;
    const refresh = this.#receive(call);
    this.#refreshes.set(refreshToken, refresh);
    try {
      return await refresh;
    } finally {
      this.#refreshes.delete(refreshToken);
    }
  }

  /** Sends `call` and reads a checked value from the body of the answer. */
  async #read<T>(call: Call, read: (body: string) => T): Promise<T> {
    return this.#parse(call, await this.#receive(call), read);
  }

  /** Sends `call`. What comes back is a success. */
  async #receive(call: Call): Promise<Answer> {
    const answer = await this.#send(call);
    this.#refuseErrors(call, answer);
    return answer;
  }

  /** Reads a checked value from the body of an answer. */
  #parse<T>(call: Call, answer: Answer, read: (body: string) => T): T {
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
  async #send(call: Call): Promise<Answer> {
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

  #refuseErrors(call: Call, { status, retryAfter, body = '' }: Answer): void {
    if (SUCCESS[call.endpoint].includes(status)) return;
    // A parser of errors does not get what may be half an answer, with tokens in it.
    const parsed = call.isExchange && status >= 300 ? this.#parseErrorBody(call, body, status) : null;
    if (parsed) throw parsed;
    const words = body.length > MAX_ERROR_LENGTH ? undefined : readErrorMessage(body);
    throw this.#error(call, codeOf(status), `answered ${status}`, words, { status, retryAfter });
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

function endpoint(name: keyof typeof MONEI_ENDPOINTS, value: string | undefined): Endpoint {
  const url = endpointOption(name, value ?? MONEI_ENDPOINTS[name]);
  const { protocol, hostname, port, path } = urlToHttpOptions(url);
  const target = { protocol, hostname, path, ...(port && { port }) };
  return { url, target };
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

/** An argument of a call. Its value stays out of the error. */
function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(
    `passport-monei: \`${name}\` must be a string that is not empty. Check where it comes from.`,
  );
}

/** A token as an argument: it travels in a header. */
function tokenText(name: string, value: unknown): string {
  const given = text(name, value);
  if (isToken(given)) return given;
  throw new TypeError(
    `passport-monei: \`${name}\` holds characters that no token has. Check where it comes from.`,
  );
}
