/**
 * The nine scopes of Monei Connect: what each allows, and whether it moves or converts money (Monei shows
 * an extra warning for those).
 *
 * Source: docs.monei.cc/connect/scopes.
 */
export const MONEI_SCOPES = Object.freeze({
  'profile:read': { description: 'See your name and account details', sensitive: false },
  'kyc:read': { description: 'See your KYC tier and limits', sensitive: false },
  'wallet:read': { description: 'See your balances and transactions', sensitive: false },
  'wallet:deposit': { description: 'Start deposits into your wallet', sensitive: false },
  'wallet:send': { description: 'Send money to other Monei users', sensitive: true },
  'wallet:withdraw': { description: 'Withdraw naira to a bank account', sensitive: true },
  'swap:execute': { description: 'Swap and send crypto on EVM chains and Solana', sensitive: true },
  'bills:pay': { description: 'Pay for airtime, data, electricity and cable TV', sensitive: false },
  'offramp:execute': { description: 'Convert crypto to naira', sensitive: true },
} as const satisfies Record<string, { description: string; sensitive: boolean }>);
for (const scope of Object.values(MONEI_SCOPES)) Object.freeze(scope);

/** A scope that Monei documents. */
export type MoneiScope = keyof typeof MONEI_SCOPES;

/** A scope to ask for: the documented ones autocomplete, and one that Monei adds tomorrow is accepted too. */
export type MoneiScopeName = MoneiScope | (string & {});

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
