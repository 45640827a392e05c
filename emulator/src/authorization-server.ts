import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { MONEI_SCOPES } from '../../src/scopes/catalogue.js';
import { splitScopes } from '../../src/scopes/syntax.js';
import { ApiError } from './api-error.js';
import { explainDifference, nearest, quote } from './explain.js';
import {
  allowsRedirectURI,
  checkRegistrations,
  type EmulatedClient,
  type EmulatedUser,
  isText,
} from './registrations.js';

/** An authorization request that was checked: what the consent page asks. */
export interface ConsentRequest {
  client: EmulatedClient;
  redirectURI: string;
  state: string | undefined;
  /** The scopes asked for. */
  scopes: string[];
  challenge: { value: string; method: 'S256' | 'plain' } | undefined;
}

/** What the user decided on the consent page. */
interface Decision {
  userID: string;
  /** The scopes that they allow. */
  allow: string[];
}

/** A refusal that goes back to the app through the browser (RFC 6749 §4.1.2.1). */
export class AuthorizationRefusal extends Error {
  /** Where to send the browser. */
  readonly location: string;

  constructor(redirectURI: string, parameters: Record<string, string | undefined>) {
    super(`refused: ${parameters.error}`);
    this.location = withParameters(redirectURI, parameters);
  }
}

/** What a user granted to an app. */
export interface Grant {
  client: EmulatedClient;
  user: EmulatedUser;
  scopes: string[];
  /** How many pairs of tokens carry it. */
  tokens: number;
}

interface Code {
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

/** Milliseconds. */
const CODE_LIFE = 10 * 60 * 1000;
/** Seconds, as Monei documents it. */
export const TOKEN_LIFE = 60 * 60;

/**
 * Monei Connect's memory and rules, without HTTP: clients, users, what they granted, codes, and tokens.
 *
 * It follows the published pages (docs.monei.cc/connect/…). Where they are silent: an app's token carries everything
 * that the user ever granted the app, as the documentation's own example does; revoking a token leaves the grant; an
 * unknown scope goes back to the app as `invalid_scope` (RFC 6749 §4.1.2.1).
 */
export class AuthorizationServer {
  /** Seconds that access tokens live which are issued from now on. */
  tokenLife = TOKEN_LIFE;
  readonly #clients: Map<string, EmulatedClient>;
  readonly #users: Map<string, EmulatedUser>;
  /** By client and user: the scopes granted so far. */
  readonly #grants = new Map<string, Set<string>>();
  readonly #codes = new Map<string, Code>();
  readonly #byAccessToken = new Map<string, TokenPair>();
  readonly #byRefreshToken = new Map<string, TokenPair>();

  /** @throws {TypeError} when a client or a user is missing, or not complete */
  constructor(clients: readonly EmulatedClient[], users: readonly EmulatedUser[]) {
    checkRegistrations(clients, users);
    this.#clients = new Map(clients.map((client) => [client.clientID, client]));
    this.#users = new Map(users.map((user) => [user.id, user]));
  }

