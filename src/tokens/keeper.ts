import { setTimeout as wait } from 'node:timers/promises';
import type { MoneiConnect } from '../connect/client.js';
import { MoneiConnectError } from '../connect/errors.js';
import { type FetchFunction, MoneiAPI } from './api-request.js';
import { checkNames, checkUserId, withMethods, wrong } from './checks.js';
import { type KeptTokens, type OpenedTokens, TokenSealer } from './encryption.js';
import { lockOrFind } from './lock-or-find.js';
import { ReconnectRequiredError } from './reconnect-required-error.js';
import type { LockOptions, TokenStore } from './stores/token-store.js';
import { keptTokens, type TokensToKeep } from './tokens-to-save.js';

/** What `accessToken` gives is good for this long at least, in milliseconds. */
const MARGIN = 60_000;

/** A new pair exists nowhere but here: a store that fails is asked again after these times, in milliseconds. */
const WRITE_AGAIN_AFTER = [100, 500, 2_000, 5_000, 10_000];

/** What is stored changes under a lock only where that was lost. This often it is looked at again. */
const MAX_ROUNDS = 3;

const OPTIONS = ['connect', 'store', 'keys', 'apiURL', 'fetch', 'onRevocationError'];

/** Options of `TokenKeeper`. */
export interface TokenKeeperOptions {
  /** Calls Monei: `strategy.connect`, or a `MoneiConnect` of your own in a worker. With `keys`, its `clientID` is needed. */
  connect: Pick<MoneiConnect, 'refresh' | 'revoke'> & Partial<Pick<MoneiConnect, 'clientID'>>;
  /** Where the tokens are kept: `redisStore()`, a store of your own, or `memoryStore()` for development. */
  store: TokenStore;
  /**
   * Encrypts what is stored (AES-256-GCM): buffers of 32 bytes. The first one encrypts, all decrypt. What is read and was
   * encrypted with another one is encrypted anew. `false`: tokens are stored as they are.
   */
  keys: readonly Uint8Array[] | false;
  /** What `fetch` completes paths with. Default: `https://api.monei.cc/api/v1`. `https:` except on loopback. */
  apiURL?: string | undefined;
  /** Makes the calls of `fetch`. Default: Node's own `fetch`; that of the package `node-fetch` will do. */
  fetch?: FetchFunction | undefined;
  /** Told when tokens were given up here, but Monei did not confirm that they are revoked. Default: nobody is. */
  onRevocationError?: ((error: unknown, userId: string) => unknown) | undefined;
}

/**
 * Keeps users' tokens usable after they signed in, in any number of processes that share a store.
 *
 * Monei kills the old pair at every refresh, so two refreshes at once lock a user out: here, one process refreshes
 * while the others wait for its result. Errors of the store's own are passed on.
 *
 * Source: docs.monei.cc/connect/tokens.
 *
 * @example
 * ```ts
 * const keeper = new TokenKeeper({ connect: strategy.connect, store: redisStore({ client }), keys: [key] });
 * await keeper.save(profile.id, { accessToken, refreshToken, grant: profile.grant }); // in verify
 * const response = await keeper.fetch(profile.id, '/wallet/me'); // anywhere
 * ```
 */
export class TokenKeeper {
  readonly #connect: TokenKeeperOptions['connect'];
  readonly #store: TokenStore;
  readonly #sealer: TokenSealer;
  readonly #api: MoneiAPI;
  readonly #onRevocationError: NonNullable<TokenKeeperOptions['onRevocationError']>;
  /** What this process is doing, by user and purpose: who comes meanwhile for the same waits for it. */
  readonly #running = new Map<string, Promise<unknown>>();
  /** By user: a new pair that the store could not take, and the text that it replaces. */
  readonly #unwritten = new Map<string, { tokens: KeptTokens; replaces: string }>();

