import { splitScopes } from './syntax.js';

/** Scopes in any collection, or in a string, separated by spaces. */
type Scopes = Iterable<string>;

/** What the user allowed, beside what the app asked for. Plain data, safe to store and to show. */
export interface MoneiGrant {
  /** The scopes that were asked for in this sign-in, in the order they were asked for. */
  requested: string[];
  /** The scopes that the token carries, in the order of Monei's answer. */
  granted: string[];
  /** Asked for and not granted, in the order they were asked for. */
  missing: string[];
  /** Granted without being asked for this time: the user allowed them earlier. */
  unrequested: string[];
  /** Whether anything is missing. Normal with Monei: users allow each scope by itself. */
  partial: boolean;
}

/** Which of the scopes `required` are not among those `granted`, without duplicates, in the order of `required`. */
export function missingScopes(granted: Scopes, required: Scopes): string[] {
  const given = [...listOf(granted)];
  return [...new Set(listOf(required))].filter((scope) => !given.includes(scope));
}

/** Compares what was asked for with what Monei's token answer lists as granted. */
export function grantOf(requested: readonly string[], granted: readonly string[]): MoneiGrant {
  const asked = [...new Set(requested)];
  const given = [...new Set(granted)];
  const missing = asked.filter((scope) => !given.includes(scope));
  const unrequested = given.filter((scope) => !asked.includes(scope));
  return { requested: asked, granted: given, missing, unrequested, partial: missing.length > 0 };
}

function listOf(scopes: Scopes): Iterable<string> {
  return typeof scopes === 'string' ? splitScopes(scopes) : scopes;
}
