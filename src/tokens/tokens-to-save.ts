import { DOCUMENTED_LIFETIME_SECONDS, type MoneiTokens } from '../connect/responses.js';
import { invalidValueError } from './checks.js';
import type { StoredTokens } from './encryption.js';

interface TokenPairToKeep extends Pick<MoneiTokens, 'accessToken' | 'refreshToken'> {
  /** The life of the access token from now, in seconds. Default: 3600, the hour that Monei documents. */
  expiresIn?: number | undefined;
  /** When the access token expires, if that is known: the earlier of both counts. */
  expiresAt?: Date | undefined;
}

/**
 * The tokens of a sign-in: `{ accessToken, refreshToken, grant: profile.grant }` in a verify function, or a `MoneiTokens`.
 * Either `grant` or `scopes` says what the tokens can do.
 */
export type TokensToKeep = TokenPairToKeep &
  (
    | { /** The scopes that were granted. */ scopes: readonly string[]; grant?: undefined }
    | { /** `profile.grant`. */ grant: { granted: readonly string[] }; scopes?: undefined }
  );

/** @throws {TypeError} naming what is missing or of the wrong type */
export function toStoredTokens(tokens: TokensToKeep): StoredTokens {
  const { accessToken, refreshToken, expiresIn, expiresAt, grant, scopes = grant?.granted } = tokens ?? {};
  const life = checkSeconds(expiresIn) * 1000;
  return {
    accessToken: checkText('accessToken', accessToken),
    refreshToken: checkText('refreshToken', refreshToken),
    life,
    expiresAt: Math.min(Date.now() + life, checkTime(expiresAt)),
    scopes: checkScopes(scopes),
  };
}

function checkText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidValueError(name, "a string that is not empty, as a sign-in or Monei's token answer gives it");
}

function checkSeconds(value: unknown = DOCUMENTED_LIFETIME_SECONDS): number {
  if (typeof value === 'number' && Number.isSafeInteger(Math.round(value * 1000))) return value;
  throw invalidValueError('expiresIn', 'a number of seconds, if it is given');
}

function checkTime(value: unknown): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw invalidValueError('expiresAt', 'a valid Date, if it is given');
}

function checkScopes(value: unknown): string[] {
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return [...value];
  throw invalidValueError(
    'scopes',
    'a list of strings, unless `grant` is given: `profile.grant` in a verify function',
  );
}
