import { requireString } from '../internal/require-values.js';
import type { ApiRequest, ApiResponse } from './api-messages.js';
import type { HttpResponse } from './http.js';
import { type CheckedConnectOptions, checkConnectOptions, type MoneiConnectOptions } from './options.js';
import { type ErrorParser, type MoneiRequest, RequestSender } from './requests.js';
import { isToken, type MoneiTokens, type MoneiUser, readTokenAnswer, readUserAnswer } from './responses.js';

/** What `exchangeCode` needs. */
export interface MoneiCodeExchange {
  /** The authorization code from the callback URL. */
  code: string;
  /** The redirect URI of the authorization request, character for character. */
  redirectURI: string;
  /** With PKCE: the code verifier (RFC 7636 §4.5). */
  codeVerifier?: string | undefined;
}

/** Options of `refresh`. */
export interface MoneiRefreshOptions {
  /** The scopes of the old tokens, for a response that lists none. */
  scopes?: readonly string[] | undefined;
  /**
   * Whether to repeat the request if its kept connection was closed before a response. Default: yes.
   * @internal
   */
  mayRepeat?: (() => boolean | Promise<boolean>) | undefined;
}

type TokenAnswer = ReturnType<typeof readTokenAnswer>;

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
  readonly #sender: RequestSender;
  readonly #refreshes = new Map<string, Promise<HttpResponse>>();

  /** @throws {TypeError} naming the option that is missing or wrong, and never its value if that is secret. */
  constructor(options: MoneiConnectOptions);
  /**
   * For the strategy, which has checked the options.
   * @internal
   */
  constructor(options: CheckedConnectOptions, parseError: ErrorParser);
  constructor(options: MoneiConnectOptions | CheckedConnectOptions, parseError?: ErrorParser) {
    const checked = parseError ? (options as CheckedConnectOptions) : checkConnectOptions(options);
    this.clientID = checked.clientID;
    this.#clientSecret = checked.clientSecret;
    this.#sender = new RequestSender(checked, parseError);
  }

  /** Exchanges an authorization code for tokens (RFC 6749 §4.1.3, as JSON). A code works once. */
  async exchangeCode(exchange: MoneiCodeExchange): Promise<MoneiTokens> {
    const { code, redirectURI, codeVerifier }: Partial<MoneiCodeExchange> = exchange ?? {};
    const params = {
      grant_type: 'authorization_code',
      redirect_uri: requireString('`redirectURI`', redirectURI),
      ...(codeVerifier !== undefined && { code_verifier: requireString('`codeVerifier`', codeVerifier) }),
    };
    return (await this.requestTokens(requireString('`code`', code), params)).tokens;
  }

  /**
   * Trades a refresh token for a new pair (RFC 6749 §6, as JSON). The old pair is dead at once, so calls made at
   * the same time with one refresh token share one request and its outcome.
   *
   * An answer without a new refresh token leaves the old one valid, and one without scopes leaves them unchanged (RFC 6749
   * §6).
   *
   * @param options `scopes`: the scopes of the old tokens, for a response that lists none. Without them, it is refused
   */
  async refresh(refreshToken: string, options: MoneiRefreshOptions = {}): Promise<MoneiTokens> {
    const params = { grant_type: 'refresh_token' };
    return (await this.requestTokens(refreshToken, params, options.scopes, options.mayRepeat)).tokens;
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
    const token = requireString('`accessToken`', accessToken);
    const request: MoneiRequest = {
      endpoint: 'revocation',
      body: JSON.stringify({ token }),
      secrets: [token],
    };
    const response = await this.#sender.send(request);
    if (response.status !== 404 || mustExist) this.#sender.refuseErrors(request, response);
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
    const token = requireToken('`accessToken`', accessToken);
    const request: MoneiRequest = { endpoint: 'profile', authorization: `Bearer ${token}`, secrets: [token] };
    return await this.#sender.read(request, (raw) => ({ user: readUserAnswer(raw), raw }));
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
    mayRepeat?: MoneiRefreshOptions['mayRepeat'],
  ): Promise<TokenAnswer> {
    const { grant_type: grantType, code_verifier: verifier } = params;
    if (grantType !== 'refresh_token') {
      const code = requireString('`code`', codeOrToken);
      const client = { client_id: this.clientID, client_secret: this.#clientSecret };
      const body = JSON.stringify(Object.assign({}, params, { code }, client));
      const secrets = typeof verifier === 'string' ? [code, verifier] : [code];
      return await this.#sender.read({ endpoint: 'token', body, secrets, isExchange: true }, (answer) =>
        readTokenAnswer(answer),
      );
    }
    const refreshToken = requireString('`refreshToken`', codeOrToken);
    // Monei documents no client credentials for a refresh, so none are sent.
    const body = JSON.stringify(Object.assign({}, params, { refresh_token: refreshToken }));
    const request: MoneiRequest = { endpoint: 'token', body, secrets: [refreshToken], mayRepeat };
    const response = await this.#shared(refreshToken, request);
    return this.#sender.parse(request, response, (body) => readTokenAnswer(body, { refreshToken, scopes }));
  }

  /**
   * Sends a request to Monei's API for `TokenKeeper.fetch`, which recognizes a `MoneiConnect` by this method.
   * @internal
   */
  async sendApiRequest(request: ApiRequest, accessToken: string): Promise<ApiResponse> {
    return this.#sender.sendApiRequest(request, accessToken);
  }

  /** The response to a refresh. Calls made at the same time with one refresh token share it. */
  async #shared(refreshToken: string, request: MoneiRequest): Promise<HttpResponse> {
    const running = this.#refreshes.get(refreshToken);
    if (running) return running;
    const refresh = this.#sender.receive(request);
    this.#refreshes.set(refreshToken, refresh);
    try {
      return await refresh;
    } finally {
      this.#refreshes.delete(refreshToken);
    }
  }
}

/** Returns a token that an HTTP header can carry. */
function requireToken(name: string, value: unknown): string {
  const given = requireString(name, value);
  if (isToken(given)) return given;
  throw new TypeError(
    `passport-monei: ${name} holds characters that no token has. Check where it comes from.`,
  );
}
