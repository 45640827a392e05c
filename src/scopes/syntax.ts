import { quoteForMessage } from '../internal/quote-for-message.js';
import type { MoneiScopeName } from './catalogue.js';
import { reportUnknownScopes } from './unknown-scopes.js';

/** Scopes as options take them: a list, or the space-separated string of RFC 6749 §3.3. */
export type MoneiScopes = readonly MoneiScopeName[] | string;

/**
 * Whether `value` can be one scope.
 *
 * RFC 6749 §3.3 allows visible ASCII without the quote and the backslash. A comma is refused on top of that:
 * Monei uses none, and `wallet:read,wallet:send` is a list that was joined in the wrong way.
 */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/.test(value);
}

/** The scopes of a space-separated string (RFC 6749 §3.3). */
export function splitScopes(text: string): string[] {
  return text.split(' ').filter(Boolean);
}

/**
 * Returns the scopes of an option without duplicates, in their order, and reports those that are not in the catalogue.
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
