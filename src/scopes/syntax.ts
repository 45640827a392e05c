import { quoteForMessage } from '../internal/quote-for-message.js';
import type { MoneiScopeName } from './catalogue.js';
import { reportUnknownScopes } from './unknown-scopes.js';

/** The scopes of an option: a list, or the space-separated string of RFC 6749 §3.3. */
export type MoneiScopes = readonly MoneiScopeName[] | string;

/**
 * Whether `value` can be one scope: visible ASCII without the quotation mark and the backslash (RFC 6749 §3.3), and
 * without a comma. Monei uses no commas, so `wallet:read,wallet:send` is a list with the wrong separator.
 */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/.test(value);
}

/** Returns the scopes of a space-separated string (RFC 6749 §3.3). */
export function splitScopes(text: string): string[] {
  return text.split(' ').filter(Boolean);
}

/**
 * Returns the scopes of an option in their order, without duplicates. Reports those that are not in the catalogue.
 *
 * @throws {TypeError} naming the option, if it is not a list of scopes
 */
export function requireScopeList(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const list = typeof value === 'string' ? splitScopes(value) : value;
  if (!Array.isArray(list)) {
    throw new TypeError(
      `passport-monei: the option \`${name}\` must be an array or a space-separated string of scopes.`,
    );
  }
  for (const scope of list) {
    if (isScope(scope)) continue;
    throw new TypeError(
      `passport-monei: the option \`${name}\` holds ${quoteForMessage(scope)}, which is not a scope. ` +
        'Give each scope as a string of its own, without spaces, commas, quotes or control characters.',
    );
  }
  const scopes = [...new Set(list as string[])];
  reportUnknownScopes(scopes);
  return scopes;
}
