import { requireString } from '../internal/require-values.js';
import type { OutgoingApiRequest, WholeApiResponse } from './api-messages.js';
import { isFromGateway, isMoneiConnectError } from './errors.js';
import type { WholeResponse } from './http.js';
import { type CheckedConnectOptions, checkConnectOptions, type MoneiConnectOptions } from './options.js';
import type { ErrorParser } from './request-errors.js';
import { type ConnectRequest, RequestSender } from './requests.js';
import {
  isToken,
  type MoneiTokens,
  type MoneiUser,
  readTokenResponse,
  readUserResponse,
} from './responses.js';

/** The argument of `exchangeCode`. */
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

type TokenResponse = ReturnType<typeof readTokenResponse>;

/**
 * Sends the four requests of Monei Connect, without Passport: for workers, cron jobs and tests.
 *
 * Every method rejects with a `MoneiConnectError` if Monei sends no usable response, and with a `TypeError` if an
 * argument cannot be sent. Redirects are not followed, because the body may contain the client secret.
 *
 * Source: docs.monei.cc/connect/tokens and /connect/errors.
 *
 * @example
 * ```ts
 * const connect = new MoneiConnect({ clientID, clientSecret });
 * const tokens = await connect.refresh(refreshToken); // Monei has revoked the old tokens: store the new ones
 * ```
 */
export class MoneiConnect {
  /** The client ID as registered with Monei. It is public: the authorization URL contains it. */
  readonly clientID: string;
  readonly #clientSecret: string;
  readonly #sender: RequestSender;
  readonly #refreshes = new Map<string, Promise<WholeResponse>>();

  /** @throws {TypeError} naming the option that is missing or invalid. The message contains no secret. */
  constructor(options: MoneiConnectOptions);
  /**
   * Creates the client of a strategy, which has checked the options.
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
   * Exchanges a refresh token for new tokens (RFC 6749 §6, as JSON). Monei revokes the old tokens at once, so
   * concurrent calls with one refresh token share one request and its outcome.
   *
   * If the response has no refresh token, the old one stays valid. If it lists no scopes, they are unchanged (RFC 6749
   * §6).
   *
   * @param options `scopes`: the scopes of the old tokens. Without them, a response that lists none is an error.
   */
  async refresh(refreshToken: string, options: MoneiRefreshOptions = {}): Promise<MoneiTokens> {
    const params = { grant_type: 'refresh_token' };
    return (await this.requestTokens(refreshToken, params, options.scopes, options.mayRepeat)).tokens;
  }

  /**
   * Revokes an access token and its refresh token. Monei's own 404, for a token that it no longer knows, counts as
   * success.
   *
   * @param options `mustExist`: if true, that 404 rejects as well
   */
  async revoke(
    accessToken: string,
    { mustExist = false }: { mustExist?: boolean | undefined } = {},
  ): Promise<void> {
    const token = requireString('`accessToken`', accessToken);
    const request: ConnectRequest = {
      endpoint: 'revocation',
      body: JSON.stringify({ token }),
      secrets: [token],
    };
    try {
      await this.#sender.sendAndCheck(request);
    } catch (error) {
      // A gateway's 404 page says nothing about the token.
      const isUnknown = isMoneiConnectError(error) && error.code === 'not_found' && !isFromGateway(error);
      if (mustExist || !isUnknown) throw error;
    }
  }

  /** Reads the user's account. The token needs the scope `profile:read`. */
  async fetchUser(accessToken: string): Promise<MoneiUser> {
    return (await this.requestUser(accessToken)).user;
  }

  /**
   * Reads the user's account. Returns the body of the response as well, for `_raw` of the profile.
   * @internal
   */
  async requestUser(accessToken: string): Promise<{ user: MoneiUser; raw: string }> {
    const token = requireToken('`accessToken`', accessToken);
    const request: ConnectRequest = {
      endpoint: 'profile',
      authorization: `Bearer ${token}`,
      secrets: [token],
    };
    return await this.#sender.sendAndParse(request, (raw) => ({ user: readUserResponse(raw), raw }));
  }

  /**
   * Sends a request to the token endpoint with the arguments of passport-oauth2 and passport-oauth2-refresh.
   *
   * @param scopes the scopes of the old tokens in a refresh, if they are known
   * @internal
   */
  async requestTokens(
    codeOrToken: string,
    params: Record<string, unknown>,
    scopes?: readonly string[],
    mayRepeat?: MoneiRefreshOptions['mayRepeat'],
  ): Promise<TokenResponse> {
    const { grant_type: grantType, code_verifier: verifier } = params;
    if (grantType !== 'refresh_token') {
      const code = requireString('`code`', codeOrToken);
      const client = { client_id: this.clientID, client_secret: this.#clientSecret };
      const body = JSON.stringify(Object.assign({}, params, { code }, client));
      const secrets = typeof verifier === 'string' ? [code, verifier] : [code];
      const request: ConnectRequest = { endpoint: 'token', body, secrets, isExchange: true };
      return await this.#sender.sendAndParse(request, (responseBody) => readTokenResponse(responseBody));
    }
    const refreshToken = requireString('`refreshToken`', codeOrToken);
    // Monei documents no client credentials for a refresh, so none are sent.
    const body = JSON.stringify(Object.assign({}, params, { refresh_token: refreshToken }));
    const request: ConnectRequest = { endpoint: 'token', body, secrets: [refreshToken], mayRepeat };
    const response = await this.#shareRefresh(refreshToken, request);
    const old = { refreshToken, scopes };
    return this.#sender.parseBody(request, response, (responseBody) => readTokenResponse(responseBody, old));
  }

  /**
   * Sends a request to Monei's API for `TokenKeeper.fetch`, which recognizes a `MoneiConnect` by this method.
   * @internal
   */
  async sendApiRequest(request: OutgoingApiRequest, accessToken: string): Promise<WholeApiResponse> {
    return this.#sender.sendApiRequest(request, accessToken);
  }

  /** Sends a refresh. Concurrent calls with one refresh token share the response. */
  async #shareRefresh(refreshToken: string, request: ConnectRequest): Promise<WholeResponse> {
    const running = this.#refreshes.get(refreshToken);
    if (running) return running;
    const refresh = this.#sender.sendAndCheck(request);
    this.#refreshes.set(refreshToken, refresh);
    try {
      return await refresh;
    } finally {
      this.#refreshes.delete(refreshToken);
    }
  }
}

/** Returns `value` if it is a token that an HTTP header can contain. */
function requireToken(name: string, value: unknown): string {
  const token = requireString(name, value);
  if (isToken(token)) return token;
  throw new TypeError(
    `passport-monei: ${name} contains characters that a token cannot have. Check where it comes from.`,
  );
}
