import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiError } from './api-error.js';
import {
  appendParameters,
  type ConsentRequest,
  checkAuthorizationRequest,
  listClients,
} from './authorization-request.js';
import { explainDifference } from './explain.js';
import {
  checkRegistrations,
  type EmulatedClient,
  type EmulatedUser,
  isNonEmptyString,
} from './registrations.js';

/** The user's decision on the consent page. */
interface Decision {
  userID: string;
  /** The scopes that the user allows. */
  allow: string[];
}

/** The scopes that a user granted to an app. */
export interface Grant {
  client: EmulatedClient;
  user: EmulatedUser;
  scopes: string[];
  /** Number of the app's token pairs for this user. */
  tokens: number;
}

interface AuthorizationCode {
  clientID: string;
  redirectURI: string;
  userID: string;
  scopes: string[];
  challenge: ConsentRequest['challenge'];
  expires: number;
}

interface TokenPair {
  accessToken: string;
  refreshToken: string;
  clientID: string;
  userID: string;
  scopes: string[];
  expires: number;
}

/** Lifetime of an authorization code, in milliseconds. */
const CODE_LIFE_MS = 10 * 60 * 1000;
/** Lifetime of an access token, in seconds, as documented by Monei. */
export const TOKEN_LIFE = 60 * 60;

/**
 * The state and the rules of Monei Connect, without HTTP: clients, users, grants, codes and tokens.
 *
 * It follows docs.monei.cc/connect. Where these pages are silent, it assumes that new tokens carry all scopes that the user has
 * granted to the app (as in the documentation's example), that a grant outlives the revocation of a token, and that the app gets
 * `invalid_scope` for an unknown scope (RFC 6749 §4.1.2.1).
 */
export class AuthorizationServer {
  /** Lifetime of new access tokens, in seconds. */
  tokenLife = TOKEN_LIFE;
  readonly #clients: Map<string, EmulatedClient>;
  readonly #users: Map<string, EmulatedUser>;
  /** The granted scopes, by client and user. */
  readonly #grants = new Map<string, Set<string>>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #byAccessToken = new Map<string, TokenPair>();
  readonly #byRefreshToken = new Map<string, TokenPair>();

  /** @throws {TypeError} if there is no client or no user, or if one is incomplete */
  constructor(clients: readonly EmulatedClient[], users: readonly EmulatedUser[]) {
    checkRegistrations(clients, users);
    this.#clients = new Map(clients.map((client) => [client.clientID, client]));
    this.#users = new Map(users.map((user) => [user.id, user]));
  }

