import { setTimeout as wait } from 'node:timers/promises';
import type { MoneiTokens } from '../answers.js';
import type { MoneiConnect } from '../connect.js';
import { MoneiConnectError } from '../errors.js';
import { ReconnectRequiredError } from './reconnect-required-error.js';
import { type KeptTokens, TokenSealer } from './sealed-tokens.js';
import type { TokenStore } from './token-store.js';

/** What `accessToken` gives is good for this long at least, in milliseconds. */
const MARGIN = 60_000;

/** A new pair exists nowhere but here: a store that fails is asked again after these times, in milliseconds. */
const SAVE_AGAIN_AFTER = [100, 500, 2_000];

/** Options of `TokenKeeper`. */
export interface TokenKeeperOptions {
  /** Calls Monei: `strategy.connect`, or a `MoneiConnect` of your own in a worker. */
  connect: Pick<MoneiConnect, 'refresh' | 'revoke'>;
  /** Where the tokens are kept: `redisStore()`, a store of your own, or `memoryStore()` for development. */
  store: TokenStore;
  /**
   * Encrypts what is stored (AES-256-GCM): buffers of 32 bytes. The first one encrypts, all decrypt. Without keys,
   * tokens are stored as they are.
   */
  keys?: readonly Uint8Array[] | undefined;
  /** Told when tokens were forgotten here, but Monei did not confirm that they are revoked. Default: nobody is. */
  onRevocationError?: ((error: unknown, userId: string) => void) | undefined;
}

/** What a sign-in brought. A `MoneiTokens` will do. */
export interface TokensToKeep extends Pick<MoneiTokens, 'accessToken' | 'refreshToken'> {
  /** The life of the access token from now, in seconds: `params.expires_in` in a verify function. */
  expiresIn: number;
  /** What the tokens can do: `profile.grant.granted` in a verify function. */
  scopes: readonly string[];
}

/**
 * Keeps users' tokens usable after they signed in, in any number of processes that share a store.
 *
 * Monei kills the old pair at every refresh, so two refreshes at once lock a user out: here, one process refreshes
 * while the others wait for its result. Errors of the store's own are passed on.
 *
 * Source: docs.monei.cc/connect/tokens.
 */
export class TokenKeeper {
  readonly #connect: TokenKeeperOptions['connect'];
  readonly #store: TokenStore;
  readonly #sealer: TokenSealer;
  readonly #onRevocationError: TokenKeeperOptions['onRevocationError'];
  /** What this process is waiting for, by user: who comes meanwhile waits with it. */
  readonly #renewals = new Map<string, Promise<string>>();

  /** @throws {TypeError} naming the option that is missing or wrong */
  constructor(options: TokenKeeperOptions) {
    const { connect, store, keys, onRevocationError }: Partial<TokenKeeperOptions> = options ?? {};
    this.#connect = withMethods('connect', connect, ['refresh', 'revoke']);
    this.#store = withMethods('store', store, ['load', 'save', 'delete', 'lock']);
    this.#sealer = new TokenSealer(keys);
    this.#onRevocationError = onRevocationError;
  }

  /**
   * Keeps the tokens of a sign-in. They replace what was kept for this user.
   *
   * @param userId the app's own id for the user, or `profile.id`
   * @throws {TypeError} when something is missing or of the wrong type
   */
  async save(userId: string, tokens: TokensToKeep): Promise<void> {
    const value = this.#sealer.seal(checkUserId(userId), keptTokens(tokens));
    // Behind a refresh that is under way, which would write over it.
    await this.#store.lock(userId, () => persist(() => this.#store.save(userId, value)));
  }

  /** The scopes that this user's tokens carry; none when there are no tokens. Goes well with `requireScopes`. */
  async scopes(userId: string): Promise<string[]> {
    const value = await this.#store.load(checkUserId(userId));
    return value ? this.#sealer.open(userId, value).scopes : [];
  }

  /**
   * An access token that is good for at least 60 s more, unless Monei issues shorter-lived ones. Refreshes when that
   * is needed: once, no matter how many processes ask at the same time.
   *
   * @throws {ReconnectRequiredError} when nothing is stored, or when Monei refuses the refresh token (400, 401 or 404):
   * then nothing is stored any more
   * @throws {MoneiConnectError} when Monei could not be asked: the stored tokens stay
   */
  async accessToken(userId: string): Promise<string> {
    const value = await this.#store.load(checkUserId(userId));
    if (!value) throw new ReconnectRequiredError();
    const tokens = this.#sealer.open(userId, value);
    return isFresh(tokens) ? tokens.accessToken : this.#renewOnce(userId);
  }

