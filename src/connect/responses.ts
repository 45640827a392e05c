import { isObject } from '../internal/is-object.js';
import { isScope, splitScopes } from '../scopes/syntax.js';

/** A pair of tokens, and what they allow. */
export interface MoneiTokens {
  /** Opaque; for `Authorization: Bearer …`. Keep it on the server. */
  accessToken: string;
  /** Opaque; dead as soon as it was used once. Keep it on the server, encrypted. */
  refreshToken: string;
  /** `Bearer`, in any case. */
  tokenType: string;
  /** Life of the access token in seconds, counted from the answer. */
  expiresIn: number;
  /** When the access token expires, by this machine's clock. */
  expiresAt: Date;
  /** The scopes that the user granted, in the order of Monei's answer, without duplicates. */
  scopes: string[];
}

/** Monei's token answer as Passport's verify function gets it: the JSON object without the refresh token. */
export interface MoneiTokenParams {
  /** The access token, once more. */
  access_token: string;
  /** `Bearer`, in any case. */
  token_type: string;
  /** Life of the access token in seconds. */
  expires_in: number;
  /** The scopes that the user granted. */
  scopes: string[];
  [field: string]: unknown;
}

/** The user object of `GET /user/me`. Fields that are not listed here are passed along unchecked. */
export interface MoneiUser {
  /** A number in Monei's answer is given in its decimal form. */
  id: string;
  /** The given name. */
  firstName?: string | null;
  /** The family name. */
  lastName?: string | null;
  /** The whole name. */
  name?: string | null;
  /** Monei does not say whether it was verified. */
  email?: string | null;
  /** Some of Monei's pages call it `phoneNumber`: what comes under that name is here as well. */
  phone?: string | null;
  /** Date of birth. Some of Monei's pages call it `dateOfBirth`: what comes under that name is here as well. */
  dob?: string | null;
  [field: string]: unknown;
}

/** What is wrong with an answer, in words that quote none of it. */
export class MalformedAnswer extends Error {}

/** The greatest number of scopes in a token response: they end up in sessions and databases. */
const MAX_SCOPES = 100;

/** The greatest length of a scope in a token response, in characters. */
const MAX_SCOPE_LENGTH = 200;

/**
 * The scopes that a token answer lists: `scopes`, an array or a space-separated string, or the string `scope` of RFC 6749
 * §5.1 where there is no `scopes`. With neither, nothing may be assumed granted and the answer is refused.
 */
export function readScopes(answer: Record<string, unknown>): string[] {
  const { scopes, scope } = answer;
  const given = scopes === undefined && typeof scope === 'string' ? scope : scopes;
  const list = typeof given === 'string' ? splitScopes(given) : given;
  if (!Array.isArray(list) || !list.every(isScope)) {
    throw new MalformedAnswer('`scopes` is not a list of scopes');
  }
  if (list.length > MAX_SCOPES || list.some((one) => one.length > MAX_SCOPE_LENGTH)) {
    throw new MalformedAnswer('`scopes` lists too many scopes, or one that is too long');
  }
  return [...new Set(list)];
}

/** The pair that is refreshed. What the answer leaves out stays as it was (RFC 6749 §6). */
interface OldPair {
  refreshToken: string;
  scopes: readonly string[] | undefined;
}

/**
 * Checks a token answer (RFC 6749 §5.1, with Monei's `scopes`). What grants something has to be right: tokens and scopes.
 * The rest may be absent, and a life may be digits in a string: nobody has to fail to sign in for that.
 */
