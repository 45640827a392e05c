import type { MoneiConnect } from 'passport-monei';
import { TokenKeeper, type TokenStore } from 'passport-monei/tokens';
import { isExpected } from './problems.js';

/** Forgets a user's tokens in any case. Returns whether Monei confirmed that they are revoked. */
export type Disconnect = (userId: string) => Promise<boolean>;

/**
 * The keeper of the users' tokens, and a way to end a connection that tells what Monei said.
 *
 * @throws {TypeError} when the key has not 32 bytes
 */
export function createKeeper(
  connect: MoneiConnect,
  store: TokenStore,
  key: Buffer,
): { keeper: TokenKeeper; disconnect: Disconnect } {
  /** The users whose tokens were forgotten without a confirmation. */
  const unconfirmed = new Set<string>();
  const keeper = new TokenKeeper({
    connect,
    store,
    keys: [key],
    onRevocationError(error, userId) {
      if (!isExpected(error)) console.error(error);
      unconfirmed.add(userId);
    },
  });
  const disconnect: Disconnect = async (userId) => {
    unconfirmed.delete(userId);
    await keeper.forget(userId);
    return !unconfirmed.delete(userId);
  };
  return { keeper, disconnect };
}