  /** @throws {TypeError} naming the option that is missing, unknown or wrong */
  constructor(options: TokenKeeperOptions) {
    const {
      connect,
      store,
      keys,
      apiURL,
      fetch,
      onRevocationError = () => {},
    } = checkNames('TokenKeeper', options, OPTIONS);
    this.#connect = withMethods('connect', connect, ['refresh', 'revoke']);
    this.#store = withMethods('store', store, ['load', 'save', 'delete', 'lock']);
    if (typeof onRevocationError !== 'function') throw wrong('onRevocationError', 'a function');
    this.#onRevocationError = onRevocationError;
    this.#api = new MoneiAPI(apiURL, fetch);
    this.#sealer = new TokenSealer(keys, this.#connect.clientID);
  }

  /**
   * Keeps the tokens of a sign-in. They replace what was kept for this user.
   *
   * @param userId the app's own id for the user, or `profile.id`
   * @throws {TypeError} when something is missing or of the wrong type
   */
  async save(userId: string, tokens: TokensToKeep): Promise<void> {
    checkUserId(userId);
    const kept = keptTokens(tokens);
    // Behind a refresh that is under way, which would write over it.
    await this.#locked(userId, async () => {
      const before = (await this.#load(userId)) ?? null;
      if (!(await this.#replace(userId, before, kept))) await this.#revoke(userId, kept);
    });
  }

  /** The scopes that this user's tokens carry; none when there are no tokens. Goes well with `requireScopes`. */
  async scopes(userId: string): Promise<string[]> {
    return [...((await this.#read(checkUserId(userId)))?.scopes ?? [])];
  }

  /**
   * An access token that is good for at least 60 s more, or for half its life, if that is shorter. Refreshes when that is
   * needed: once, no matter how many processes ask at the same time. A refresh kills the old token, so one that was given
   * out shortly before somebody else needed a new one may end sooner: when Monei's API answers 401, ask again, once.
   *
   * Where the store can't take a new pair, the token is given all the same, and the pair is kept in the memory of this
   * process until a later call can write it.
   *
   * @param options `refused`: the token that Monei's API answered 401 to. If it is still the one that is stored, it is
   * refreshed, which tells whether the user took the access back.
   * @throws {ReconnectRequiredError} when nothing is stored, or when Monei refuses the refresh token. After a 401, nothing
   * is stored any more.
   * @throws {MoneiConnectError} when Monei could not be asked: the stored tokens stay
   */
  async accessToken(userId: string, { refused }: { refused?: string | undefined } = {}): Promise<string> {
    return (await this.#tokens(checkUserId(userId), refused)).accessToken;
  }

  /**
   * Calls Monei's API as this user, with `fetch`. A 401 is answered with one refresh and one more try, if the body can be
   * sent twice (no stream, no iterable). A `GET` that is answered with 429 or 503 and a `Retry-After` of 5 s at most is sent
   * once more after that time. Every other answer comes back as it is. Redirects are errors, and a header `authorization`
   * of the caller's is replaced.
   *
   * @param input a path that begins with `/`, such as `/wallet/me`, which `apiURL` is put before, or a URL under `apiURL`
   * @param init as for `fetch`. Without a `signal`, the whole call may take 10 s, waiting and the body of the answer included.
   * @throws {TypeError} when `input` leads to any other place, or when `fetch` refuses to make such a call
   * @throws {MissingScopeError} when the user has none of the scopes that Monei documents for this route: no call is made
   * @throws {ReconnectRequiredError} when nothing is stored, or when Monei refuses the refresh token
   * @throws {MoneiConnectError} when Monei could not be reached (`network`), was too slow (`timeout`), or could not be asked
   * for new tokens
   * @throws what `signal.reason` says, when that aborts: at any time, a refresh that others wait for goes on
   */
  async fetch(userId: string, input: string | URL, init?: RequestInit): Promise<Response> {
    checkUserId(userId);
    return this.#api.call(input, init ?? {}, (check, refused) => this.#tokens(userId, refused, check));
  }

  /**
   * Revokes a user's tokens at Monei and deletes them. They are deleted even if Monei can't be reached; whoever has to
   * know gives `onRevocationError`.
   */
  async forget(userId: string): Promise<void> {
    checkUserId(userId);
    await this.#locked(userId, async () => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const value = await this.#load(userId);
        if (!value) return;
        await this.#revokeStored(userId, value);
        // Where the lock was lost meanwhile, a newer pair may be stored, which has to be revoked as well.
        if ((await retry(() => this.#store.delete(userId, value))) !== false) return;
      }
      throw tooManyChanges();
    });
  }

  /** Tokens that are fresh. What is stored is shown to `check`, and so is what comes of a refresh. */
  async #tokens(
    userId: string,
    refused?: string,
    check: (tokens: KeptTokens) => void = () => {},
  ): Promise<KeptTokens> {
    const tokens = await this.#read(userId);
    if (!tokens) throw new ReconnectRequiredError();
    check(tokens);
    if (isFresh(tokens, refused)) return tokens;
    const renewed = await this.#once(['renew', userId, refused], () => this.#renew(userId, refused));
    check(renewed);
    return renewed;
  }

  /** Refreshes under the lock, or finds what comes of the refresh of whoever has the lock. */
  async #renew(userId: string, refused: string | undefined): Promise<KeptTokens> {
    return lockOrFind(
      (fn, options) => this.#locked(userId, fn, options),
      () => this.#renewLocked(userId, refused),
      async () => {
        const { tokens } = await this.#stored(userId);
        return isFresh(tokens, refused) ? tokens : undefined;
      },
    );
  }

  async #renewLocked(userId: string, refused: string | undefined): Promise<KeptTokens> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { value, tokens: old } = await this.#stored(userId);
      // Whoever had the lock before has done it.
      if (isFresh(old, refused)) return old;

      const renewed = await this.#refresh(userId, old, value);
      if (!renewed) continue;
      if (await this.#keep(userId, value, renewed)) return renewed;
      // The user signed in again, or disconnected, while this process had lost the lock. What they did last holds.
      await this.#revoke(userId, renewed);
    }
    throw tooManyChanges();
  }

  /** What is stored for this user, and the tokens in it. */
  async #stored(userId: string): Promise<{ value: string; tokens: KeptTokens }> {
    const value = await this.#load(userId);
    if (!value) throw new ReconnectRequiredError();
    return { value, tokens: this.#open(userId, value).tokens };
  }

  /** A new pair, or nothing when Monei refuses this one and another is stored by now. */
  async #refresh(
    userId: string,
    { refreshToken, scopes }: KeptTokens,
    value: string,
  ): Promise<KeptTokens | undefined> {
    try {
      return keptTokens(await this.#connect.refresh(refreshToken, { scopes }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const isFinal = error.code === 'unauthorized';
      if (isFinal && (await this.#store.delete(userId, value)) === false) return undefined;
      throw new ReconnectRequiredError({ cause: error });
    }
  }

  /** Keeps a new pair in the place of the text `before`. Returns `false` when something else is there by now. */
  async #keep(userId: string, before: string, tokens: KeptTokens): Promise<boolean> {
    try {
      return await this.#replace(userId, before, tokens);
    } catch {
      // The old pair is dead. Without this one, the user would have to sign in again.
      this.#unwritten.set(userId, { tokens, replaces: before });
      return true;
    }
  }

  /** Writes tokens in the place of the text `before` (`null`: of nothing). Returns whether they are stored now. */
  async #replace(userId: string, before: string | null, tokens: KeptTokens): Promise<boolean> {
    const value = this.#sealer.seal(userId, tokens);
    if ((await retry(() => this.#store.save(userId, value, before))) !== false) return true;
    // The answer to a first try may have been lost, or another keeper of this process was given the same pair.
    const stored = await this.#store.load(userId);
    try {
      return (
        Boolean(stored) && this.#sealer.open(userId, `${stored}`).tokens.accessToken === tokens.accessToken
      );
    } catch {
      return false; // What is there can't be read, so it is not from here.
    }
  }

  async #read(userId: string): Promise<KeptTokens | undefined> {
    const value = await this.#load(userId);
    if (!value) return undefined;
    const { tokens, outdated } = this.#open(userId, value);
    // Tokens that can be read are good for the caller, whatever becomes of this.
    if (outdated) await this.#once(['rewrite', userId], () => this.#rewrite(userId)).catch(() => {});
    return tokens;
  }

  /** What the store has for this user. Where that has changed, a pair that could not be written is of no use. */
  async #load(userId: string): Promise<string | undefined> {
    const value = (await this.#store.load(userId)) ?? undefined;
    if (this.#unwritten.get(userId)?.replaces !== value) this.#unwritten.delete(userId);
    return value;
  }

  /** The tokens of this user, where the store has `value` for them. */
  #open(userId: string, value: string): OpenedTokens {
    const unwritten = this.#unwritten.get(userId);
    return unwritten ? { tokens: unwritten.tokens, outdated: true } : this.#sealer.open(userId, value);
  }

  /** Writes the same tokens as they should be stored today. Under the lock, for stores that don't compare. */
  async #rewrite(userId: string): Promise<void> {
    await this.#locked(userId, async () => {
      const value = await this.#load(userId);
      if (!value) return;
      const { tokens, outdated } = this.#open(userId, value);
      if (outdated) await this.#store.save(userId, this.#sealer.seal(userId, tokens), value);
    });
  }

  /** Revokes the tokens that the store has `value` for. */
  async #revokeStored(userId: string, value: string): Promise<void> {
    await this.#orTell(userId, async () => {
      const { tokens } = this.#open(userId, value);
      if (isFresh(tokens)) return this.#connect.revoke(tokens.accessToken);
      // Monei may not know an access token any more that has expired. Its refresh token would live on.
      const { refreshToken, scopes } = tokens;
      const { accessToken } = await this.#connect.refresh(refreshToken, { scopes });
      await this.#connect.revoke(accessToken, { mustExist: true });
    });
  }

  async #revoke(userId: string, { accessToken }: KeptTokens): Promise<void> {
    await this.#orTell(userId, () => this.#connect.revoke(accessToken));
  }

  /** Tells the app of an error of `revoke`, unless it says that the tokens are dead anyway. */
  async #orTell(userId: string, revoke: () => Promise<void>): Promise<void> {
    try {
      await revoke();
    } catch (error) {
      if (isRefusal(error) && error.code === 'unauthorized') return;
      // An error thrown by `onRevocationError` must not stop the deletion.
      await Promise.resolve(error)
        .then((reason) => this.#onRevocationError(reason, userId))
        .catch(() => {});
    }
  }

  /** Does not do at the same time what this process is doing already: waits for its outcome. */
  async #once<T>(what: unknown[], fn: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(what);
    const running = this.#running.get(key) as Promise<T> | undefined;
    if (running) return running;
    const started = fn();
    this.#running.set(key, started);
    try {
      return await started;
    } finally {
      this.#running.delete(key);
    }
  }

  /** Does not rely on the store to hand the result through, nor to open the lock: it opens by itself. */
  async #locked<T>(userId: string, fn: () => Promise<T>, options?: LockOptions): Promise<T> {
    let result: { value: T } | undefined;
    const work = async () => {
      result = { value: await fn() };
    };
    try {
      await this.#store.lock(userId, work, options);
    } catch (error) {
      if (!result) throw error;
    }
    if (!result) throw wrong('store.lock', 'a function that calls the one it is given, and waits for it');
    return (result as { value: T }).value;
  }
}

/** Whether there is enough left of an access token's life, and Monei's API has not refused it. */
function isFresh({ accessToken, expiresAt, life = Number.POSITIVE_INFINITY }: KeptTokens, refused?: string) {
  const left = expiresAt - Date.now();
  return left > 0 && left >= Math.min(MARGIN, life / 2) && accessToken !== refused;
}

/**
 * Whether Monei said that the refresh token is no good. Its documentation says 401; 400 and 404 may also be somebody
 * else's who stands in between, so they are no reason to throw tokens away.
 */
function isRefusal(error: unknown): error is MoneiConnectError {
  return (
    error instanceof MoneiConnectError &&
    error.endpoint === 'token' &&
    ['bad_request', 'unauthorized', 'not_found'].includes(error.code)
  );
}

/** Writes again when the store fails for a moment. */
async function retry<T>(write: () => Promise<T>): Promise<T> {
  for (const pause of WRITE_AGAIN_AFTER) {
    try {
      return await write();
    } catch {
      await wait(pause);
    }
  }
  return write();
}

function tooManyChanges(): Error {
  return new Error(
    'passport-monei: the tokens of this user change faster than they can be read. Does the store read from where it writes?',
  );
}