  /** The apps that may ask. */
  get clients(): EmulatedClient[] {
    return [...this.#clients.values()];
  }

  /** The people who may sign in. */
  get users(): EmulatedUser[] {
    return [...this.#users.values()];
  }

  /** Who is signed in where nobody is named. There is somebody: it was checked. */
  get firstUser(): EmulatedUser {
    return this.users[0] as EmulatedUser;
  }

  /**
   * Checks an authorization request.
   *
   * @throws {ApiError} for an unknown client or redirect URI: then nobody is redirected anywhere
   * @throws {AuthorizationRefusal} for everything else that is wrong
   */
  checkRequest(parameters: URLSearchParams): ConsentRequest {
    const clientID = single(parameters, 'client_id') ?? '';
    const client = this.#clients.get(clientID);
    if (!client)
      throw new ApiError(400, `Unknown client_id ${quote(clientID)}. ${this.#registeredClients()}`);
    const redirectURI = single(parameters, 'redirect_uri') ?? '';
    if (!allowsRedirectURI(client, redirectURI)) throw new ApiError(400, unregistered(client, redirectURI));
    const state = single(parameters, 'state');
    const refuse = (error: string, description: string) =>
      new AuthorizationRefusal(redirectURI, { error, error_description: description, state });

    if ((single(parameters, 'response_type') ?? 'code') !== 'code') {
      throw refuse('unsupported_response_type', 'Only response_type=code is supported');
    }
    const scopes = [...new Set(splitScopes(single(parameters, 'scope') ?? ''))];
    if (scopes.length === 0) throw refuse('invalid_scope', 'No scope was requested');
    const unknown = scopes.filter((scope) => !Object.hasOwn(MONEI_SCOPES, scope));
    if (unknown.length > 0) throw refuse('invalid_scope', unknownScopes(unknown));

    const value = single(parameters, 'code_challenge');
    const method = single(parameters, 'code_challenge_method') ?? 'plain';
    if (value !== undefined && method !== 'S256' && method !== 'plain') {
      throw refuse('invalid_request', 'Unknown code_challenge_method');
    }
    const challenge = value === undefined ? undefined : { value, method: method as 'S256' | 'plain' };
    return { client, redirectURI, state, scopes, challenge };
  }

  /** The scopes of `request` that the user did not grant before: only those are shown. */
  newScopes(request: ConsentRequest, userID: string): string[] {
    const granted = this.#grants.get(grantKey(request.client.clientID, userID));
    return request.scopes.filter((scope) => !granted?.has(scope));
  }

  /** Records the user's decision. Returns the callback URL with a code. */
  approve(request: ConsentRequest, { userID, allow }: Decision): string {
    if (!this.#users.has(userID)) throw new ApiError(400, 'Unknown user');
    const { client, redirectURI, state, challenge } = request;
    const granted = this.#granted(client.clientID, userID);
    for (const scope of this.newScopes(request, userID)) if (allow.includes(scope)) granted.add(scope);
    const code = randomBytes(24).toString('base64url');
    const expires = Date.now() + CODE_LIFE;
    const scopes = [...granted];
    this.#codes.set(code, { clientID: client.clientID, redirectURI, userID, scopes, challenge, expires });
    return withParameters(redirectURI, { code, state });
  }

  /** Returns the callback URL of a user who refuses everything. */
  deny({ redirectURI, state }: ConsentRequest): string {
    const description = 'The user denied the request';
    return withParameters(redirectURI, { error: 'access_denied', error_description: description, state });
  }

  /** `POST /connect/token`: a code or a refresh token for a pair of tokens. */
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

  /** `POST /connect/token/revoke`: kills a pair by its access token. */
  revoke({ token }: Record<string, unknown>): void {
    if (typeof token !== 'string') throw new ApiError(400, 'token must be a string');
    const pair = this.#byAccessToken.get(token);
    if (!pair) throw new ApiError(404, 'Token not found');
    this.#kill(pair);
  }

  /** What a user does in Monei's settings: takes everything back that they granted to an app. */
  revokeGrant(clientID: string, userID: string): void {
    this.#grants.delete(grantKey(clientID, userID));
    const theirs = (one: Code | TokenPair) => one.clientID === clientID && one.userID === userID;
    for (const pair of this.#byAccessToken.values()) if (theirs(pair)) this.#kill(pair);
    for (const [code, granted] of this.#codes) if (theirs(granted)) this.#codes.delete(code);
  }

  /** What people granted so far, and did not take back. */
  grants(): Grant[] {
    const pairs = [...this.#byAccessToken.values()];
    return this.clients.flatMap((client) =>
      this.users.flatMap((user) => {
        const scopes = this.#grants.get(grantKey(client.clientID, user.id));
        const theirs = pairs.filter((one) => one.clientID === client.clientID && one.userID === user.id);
        return scopes ? [{ client, user, scopes: [...scopes], tokens: theirs.length }] : [];
      }),
    );
  }

  /** Lets an hour pass for the access tokens of a grant. Their refresh tokens stay good. */
  expireTokens(clientID: string, userID: string): void {
    for (const pair of this.#byAccessToken.values()) {
      if (pair.clientID === clientID && pair.userID === userID) pair.expires = Date.now();
    }
  }

  /** Whom a call to the API acts for, and what it may do. */
  authorizeCall(authorization: string | undefined): { user: EmulatedUser; scopes: readonly string[] } {
    const [, token = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    const pair = this.#byAccessToken.get(token);
    const user = pair && this.#users.get(pair.userID);
    if (!pair || !user || pair.expires <= Date.now()) throw new ApiError(401, 'Invalid or expired token');
    return { user, scopes: pair.scopes };
  }

  #registeredClients(): string {
    return `Registered: ${[...this.#clients.keys()].map(quote).join(', ')}`;
  }

  #exchange(body: Record<string, unknown>) {
    const { code, redirect_uri: redirectURI, client_id: clientID, client_secret: clientSecret } = body;
    const client = isText(clientID) ? this.#clients.get(clientID) : undefined;
    if (!client) {
      throw new ApiError(401, `Invalid client credentials: unknown client_id. ${this.#registeredClients()}`);
    }
    if (!isText(clientSecret) || !sameText(clientSecret, client.clientSecret)) {
      throw new ApiError(
        401,
        'Invalid client credentials: the client_secret is not the one of this client_id',
      );
    }
    const granted = isText(code) ? this.#codes.get(code) : undefined;
    if (!isText(code) || !granted || granted.clientID !== clientID || granted.expires <= Date.now()) {
      throw new ApiError(400, 'Authorization code is invalid, expired or already used');
    }
    if (granted.redirectURI !== redirectURI) {
      const where = explainDifference(isText(redirectURI) ? redirectURI : '', [granted.redirectURI]);
      throw new ApiError(400, `redirect_uri mismatch with the authorization request, ${where}`);
    }
    checkVerifier(granted.challenge, body.code_verifier);
    this.#codes.delete(code);
    return this.#issue(granted);
  }

  #refresh({ refresh_token: refreshToken }: Record<string, unknown>) {
    if (typeof refreshToken !== 'string') throw new ApiError(400, 'refresh_token must be a string');
    const pair = this.#byRefreshToken.get(refreshToken);
    if (!pair) throw new ApiError(401, 'Invalid or expired token');
    this.#kill(pair);
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

  #kill(pair: TokenPair): void {
    this.#byAccessToken.delete(pair.accessToken);
    this.#byRefreshToken.delete(pair.refreshToken);
  }

  #granted(clientID: string, userID: string): Set<string> {
    const key = grantKey(clientID, userID);
    const granted = this.#grants.get(key) ?? new Set();
    this.#grants.set(key, granted);
    return granted;
  }
}

function grantKey(clientID: string, userID: string): string {
  return JSON.stringify([clientID, userID]);
}

/** A parameter that is there once (RFC 6749 §3.1). */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw new ApiError(400, `${name} is repeated`);
  return values[0] || undefined;
}

/** The redirect URI itself stays as it is, character for character. */
function withParameters(redirectURI: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return `${redirectURI}${redirectURI.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}

/**
 * PKCE (RFC 7636 §4.6). Monei does not mention it; an app that turns it on can still be tried out here.
 *
 * @throws {ApiError} also for a verifier without a challenge: somebody took the challenge away (RFC 9700 §4.8.2)
 */
function checkVerifier(challenge: ConsentRequest['challenge'], verifier: unknown): void {
  if (!challenge) {
    if (verifier === undefined) return;
    throw new ApiError(400, 'There is a code_verifier, but the authorization request had no code_challenge');
  }
  if (typeof verifier !== 'string') throw new ApiError(400, 'The code_verifier is missing');
  const proof =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (!sameText(proof, challenge.value)) {
    throw new ApiError(400, `The code_verifier does not fit the code_challenge (${challenge.method})`);
  }
}

/** Why a redirect URI was refused, so that developers see what to change. */
function unregistered({ redirectURIs }: EmulatedClient, redirectURI: string): string {
  const problem = `redirect_uri ${quote(redirectURI)} is not registered for this app`;
  if (!redirectURIs) {
    return `${problem}, which may have any on loopback: http(s), in printable ASCII, without a fragment`;
  }
  if (redirectURIs.length === 0) return `${problem}, which has none`;
  const registered = redirectURIs.map(quote).join(', ');
  return `${problem}. Registered: ${registered}. It differs ${explainDifference(redirectURI, redirectURIs)}`;
}

/** In the characters that RFC 6749 §4.1.2.1 allows here. Nobody needs to read more than three. */
function unknownScopes(unknown: string[]): string {
  const known = Object.keys(MONEI_SCOPES);
  const named = unknown.slice(0, 3).map((scope) => {
    const shown = scope.slice(0, 40).replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '?');
    return `${shown} (the nearest known one is ${nearest(scope, known)})`;
  });
  return `Unknown scope: ${named.join(', ')}`;
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
