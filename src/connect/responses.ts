import { isObject } from '../internal/is-object.js';
import { isScope, splitScopes } from '../scopes/syntax.js';

/** An access token with its refresh token and its scopes. */
export interface MoneiTokens {
  /** Opaque, for `Authorization: Bearer …`. Keep it on the server. */
  accessToken: string;
  /** Opaque, works once. Keep it on the server, encrypted. */
  refreshToken: string;
  /** `Bearer`, in upper or lower case. */
  tokenType: string;
  /** The lifetime of the access token in seconds, from the time of the response. */
  expiresIn: number;
  /** The time when the access token expires, by this machine's clock. */
  expiresAt: Date;
  /** The scopes that the user granted, in the order of Monei's response, without duplicates. */
  scopes: string[];
}

/** Monei's token response as `verify` gets it: the JSON object without the refresh token. */
export interface MoneiTokenParams {
  /** The same access token that `verify` gets as its first argument. */
  access_token: string;
  /** `Bearer`, in upper or lower case. */
  token_type: string;
  /** The lifetime of the access token in seconds. */
  expires_in: number;
  /** The scopes that the user granted. */
  scopes: string[];
  [field: string]: unknown;
}

/** The user object of `GET /user/me`. Fields that are not listed here are unchecked. */
export interface MoneiUser {
  /** The id of the account. A number becomes its decimal form. */
  id: string;
  /** The given name. */
  firstName?: string | null;
  /** The family name. */
  lastName?: string | null;
  /** The whole name. */
  name?: string | null;
  /** The email address. Monei does not say whether it was verified. */
  email?: string | null;
  /** The phone number. Monei may send it as `phoneNumber`, as some of its pages say. */
  phone?: string | null;
  /** The date of birth. Monei may send it as `dateOfBirth`, as some of its pages say. */
  dob?: string | null;
  [field: string]: unknown;
}

/** The reason why a response cannot be used. The message quotes nothing of the response. */
export class MalformedResponseError extends Error {}

/** The largest number of scopes in a token response: apps store them in sessions and databases. */
const MAX_SCOPES = 100;

/** The longest scope in a token response, in characters. */
const MAX_SCOPE_LENGTH = 200;

/**
 * Returns the scopes of a token response: `scopes`, an array or a space-separated string, or without it the string
 * `scope` of RFC 6749 §5.1.
 *
 * @throws {MalformedResponseError} if the response has neither: then no scope may be assumed to be granted
 */
export function readScopes(response: Record<string, unknown>): string[] {
  const { scopes, scope } = response;
  const given = scopes === undefined && typeof scope === 'string' ? scope : scopes;
  const list = typeof given === 'string' ? splitScopes(given) : given;
  if (!Array.isArray(list) || !list.every(isScope)) {
    throw new MalformedResponseError('`scopes` is not a list of scopes');
  }
  if (list.length > MAX_SCOPES || list.some((one) => one.length > MAX_SCOPE_LENGTH)) {
    throw new MalformedResponseError('`scopes` lists too many scopes, or one that is too long');
  }
  return [...new Set(list)];
}

/** The tokens that are refreshed. A value that the response lacks is unchanged (RFC 6749 §6). */
interface OldTokens {
  refreshToken: string;
  scopes: readonly string[] | undefined;
}

/**
 * Reads a token response (RFC 6749 §5.1, with Monei's `scopes`). Tokens and scopes must be valid. The token type and
 * the lifetime may be absent, and the lifetime may be a string of digits: neither says what the user granted.
 */
export function readTokenResponse(
  body: string,
  old?: OldTokens,
): { tokens: MoneiTokens; params: MoneiTokenParams } {
  const { refresh_token, ...params } = parseObject(body);
  const refreshToken = (refresh_token === '' ? undefined : refresh_token) ?? old?.refreshToken;
  const accessToken = params.access_token;
  if (!isToken(accessToken)) throw new MalformedResponseError('`access_token` is not a token');
  if (!isToken(refreshToken)) throw new MalformedResponseError('`refresh_token` is not a token');
  const tokenType = readTokenType(params.token_type);
  const expiresIn = readLifetime(params.expires_in);
  const expiresAt = new Date(Date.now() + expiresIn * 1000);
  if (Number.isNaN(expiresAt.getTime())) throw new MalformedResponseError('`expires_in` is out of range');
  const unchanged = params.scopes == null && params.scope == null ? old?.scopes : undefined;
  const scopes = unchanged ? [...unchanged] : readScopes(params);
  Object.assign(params, { token_type: tokenType, expires_in: expiresIn }, !unchanged && { scopes });
  return {
    tokens: { accessToken, refreshToken, tokenType, expiresIn, expiresAt, scopes },
    params: params as MoneiTokenParams,
  };
}