export function readTokenAnswer(
  body: string,
  old?: OldPair,
): { tokens: MoneiTokens; params: MoneiTokenParams } {
  const { refresh_token, ...params } = parseObject(body);
  const refreshToken = (refresh_token === '' ? undefined : refresh_token) ?? old?.refreshToken;
  const accessToken = params.access_token;
  if (!isToken(accessToken)) throw new MalformedAnswer('`access_token` is not a token');
  if (!isToken(refreshToken)) throw new MalformedAnswer('`refresh_token` is not a token');
  const tokenType = readTokenType(params.token_type);
  const expiresIn = readLife(params.expires_in);
  const expiresAt = new Date(Date.now() + expiresIn * 1000);
  if (Number.isNaN(expiresAt.getTime())) throw new MalformedAnswer('`expires_in` is out of range');
  const unchanged = params.scopes == null && params.scope == null ? old?.scopes : undefined;
  const scopes = unchanged ? [...unchanged] : readScopes(params);
  Object.assign(params, { token_type: tokenType, expires_in: expiresIn }, !unchanged && { scopes });
  return {
    tokens: { accessToken, refreshToken, tokenType, expiresIn, expiresAt, scopes },
    params: params as MoneiTokenParams,
  };
}

/** The only type that Monei documents, which counts where an answer names none. */
function readTokenType(value: unknown): string {
  const tokenType = value ?? 'Bearer';
  if (typeof tokenType === 'string' && tokenType.toLowerCase() === 'bearer') return tokenType;
  throw new MalformedAnswer('`token_type` is not Bearer');
}

/** The life of Monei's access tokens, in seconds. Source: docs.monei.cc/connect/tokens. */
export const DOCUMENTED_LIFE = 3600;

/** Seconds. RFC 6749 §5.1 only recommends them. */
function readLife(value: unknown): number {
  const given = value ?? DOCUMENTED_LIFE;
  const seconds = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof seconds === 'number' && seconds >= 0) return seconds;
  throw new MalformedAnswer('`expires_in` is not a number of seconds');
}

/** The fields of a user that have a type, and the other names that Monei's pages have for two of them. */
const USER_TEXTS = [
  ['firstName'],
  ['lastName'],
  ['name'],
  ['email'],
  ['phone', 'phoneNumber'],
  ['dob', 'dateOfBirth'],
] as const;

/**
 * Checks a profile answer: the user object, in Monei's envelope or (as older pages show it) without. A text of the user that
 * is something else is dropped.
 */
export function readUserAnswer(body: string): MoneiUser {
  const answer = parseObject(body);
  const user = 'data' in answer ? answer.data : answer;
  if (!isObject(user)) throw new MalformedAnswer('`data` is not an object');
  const id = readId(user.id);
  if (id === undefined) throw new MalformedAnswer('the user has no `id` that can be used');
  const checked: MoneiUser = { ...user, id };
  for (const names of USER_TEXTS) {
    const [field] = names;
    const texts = names.map((name) => user[name]).filter((value) => typeof value === 'string');
    const text = texts.find((one) => one.trim() !== '') ?? texts[0];
    if (text !== undefined) checked[field] = text;
    else if (checked[field] !== null) delete checked[field];
  }
  return checked;
}

/** Monei's own words in the body of an error: `message`, a string or a list of them. */
export function readErrorMessage(body: string): string | undefined {
  try {
    const { message } = parseObject(body);
    const texts = (Array.isArray(message) ? message : [message]).filter((text) => typeof text === 'string');
    return texts.join('; ') || undefined;
  } catch {
    // A gateway's HTML, say. The status says enough.
  }
}

function parseObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedAnswer('it is not JSON'); // The parser's own message would quote the body.
  }
  if (!isObject(value)) throw new MalformedAnswer('it is not a JSON object');
  return value;
}

/** Whether the body of an error is one of Monei's own, and not of a gateway: it repeats the status in `statusCode`. */
export function isMoneiError(body: string, status: number): boolean {
  return readErrorMessage(body) !== undefined && parseObject(body).statusCode === status;
}

/** Tokens are opaque, but they travel in a header: visible ASCII (RFC 6749 appendix A.12). */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** The greatest length of a user's id, in characters. */
const MAX_ID_LENGTH = 256;

/**
 * Returns the id of a user, by which apps find accounts. A database may trim, cut off or replace parts of other ids, and
 * JSON rounds other numbers: they could become the id of another user.
 */
function readId(value: unknown): string | undefined {
  const id = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) return undefined;
  return id === id.trim() && !/[\p{Cc}\p{Surrogate}]/u.test(id) ? id : undefined;
}
