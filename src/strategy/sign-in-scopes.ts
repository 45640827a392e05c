import { requireScopeList } from '../scopes/syntax.js';

/** The scopes that a strategy or a sign-in requests, and those of them that it requires. */
export interface SignInScopes {
  requested: string[];
  required: string[];
}

/**
 * Returns the scopes of one sign-in: those in the route's `options`, and the strategy's required scopes. If the route
 * has no `scope`, the strategy's apply. Without `strategy`, `options` are those of a strategy, and the result is its
 * scopes.
 *
 * @throws {TypeError} if a value is not a scope, or if a required scope is not requested
 */
export function signInScopes(
  options: { scope?: unknown; requiredScopes?: unknown },
  skipUserProfile: boolean,
  strategy?: SignInScopes,
): SignInScopes {
  // Without `profile:read`, the app would not know who signed in.
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
