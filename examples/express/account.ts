import { MoneiConnectError, missingScopes } from 'passport-monei';
import { ReconnectRequiredError, type TokenKeeper } from 'passport-monei/tokens';
import type { ConnectionView } from './pages.js';
import { moneiTrouble } from './problems.js';
import { readWallet, type WalletAnswer } from './wallet.js';

/** The API of Monei, and how long to wait for it (milliseconds). */
export interface MoneiApi {
  base: string;
  timeout: number;
}

/**
 * The connection of a user, with what their wallet holds if they allow this app to see it. There is none when they have
 * to connect again.
 */
export async function connectionView(
  keeper: TokenKeeper,
  api: MoneiApi,
  userId: string,
): Promise<ConnectionView | undefined> {
  try {
    return await currentView(keeper, api, userId);
  } catch (error) {
    if (error instanceof ReconnectRequiredError) return undefined;
    if (!(error instanceof MoneiConnectError)) throw error;
    return viewOf(await keeper.scopes(userId), { kind: 'failed', message: moneiTrouble(error) });
  }
}

/** @throws {ReconnectRequiredError} when Monei no longer accepts the tokens */
async function currentView(keeper: TokenKeeper, api: MoneiApi, userId: string): Promise<ConnectionView> {
  const token = await keeper.accessToken(userId);
  // Read after that, because refreshed tokens may carry other scopes than those before.
  const granted = await keeper.scopes(userId);
  if (!showsWallet(granted)) return viewOf(granted);

  const wallet = await readWallet(api.base, token, api.timeout);
  if (wallet.kind !== 'unauthorized') return viewOf(granted, wallet);
  // Refreshed by another process just now, or taken back by the user: then there is none.
  const renewed = await keeper.accessToken(userId, { refused: token });
  return viewOf(await keeper.scopes(userId), usable(await readWallet(api.base, renewed, api.timeout)));
}

function usable(wallet: WalletAnswer): ConnectionView['wallet'] {
  if (wallet.kind !== 'unauthorized') return wallet;
  return { kind: 'failed', message: 'Monei does not let this app see your wallet right now.' };
}

function viewOf(granted: string[], wallet?: ConnectionView['wallet']): ConnectionView {
  return { granted, wallet: showsWallet(granted) ? wallet : undefined };
}

function showsWallet(granted: string[]): boolean {
  return missingScopes(granted, ['wallet:read']).length === 0;
}