  get clients(): EmulatedClient[] {
    return [...this.#clients.values()];
  }

  get users(): EmulatedUser[] {
    return [...this.#users.values()];
  }

  /** The user who decides if a request names none. The constructor has checked that there is one. */
  get firstUser(): EmulatedUser {
    return this.users[0] as EmulatedUser;
  }

  /** Checks an authorization request, as `checkAuthorizationRequest` does. */
  checkRequest(parameters: URLSearchParams): ConsentRequest {
    return checkAuthorizationRequest(parameters, this.#clients);
  }

  /** Returns the scopes of `request` that the user has not granted yet. The consent page shows only these. */
  newScopes(request: ConsentRequest, userID: string): string[] {
    const granted = this.#grants.get(grantKey(request.client.clientID, userID));
    return request.scopes.filter((scope) => !granted?.has(scope));
  }

  /** Records the user's decision. Returns the callback URL with a code. */
  approve(request: ConsentRequest, { userID, allow }: Decision): string {
    if (!this.#users.has(userID)) throw new ApiError(400, 'Unknown user');
    const { client, redirectURI, state, challenge } = request;
    const granted = this.#grantedScopes(client.clientID, userID);
    for (const scope of this.newScopes(request, userID)) if (allow.includes(scope)) granted.add(scope);
    const code = randomBytes(24).toString('base64url');
    const expires = Date.now() + CODE_LIFE_MS;
    const scopes = [...granted];
    this.#codes.set(code, { clientID: client.clientID, redirectURI, userID, scopes, challenge, expires });
    return appendParameters(redirectURI, { code, state });
  }

  /** Returns the callback URL of a user who refuses everything. */
  deny({ redirectURI, state }: ConsentRequest): string {
    const description = 'The user denied the request';
    return appendParameters(redirectURI, { error: 'access_denied', error_description: description, state });
  }

  /** Responds to `POST /connect/token`: exchanges a code or a refresh token for new tokens. */
  token(body: Record<string, unknown>) {
    switch (body.grant_type) {
      case 'authorization_code':
        return this.#exchange(body);
      case 'refresh_token':
        return this.#refresh(body);
      default:
        throw new ApiError(400, 'grant_type must be authorization_code or refresh_token');
    }
  }

  /** Responds to `POST /connect/token/revoke`: revokes an access token and its refresh token. */
  revoke({ token }: Record<string, unknown>): void {
    if (typeof token !== 'string') throw new ApiError(400, 'token must be a string');
    const pair = this.#byAccessToken.get(token);
    if (!pair) throw new ApiError(404, 'Token not found');
    this.#revoke(pair);
  }

  /** Revokes the grant and all tokens of an app, as a user can in Monei's settings. */
  revokeGrant(clientID: string, userID: string): void {
    this.#grants.delete(grantKey(clientID, userID));
    const isOfGrant = (one: AuthorizationCode | TokenPair) =>
      one.clientID === clientID && one.userID === userID;
    for (const pair of this.#byAccessToken.values()) if (isOfGrant(pair)) this.#revoke(pair);
    for (const [value, code] of this.#codes) if (isOfGrant(code)) this.#codes.delete(value);
  }

  /** Returns all grants that are not revoked. */
  grants(): Grant[] {
    const pairs = [...this.#byAccessToken.values()];
    return this.clients.flatMap((client) =>
      this.users.flatMap((user) => {
        const scopes = this.#grants.get(grantKey(client.clientID, user.id));
        const ofUser = pairs.filter((one) => one.clientID === client.clientID && one.userID === user.id);
        return scopes ? [{ client, user, scopes: [...scopes], tokens: ofUser.length }] : [];
      }),
    );
  }

  /** Lets the access tokens of a grant expire. Their refresh tokens stay valid. */
  expireTokens(clientID: string, userID: string): void {
    for (const pair of this.#byAccessToken.values()) {
      if (pair.clientID === clientID && pair.userID === userID) pair.expires = Date.now();
    }
  }

  /**
   * Returns the user and the scopes of an access token.
   *
   * @throws {ApiError} 401 if it is missing, unknown, revoked or expired
   */
  checkAccessToken(authorization: string | undefined): { user: EmulatedUser; scopes: readonly string[] } {
    const [, token = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    const pair = this.#byAccessToken.get(token);
    const user = pair && this.#users.get(pair.userID);
    if (!pair || !user || pair.expires <= Date.now()) throw new ApiError(401, 'Invalid or expired token');
    return { user, scopes: pair.scopes };
  }

  #exchange(body: Record<string, unknown>) {
    const { code, redirect_uri: redirectURI, client_id: clientID, client_secret: clientSecret } = body;
    const client = isNonEmptyString(clientID) ? this.#clients.get(clientID) : undefined;
    if (!client) {
      throw new ApiError(401, `Invalid client credentials: unknown client_id. ${listClients(this.#clients)}`);
    }
    if (!isNonEmptyString(clientSecret) || !isSameSecret(clientSecret, client.clientSecret)) {
      throw new ApiError(
        401,
        'Invalid client credentials: the client_secret is not the one of this client_id',
      );
    }
    const stored = isNonEmptyString(code) ? this.#codes.get(code) : undefined;
    if (!isNonEmptyString(code) || !stored || stored.clientID !== clientID || stored.expires <= Date.now()) {
      throw new ApiError(400, 'Authorization code is invalid, expired or already used');
    }
    if (stored.redirectURI !== redirectURI) {
      const where = explainDifference(isNonEmptyString(redirectURI) ? redirectURI : '', [stored.redirectURI]);
      throw new ApiError(400, `redirect_uri mismatch with the authorization request, ${where}`);
    }
    checkVerifier(stored.challenge, body.code_verifier);
    this.#codes.delete(code);
    return this.#issue(stored);
  }

  #refresh({ refresh_token: refreshToken }: Record<string, unknown>) {
    if (typeof refreshToken !== 'string') throw new ApiError(400, 'refresh_token must be a string');
    const pair = this.#byRefreshToken.get(refreshToken);
    if (!pair) throw new ApiError(401, 'Invalid or expired token');
    this.#revoke(pair);
    return this.#issue(pair);
  }

  #issue({ clientID, userID, scopes }: Pick<TokenPair, 'clientID' | 'userID' | 'scopes'>) {
    const pair: TokenPair = {
      accessToken: `mct_${randomBytes(24).toString('base64url')}`,
      refreshToken: `mcr_${randomBytes(24).toString('base64url')}`,
      clientID,
      userID,
      scopes,
      expires: Date.now() + this.tokenLife * 1000,
    };
    this.#byAccessToken.set(pair.accessToken, pair);
    this.#byRefreshToken.set(pair.refreshToken, pair);
    return {
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      token_type: 'Bearer',
      expires_in: this.tokenLife,
      scopes,
    };
  }

  #revoke(pair: TokenPair): void {
    this.#byAccessToken.delete(pair.accessToken);
    this.#byRefreshToken.delete(pair.refreshToken);
  }

  #grantedScopes(clientID: string, userID: string): Set<string> {
    const key = grantKey(clientID, userID);
    const granted = this.#grants.get(key) ?? new Set();
    this.#grants.set(key, granted);
    return granted;
  }
}

function grantKey(clientID: string, userID: string): string {
  return JSON.stringify([clientID, userID]);
}

/**
 * Checks the code verifier of PKCE (RFC 7636 §4.6). Monei's documentation does not mention PKCE.
 *
 * @throws {ApiError} 400 also for a verifier without a challenge: an attacker may have removed the challenge (RFC 9700 §4.8.2)
 */
function checkVerifier(challenge: ConsentRequest['challenge'], verifier: unknown): void {
  if (!challenge) {
    if (verifier === undefined) return;
    throw new ApiError(
      400,
      'The request has a code_verifier, but the authorization request had no code_challenge',
    );
  }
  if (typeof verifier !== 'string') throw new ApiError(400, 'The code_verifier is missing');
  const proof =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (!isSameSecret(proof, challenge.value)) {
    throw new ApiError(400, `The code_verifier does not match the code_challenge (${challenge.method})`);
  }
}

function isSameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
