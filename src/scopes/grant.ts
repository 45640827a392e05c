import { splitScopes } from './syntax.js';

/** Scopes in a collection, or in a space-separated string. */
type Scopes = Iterable<string>;

/**
 * The scopes that the app requested, compared with those that the user granted. Plain data, safe to store and to show.
 */
export interface MoneiGrant {
  /** The scopes that the app requested in this sign-in, in that order. */
  requested: string[];
  /** The scopes of the token, in the order of Monei's response. */
  granted: string[];
  /** The scopes that were requested and not granted, in the order of `requested`. */
  missing: string[];
  /** The scopes that were granted and not requested, because the user allowed them in an earlier sign-in. */
  unrequested: string[];
  /** Whether a scope is missing. This is usual, because users allow each scope separately at Monei. */
  partial: boolean;
}

/** Returns the scopes in `required` that are not in `granted`, without duplicates, in the order of `required`. */
export function missingScopes(granted: Scopes, required: Scopes): string[] {
  const given = [...eachScope(granted)];
  return [...new Set(eachScope(required))].filter((scope) => !given.includes(scope));
}

/** Compares the requested scopes with those in Monei's token response. */
export function grantOf(requested: readonly string[], granted: readonly string[]): MoneiGrant {
  const asked = [...new Set(requested)];
  const given = [...new Set(granted)];
  const missing = asked.filter((scope) => !given.includes(scope));
  const unrequested = given.filter((scope) => !asked.includes(scope));
  return { requested: asked, granted: given, missing, unrequested, partial: missing.length > 0 };
}

function eachScope(scopes: Scopes): Iterable<string> {
  return typeof scopes === 'string' ? splitScopes(scopes) : scopes;
}