/** Returns the token type. If the response has none, that is `Bearer`, the only type that Monei documents. */
function readTokenType(value: unknown): string {
  const tokenType = value ?? 'Bearer';
  if (typeof tokenType === 'string' && tokenType.toLowerCase() === 'bearer') return tokenType;
  throw new MalformedResponseError('`token_type` is not Bearer');
}

/** The lifetime of Monei's access tokens, in seconds. Source: docs.monei.cc/connect/tokens. */
export const DOCUMENTED_LIFETIME_SECONDS = 3600;

/** Returns the lifetime in seconds. RFC 6749 §5.1 only recommends to send it, so it may be absent. */
function readLifetime(value: unknown): number {
  const given = value ?? DOCUMENTED_LIFETIME_SECONDS;
  const seconds = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof seconds === 'number' && seconds >= 0) return seconds;
  throw new MalformedResponseError('`expires_in` is not a number of seconds');
}

/** The fields of a user that are strings, two of them with the other name that Monei's pages use. */
const USER_STRINGS = [
  ['firstName'],
  ['lastName'],
  ['name'],
  ['email'],
  ['phone', 'phoneNumber'],
  ['dob', 'dateOfBirth'],
] as const;

/**
 * Reads a profile response: the user object, in Monei's envelope or, as on older pages, without it. Drops a field that
 * should be a string and is not.
 */
export function readUserResponse(body: string): MoneiUser {
  const response = parseObject(body);
  const user = 'data' in response ? response.data : response;
  if (!isObject(user)) throw new MalformedResponseError('`data` is not an object');
  const id = readId(user.id);
  if (id === undefined) throw new MalformedResponseError('the `id` of the user is missing or not usable');
  const checked: MoneiUser = { ...user, id };
  for (const names of USER_STRINGS) {
    const [field] = names;
    const texts = names.map((name) => user[name]).filter((value) => typeof value === 'string');
    const text = texts.find((one) => one.trim() !== '') ?? texts[0];
    if (text !== undefined) checked[field] = text;
    else if (checked[field] !== null) delete checked[field];
  }
  return checked;
}

/** Returns Monei's message in the body of an error response: `message`, a string or a list of strings. */
export function readErrorMessage(body: string): string | undefined {
  try {
    const { message } = parseObject(body);
    const texts = (Array.isArray(message) ? message : [message]).filter((text) => typeof text === 'string');
    return texts.join('; ') || undefined;
  } catch {
    // The body is not JSON, such as the HTML page of a gateway. The status is enough.
  }
}

function parseObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedResponseError('it is not JSON'); // The error of JSON.parse would quote the body.
  }
  if (!isObject(value)) throw new MalformedResponseError('it is not a JSON object');
  return value;
}

/**
 * Whether Monei sent the body of an error response, and not a gateway: it has a `message` and the status in
 * `statusCode`.
 */
export function isMoneiError(body: string, status: number): boolean {
  return readErrorMessage(body) !== undefined && parseObject(body).statusCode === status;
}

/** Whether `value` can be a token: visible ASCII, because headers contain it (RFC 6749 appendix A.12). */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** The longest id of a user, in characters. */
const MAX_ID_LENGTH = 256;

/**
 * Returns the id of a user, by which apps find accounts, if databases and JSON keep it unchanged. Otherwise it could
 * become the id of another user: databases may trim a string, cut it off or replace parts of it, and JSON rounds large
 * numbers.
 */
function readId(value: unknown): string | undefined {
  const id = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) return undefined;
  return id === id.trim() && !/[\p{Cc}\p{Surrogate}]/u.test(id) ? id : undefined;
}
