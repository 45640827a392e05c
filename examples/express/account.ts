import { MoneiConnectError } from 'passport-monei';
import type { Connections } from './connections.js';
import type { ConnectionView } from './pages.js';
import { moneiTrouble } from './problems.js';
import type { StoredTokens } from './token-store.js';
import { readWallet } from './wallet.js';

/** The API of Monei, and how long to wait for it (milliseconds). */
export interface MoneiApi {
  base: string;
  timeout: number;
}

/** The connection of a user, with what their wallet holds if they allow this app to see it. */
export async function connectionView(
  connections: Connections,
  api: MoneiApi,
  userId: string,
): Promise<ConnectionView | undefined> {
  const stored = await connections.load(userId);
  if (!stored || !showsWallet(stored)) return stored && viewOf(stored);
  let tokens: StoredTokens | undefined;
  try {
    tokens = await connections.usable(userId);
  } catch (error) {
    if (!(error instanceof MoneiConnectError)) throw error;
    return viewOf(stored, { kind: 'failed', message: moneiTrouble(error) });
  }
  // Refreshed tokens may carry other scopes than those before.
  if (!tokens || !showsWallet(tokens)) return tokens && viewOf(tokens);

  const wallet = await readWallet(api.base, tokens.accessToken, api.timeout);
  if (wallet.kind !== 'unauthorized') return viewOf(tokens, wallet);
  await connections.forget(userId, tokens);
  const newer = await connections.load(userId);
  return (
    newer && viewOf(newer, { kind: 'failed', message: 'The connection was just renewed. Reload this page.' })
  );
}

function showsWallet({ scopes }: StoredTokens): boolean {
  return scopes.includes('wallet:read');
}

function viewOf({ scopes, expiresAt }: StoredTokens, wallet?: ConnectionView['wallet']): ConnectionView {
  return { granted: scopes, expiresAt, wallet };
}