  /**
   * Revokes a user's tokens at Monei and deletes them. They are deleted even if Monei can't be reached; whoever has to
   * know gives `onRevocationError`.
   *
   * @param accessToken where Monei's API answered 401 to a token: that token. A newer pair, which somebody else may have
   * stored meanwhile, is kept then.
   */
  async forget(userId: string, accessToken?: string): Promise<void> {
    checkUserId(userId);
    await this.#store.lock(userId, async () => {
      const value = await this.#store.load(userId);
      if (!value) return;
      if (accessToken !== undefined && this.#sealer.open(userId, value).accessToken !== accessToken) return;
      try {
        await this.#revoke(userId, () => this.#sealer.open(userId, value).accessToken);
      } finally {
        await this.#store.delete(userId);
      }
    });
  }

  /** Waits with whoever in this process waits for the same. */
  async #renewOnce(userId: string): Promise<string> {
    const running = this.#renewals.get(userId);
    if (running) return running;
    const renewal = this.#store.lock(userId, () => this.#renew(userId));
    this.#renewals.set(userId, renewal);
    try {
      return await renewal;
    } finally {
      this.#renewals.delete(userId);
    }
  }

  /** To be called under the lock. */
  async #renew(userId: string): Promise<string> {
    const value = await this.#store.load(userId);
    if (!value) throw new ReconnectRequiredError();
    const old = this.#sealer.open(userId, value);
    // Whoever had the lock before has done it.
    if (isFresh(old)) return old.accessToken;

    let tokens: MoneiTokens;
    try {
      tokens = await this.#connect.refresh(old.refreshToken);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Where the lock was lost meanwhile, a newer pair may be stored: then that is the one to look at.
      if ((await this.#store.delete(userId, value)) === false) return this.#renew(userId);
      throw new ReconnectRequiredError({ cause: error });
    }
    const renewed = this.#sealer.seal(userId, keptTokens(tokens));
    const saved = await persist(() => this.#store.save(userId, renewed, value));
    if (saved !== false) return tokens.accessToken;
    // The user signed in again, or disconnected, while this process had lost the lock. What they did last holds.
    await this.#revoke(userId, () => tokens.accessToken);
    return this.#renew(userId);
  }

  async #revoke(userId: string, accessToken: () => string): Promise<void> {
    try {
      await this.#connect.revoke(accessToken());
    } catch (error) {
      this.#onRevocationError?.(error, userId);
    }
  }
}

function isFresh({ expiresAt }: KeptTokens): boolean {
  return expiresAt - Date.now() >= MARGIN;
}

/** Whether Monei said that the refresh token is no good, which no second try will change. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof MoneiConnectError && ['bad_request', 'unauthorized', 'not_found'].includes(error.code)
  );
}

/** Does what must not fail for a moment's trouble. */
async function persist<T>(write: () => Promise<T>): Promise<T> {
  for (const pause of SAVE_AGAIN_AFTER) {
    try {
      return await write();
    } catch {
      await wait(pause);
    }
  }
  return write();
}

function keptTokens(tokens: TokensToKeep): KeptTokens {
  const { accessToken, refreshToken, expiresIn, scopes }: Partial<TokensToKeep> = tokens ?? {};
  return {
    accessToken: checkText('accessToken', accessToken),
    refreshToken: checkText('refreshToken', refreshToken),
    expiresAt: Date.now() + checkSeconds(expiresIn) * 1000,
    scopes: checkScopes(scopes),
  };
}

function checkUserId(userId: unknown): string {
  if (typeof userId === 'string' && userId !== '') return userId;
  // All users whose id is missing would share one pair of tokens.
  throw wrong('userId', 'a string that is not empty. Check where it comes from');
}

function checkText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, "a string that is not empty, as a sign-in or Monei's token answer gives it");
}

function checkSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong('expiresIn', 'a number of seconds: `params.expires_in` in a verify function');
}

function checkScopes(value: unknown): string[] {
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return [...value];
  throw wrong('scopes', 'a list of strings: `profile.grant.granted` in a verify function');
}

function withMethods<T extends object>(name: string, value: T | undefined, methods: (keyof T & string)[]): T {
  const missing = methods.find((method) => typeof value?.[method] !== 'function');
  if (value && missing === undefined) return value;
  throw wrong(name, `an object with ${methods.map((method) => `\`${method}\``).join(', ')}`);
}

function wrong(name: string, what: string): TypeError {
  return new TypeError(`passport-monei: \`${name}\` must be ${what}.`);
}
