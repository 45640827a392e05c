import { MONEI_SCOPES, type MoneiScope } from 'passport-monei';

/** What this app needs permissions for, as sentences begin. */
const PURPOSES: Partial<Record<MoneiScope, string>> = {
  'profile:read': 'Signing in',
  'wallet:read': 'Showing your balances',
  'wallet:send': 'Sending money',
  'bills:pay': 'Buying airtime',
};

/** Whether Monei documents this scope. */
export function isKnown(scope: unknown): scope is MoneiScope {
  return typeof scope === 'string' && Object.hasOwn(MONEI_SCOPES, scope);
}

/** What a scope allows, in words. */
export function description(scope: string): string {
  return isKnown(scope) ? MONEI_SCOPES[scope].description : scope;
}

/** Whether a scope lets an app move or convert money. */
export function isSensitive(scope: string): boolean {
  return isKnown(scope) && MONEI_SCOPES[scope].sensitive;
}

/** Says which permissions are needed, and for what. */
export function needs(scopes: readonly string[]): string {
  return scopes
    .map((scope) => `${purpose(scope)} needs the permission “${description(scope)}” (${scope}).`)
    .join(' ');
}

function purpose(scope: string): string {
  return (isKnown(scope) && PURPOSES[scope]) || 'This';
}
