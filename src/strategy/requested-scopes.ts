import { requireScopeList } from '../scopes/syntax.js';

/** The scopes of one sign-in: what to ask for, and what of it is required. */
export interface AskedScopes {
  requested: string[];
  required: string[];
}

const NOTHING: AskedScopes = {
  requested: [],
  // Stryker disable next-line ArrayDeclaration: what is required here counts as far as it is requested, and nothing is
  required: [],
};

/**
 * The strategy's scopes, or those of one sign-in, which then replace the strategy's (`defaults`). Of the strategy's
 * required scopes, those that are asked for this time still hold, unless the sign-in names its own.
 *
 * @throws {TypeError} for something that is not a scope, and for a required scope that is not asked for
 */
export function askedScopes(
  options: { scope?: unknown; requiredScopes?: unknown },
  skipUserProfile: boolean,
  defaults: AskedScopes = NOTHING,
): AskedScopes {
  const withProfile = (scopes: string[]) => (skipUserProfile ? [...scopes] : withProfileScope(scopes));
  const requested =
    options.scope == null ? [...defaults.requested] : withProfile(requireScopeList('scope', options.scope));
  const required =
    options.requiredScopes == null
      ? defaults.required.filter((scope) => requested.includes(scope))
      : withProfile(requireScopeList('requiredScopes', options.requiredScopes));
  const unasked = required.filter((scope) => !requested.includes(scope));
  if (unasked.length > 0) {
    throw new TypeError(
      `passport-monei: the option \`requiredScopes\` names ${unasked.join(', ')}, which the option \`scope\` does not ask for.`,
    );
  }
  return { requested, required };
}

/**
 * The scopes, and in front of them the one that `GET /user/me` needs: without it, nobody knows who signed in.
 */
export function withProfileScope(scopes: string[]): string[] {
  return [...new Set(['profile:read', ...scopes])];
}
