import { requireScopeList } from '../scopes/syntax.js';

/** The scopes of a strategy or of one sign-in: which to request, and which of them are required. */
export interface AskedScopes {
  requested: string[];
  required: string[];
}

/**
 * Returns the scopes of one sign-in. The required scopes of its strategy are requested and required on every route, and
 * those of the route on top. Without a strategy, returns the scopes of a strategy itself.
 *
 * @throws {TypeError} for something that is not a scope, and for a required scope that is not requested
 */
export function askedScopes(
  options: { scope?: unknown; requiredScopes?: unknown },
  skipUserProfile: boolean,
  strategy?: AskedScopes,
): AskedScopes {
  // Without `profile:read`, the app does not know who signed in.
  const always = strategy?.required ?? (skipUserProfile ? [] : ['profile:read']);
  const scopes =
    strategy && options.scope == null ? strategy.requested : requireScopeList('scope', options.scope);
  const requested = union(always, scopes);
  const required = union(always, requireScopeList('requiredScopes', options.requiredScopes));
  const unrequested = required.filter((scope) => !requested.includes(scope));
  if (unrequested.length > 0) {
    throw new TypeError(
      `passport-monei: the option \`requiredScopes\` names ${unrequested.join(', ')}, which the option \`scope\` does not request.`,
    );
  }
  return { requested, required };
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}
