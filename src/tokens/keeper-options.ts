import type { MoneiConnect } from '../connect/client.js';
import { type ApiBase, requireApiBase } from './api-target.js';
import { invalidValueError, requireKnownOptions, requireMethods } from './checks.js';
import type { TokenStore } from './stores/token-store.js';

/** Options of `TokenKeeper`. */
export interface TokenKeeperOptions {
  /**
   * Sends requests to Monei: `strategy.connect`, or a new `MoneiConnect` in a worker. `clientID` is required with
   * `keys`.
   */
  connect: Pick<MoneiConnect, 'refresh' | 'revoke'> & Partial<Pick<MoneiConnect, 'clientID'>>;
  /** The store of the tokens: `redisStore()`, `postgresStore()`, your own, or `memoryStore()` for development. */
  store: TokenStore;
  /**
   * Keys of 32 bytes to encrypt the stored tokens (AES-256-GCM). The first one encrypts, all decrypt. Tokens that were
   * encrypted with another one are encrypted again when they are read. `false`: tokens are stored as plain text.
   */
  keys: readonly Uint8Array[] | false;
  /** The base URL of the paths of `fetch`. Default: `https://api.monei.cc/api/v1`. `https:` except on loopback. */
  apiURL?: string | undefined;
  /** Called if Monei does not confirm the revocation of tokens that the keeper deletes, or that it cannot store. */
  onRevocationError?: ((error: unknown, userId: string) => unknown) | undefined;
}

const OPTIONS = ['connect', 'store', 'keys', 'apiURL', 'onRevocationError'];

/** Checked options of `TokenKeeper`, with their defaults. `EncryptedStore` checks `keys`. */
export interface CheckedKeeperOptions {
  connect: TokenKeeperOptions['connect'];
  store: TokenStore;
  keys: unknown;
  apiBase: ApiBase;
  onRevocationError: NonNullable<TokenKeeperOptions['onRevocationError']>;
}

/**
 * Checks the options of `TokenKeeper` and returns them with their defaults.
 *
 * @throws {TypeError} naming the option that is missing, unknown or invalid
 */
export function requireKeeperOptions(options: TokenKeeperOptions): CheckedKeeperOptions {
  const given = requireKnownOptions('TokenKeeper', options, OPTIONS);
  const { connect, store, keys, apiURL, onRevocationError = () => {} } = given;
  const checked = {
    connect: requireMethods('connect', connect, ['refresh', 'revoke']),
    store: requireMethods('store', store, ['load', 'save', 'delete', 'lock']),
  };
  if (typeof onRevocationError !== 'function') throw invalidValueError('onRevocationError', 'a function');
  return { ...checked, keys, apiBase: requireApiBase(apiURL), onRevocationError };
}
