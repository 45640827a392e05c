import { DOCUMENTED_LIFETIME_SECONDS, type MoneiTokens } from '../connect/responses.js';
import { invalidValueError } from './checks.js';
import type { StoredTokens } from './encryption.js';

interface TokenPairToKeep extends Pick<MoneiTokens, 'accessToken' | 'refreshToken'> {
  /** The lifetime of the access token from now, in seconds. Default: 3600, as Monei documents. */
  expiresIn?: number | undefined;
  /** The time when the access token expires. The earlier of `expiresIn` and `expiresAt` counts. */
  expiresAt?: Date | undefined;
}

/**
 * The tokens of a sign-in: `{ accessToken, refreshToken, grant: profile.grant }` in a verify function, or a
 * `MoneiTokens`. Either `grant` or `scopes` has the scopes of the tokens.
 */
export type TokensToKeep = TokenPairToKeep &
  (
    | { /** The scopes that were granted. */ scopes: readonly string[]; grant?: undefined }
    | { /** `profile.grant`. */ grant: { granted: readonly string[] }; scopes?: undefined }
  );

/**
 * Checks the tokens of a sign-in, and returns them as they are stored.
 *
 * @throws {TypeError} naming the field that is missing or has the wrong type
 */
export function toStoredTokens(tokens: TokensToKeep): StoredTokens {
  const { accessToken, refreshToken, expiresIn, expiresAt, grant, scopes = grant?.granted } = tokens ?? {};
  const life = requireSeconds(expiresIn) * 1000;
  return {
    accessToken: requireTokenString('accessToken', accessToken),
    refreshToken: requireTokenString('refreshToken', refreshToken),
    life,
    expiresAt: Math.min(Date.now() + life, requireTime(expiresAt)),
    scopes: requireScopeStrings(scopes),
  };
}

function requireTokenString(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidValueError(name, 'a string that is not empty, from a sign-in or a token response of Monei');
}

function requireSeconds(value: unknown = DOCUMENTED_LIFETIME_SECONDS): number {
  if (typeof value === 'number' && Number.isSafeInteger(Math.round(value * 1000))) return value;
  throw invalidValueError('expiresIn', 'a number of seconds, if it is given');
}

function requireTime(value: unknown): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw invalidValueError('expiresAt', 'a valid Date, if it is given');
}

function requireScopeStrings(value: unknown): string[] {
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return [...value];
  throw invalidValueError(
    'scopes',
    'a list of strings, unless `grant` is given: `profile.grant` in a verify function',
  );
}
