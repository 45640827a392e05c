import type { MoneiConnect } from '../connect/client.js';
import { isFromGateway, isMoneiConnectError, MoneiConnectError } from '../connect/errors.js';
import type { MoneiTokens } from '../connect/responses.js';
import { apiRequest, readBody, requireApiClient, requireScope, sendAsUser } from './api-request.js';
import { toFetchResponse } from './api-response.js';
import { type ApiBase, requireApiBase } from './api-target.js';
import { invalidValueError, requireKnownOptions, requireMethods, requireUserId } from './checks.js';
import { EncryptedStore } from './encrypted-store.js';
import type { StoredTokens } from './encryption.js';
import { FailedRefreshes } from './failed-refreshes.js';
import { ReconnectRequiredError } from './reconnect-required-error.js';
import { runUnlessDone } from './run-unless-done.js';
import { SharedWork } from './shared-work.js';
import type { TokenStore } from './stores/token-store.js';
import { unlessAborted } from './time-limit.js';
import { type TokensToKeep, toStoredTokens } from './tokens-to-save.js';

/** An access token that is given out is good for this long at least, in milliseconds. */
const MIN_TIME_LEFT_MS = 60_000;

/** Tokens that came from a refresh are not refreshed again for this long, in milliseconds. */
const REFRESH_INTERVAL_MS = 10_000;

/** How often the keeper reads the store again if it changes under the lock, which happens only if the lock was lost. */
const MAX_ROUNDS = 3;

const OPTIONS = ['connect', 'store', 'keys', 'apiURL', 'onRevocationError'];

/** Options of `TokenKeeper`. */
export interface TokenKeeperOptions {
  /** Calls Monei: `strategy.connect`, or a `MoneiConnect` of your own in a worker. With `keys`, its `clientID` is needed. */
  connect: Pick<MoneiConnect, 'refresh' | 'revoke'> & Partial<Pick<MoneiConnect, 'clientID'>>;
  /** The store of the tokens: `redisStore()`, `postgresStore()`, one of your own, or `memoryStore()` for development. */
  store: TokenStore;
  /**
   * Encrypts what is stored (AES-256-GCM): buffers of 32 bytes. The first one encrypts, all decrypt. What is read and was
   * encrypted with another one is encrypted anew. `false`: tokens are stored as they are.
   */
  keys: readonly Uint8Array[] | false;
  /** What `fetch` completes paths with. Default: `https://api.monei.cc/api/v1`. `https:` except on loopback. */
  apiURL?: string | undefined;
  /** Called when tokens were deleted, or not stored, and Monei did not confirm that they are revoked. */
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
  readonly #store: EncryptedStore;
  readonly #apiBase: ApiBase;
  readonly #onRevocationError: NonNullable<TokenKeeperOptions['onRevocationError']>;
  readonly #renewals = new SharedWork();
  readonly #failedRefreshes = new FailedRefreshes();

  /** @throws {TypeError} naming the option that is missing, unknown or wrong */
  constructor(options: TokenKeeperOptions) {
    const {
      connect,
      store,
      keys,
      apiURL,
      onRevocationError = () => {},
    } = requireKnownOptions('TokenKeeper', options, OPTIONS);
    this.#connect = requireMethods('connect', connect, ['refresh', 'revoke']);
    const checkedStore = requireMethods('store', store, ['load', 'save', 'delete', 'lock']);
    if (typeof onRevocationError !== 'function') throw invalidValueError('onRevocationError', 'a function');
    this.#onRevocationError = onRevocationError;
    this.#apiBase = requireApiBase(apiURL);
    const revoke = (userId: string, tokens: StoredTokens) => this.#revoke(userId, tokens);
    this.#store = new EncryptedStore(checkedStore, keys, this.#connect.clientID, revoke);
  }

  /**
   * Stores the tokens of a sign-in, in the place of those that are stored for this user.
   *
   * @param userId the app's own id for the user, or `profile.id`
   * @throws {TypeError} when something is missing or of the wrong type
   */
  async save(userId: string, tokens: TokensToKeep): Promise<void> {
    requireUserId(userId);
    const kept = toStoredTokens(tokens);
    // A refresh that is under way would write over it.
    await this.#store.lock(userId, async () => {
      const before = (await this.#store.loadLocked(userId)) ?? null;
      if (await this.#store.replace(userId, before, kept)) await this.#store.revokeUnwritten(userId);
      else await this.#revoke(userId, kept);
    });
  }

  /** Returns the scopes that this user's tokens carry, for `requireScopes`; an empty list if no tokens are stored. */
  async scopes(userId: string): Promise<string[]> {
    return [...((await this.#store.read(requireUserId(userId)))?.scopes ?? [])];
  }

  /**
   * Returns an access token that is good for at least 60 s more, or for half its life if that is shorter. Refreshes if that is
   * needed: once, however many processes ask at the same time. A refresh ends the old access token, so one that was given out
   * before may end sooner: after a 401 of Monei's API, call this again with `refused`, once.
   *
   * If the store cannot take new tokens, the access token is returned anyway. They stay in the memory of this process until
   * the store can take them.
   *
   * @param options `refused`: the access token that Monei's API refused with 401. If it is the one that is stored, it is
   * refreshed, which shows whether the user revoked access.
   * @throws {ReconnectRequiredError} if nothing is stored, or if Monei refuses the refresh token. After Monei's own 401, the
   * stored tokens are deleted.
   * @throws {MoneiConnectError} if Monei could not be asked: the stored tokens stay. After an error, this process does not
   * refresh the same tokens again for 10 s, or for `Retry-After` if that is longer. `unauthorized` for the endpoint `api`:
   * `refused` came from a refresh less than 10 s ago.
   */
  async accessToken(userId: string, { refused }: { refused?: string | undefined } = {}): Promise<string> {
    const { accessToken, refreshedAt } = await this.#tokens(requireUserId(userId), refused);
    if (accessToken === refused) throw refusedAfterRefresh(refreshedAt);
    return accessToken;
  }

  /**
   * Sends a request to Monei's API as this user, through the HTTP client of `connect`, and resolves when the whole response
   * has arrived. A 401 causes one refresh and one more try. A `GET` with 429 or 503 and a `Retry-After` of at most 5 s is
   * repeated once, and so is a `GET` whose kept connection was closed. No other request is repeated after it may have been
   * sent. Redirects are errors.
   *
   * @param input a path that begins with `/`, such as `/wallet/me`, or a URL under `apiURL`
   * @param init as for `new Request`. The body is read whole first (10 MB). Without a `signal`, everything together may take
   * 10 s.
   * @throws {TypeError} if `input` leads to any other place, if HTTP does not allow the request, or if `connect` is no
   * `MoneiConnect`
   * @throws {MissingScopeError} if the user has none of the scopes that Monei documents for this route: nothing is sent
   * @throws {ReconnectRequiredError} if nothing is stored, or if Monei refuses the refresh token
   * @throws {MoneiConnectError} if there is no usable response; `requestSent` says whether Monei may have seen the request
   * @throws what `signal.reason` says, when that aborts. A refresh that others wait for goes on.
   */
  async fetch(userId: string, input: string | URL, init?: RequestInit): Promise<Response> {
    requireUserId(userId);
    const client = requireApiClient(this.#connect);
    const request = apiRequest(this.#apiBase, input, init ?? {});
    const { signal, url } = request;
    const check = ({ scopes }: StoredTokens) => requireScope(request, scopes);
    try {
      request.body = await unlessAborted(signal, () => readBody(request));

      const tokens = await unlessAborted(signal, () => this.#tokens(userId, undefined, check));
      const response = await unlessAborted(signal, () => sendAsUser(client, request, tokens.accessToken));
      if (response.status !== 401) return toFetchResponse(response, url);

      const renewed = await unlessAborted(signal, () => this.#tokens(userId, tokens.accessToken, check));
      // Tokens that were refreshed a short time ago are not refreshed again.
      if (renewed.accessToken === tokens.accessToken) return toFetchResponse(response, url);
      const second = await unlessAborted(signal, () => sendAsUser(client, request, renewed.accessToken));
      return toFetchResponse(second, url);
    } finally {
      clearTimeout(request.timer);
    }
  }

  /**
   * Revokes a user's tokens at Monei and deletes them. Deletes them even if Monei cannot be reached, which
   * `onRevocationError` hears of.
   */
  async forget(userId: string): Promise<void> {
    requireUserId(userId);
    await this.#store.lock(userId, async () => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const value = await this.#store.loadLocked(userId);
        if (!value) return;
        await this.#revokeStored(userId, value);
        // If the lock was lost, newer tokens may be stored, which have to be revoked as well.
        if (await this.#store.delete(userId, value)) return;
      }
      throw tooManyChanges();
    });
  }

  /**
   * Returns tokens that can be used, refreshed if that is needed. If Monei's API `refused` an access token that came from a
   * refresh a short time ago, returns the same tokens again.
   *
   * @param check gets the tokens that are stored, and those of a refresh. What it throws is passed on.
   */
  async #tokens(
    userId: string,
    refused?: string,
    check: (tokens: StoredTokens) => void = () => {},
  ): Promise<StoredTokens> {
    const tokens = await this.#store.read(userId);
    if (!tokens) throw new ReconnectRequiredError();
    check(tokens);
    if (!needsRefresh(tokens, refused)) return tokens;
    this.#throwIfFailed(tokens);
    const renewed = await this.#renewals.run([userId, refused], () => this.#renew(userId, refused));
    check(renewed);
    return renewed;
  }

  /** Refreshes under the lock, or returns the tokens that another process stored while it had the lock. */
  async #renew(userId: string, refused: string | undefined): Promise<StoredTokens> {
    return runUnlessDone(
      (fn, options) => this.#store.lock(userId, fn, options),
      () => this.#renewLocked(userId, refused),
      async () => {
        const { tokens } = this.#openStored(userId, await this.#store.load(userId));
        return needsRefresh(tokens, refused) ? undefined : tokens;
      },
    );
  }

  async #renewLocked(userId: string, refused: string | undefined): Promise<StoredTokens> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { value, tokens: old } = this.#openStored(userId, await this.#store.loadLocked(userId));
      // Another caller or process has refreshed them.
      if (!needsRefresh(old, refused)) return old;
      this.#throwIfFailed(old);
      const renewed = await this.#refresh(userId, old, value);
      // If the lock was lost, the user may have signed in again or disconnected. The next round finds out.
      if (renewed && (await this.#store.keep(userId, value, old, renewed))) return renewed;
    }
    throw tooManyChanges();
  }

  #openStored(userId: string, value: string | undefined): { value: string; tokens: StoredTokens } {
    if (!value) throw new ReconnectRequiredError();
    return { value, tokens: this.#store.open(userId, value).tokens };
  }

  /** Returns new tokens, or nothing if Monei refuses these and others are stored by now. */
  async #refresh(userId: string, old: StoredTokens, value: string): Promise<StoredTokens | undefined> {
    try {
      const tokens = await this.#requestTokens(userId, value, old);
      return { ...toStoredTokens(tokens), refreshedAt: Date.now() };
    } catch (error) {
      if (!isMoneiConnectError(error)) throw error;
      this.#failedRefreshes.add(old, error);
      if (endsTokens(error) && !(await this.#store.delete(userId, value))) return undefined;
      throw isRefusal(error) ? new ReconnectRequiredError({ cause: error }) : error;
    }
  }

  /**
   * Sends a refresh of the tokens that the store has `value` for. If a kept connection turns out to be closed, it is repeated
   * once, unless the store has other tokens by now: then another process has used the refresh token.
   */
  #requestTokens(
    userId: string,
    value: string,
    { refreshToken, scopes }: StoredTokens,
  ): Promise<MoneiTokens> {
    const mayRepeat = async () => (await this.#store.load(userId).catch(() => undefined)) === value;
    return this.#connect.refresh(refreshToken, { scopes, mayRepeat });
  }

  /** Throws if a refresh of these tokens failed in this process a short time ago. */
  #throwIfFailed(tokens: StoredTokens): void {
    const error = this.#failedRefreshes.find(tokens);
    if (error) throw isRefusal(error) ? new ReconnectRequiredError({ cause: error }) : error;
  }

  /** Revokes the tokens that the store has `value` for. */
  async #revokeStored(userId: string, value: string): Promise<void> {
    await this.#reportFailure(userId, async () => {
      const { tokens } = this.#store.open(userId, value);
      if (hasTimeLeft(tokens)) return this.#connect.revoke(tokens.accessToken);
      // Monei may not know an expired access token, and its refresh token would stay good.
      const renewed = await this.#requestTokens(userId, value, tokens).catch((error) => {
        if (!isMoneiConnectError(error) || !endsTokens(error)) throw error;
      });
      if (renewed) await this.#connect.revoke(renewed.accessToken, { mustExist: true });
    });
  }

  async #revoke(userId: string, { accessToken }: StoredTokens): Promise<void> {
    await this.#reportFailure(userId, () => this.#connect.revoke(accessToken));
  }

  /** Reports an error of `revoke` to the app. Never rejects: an error of `onRevocationError` must not stop a deletion. */
  async #reportFailure(userId: string, revoke: () => Promise<void>): Promise<void> {
    try {
      await revoke();
    } catch (error) {
      await Promise.resolve(error)
        .then((reason) => this.#onRevocationError(reason, userId))
        .catch(() => {});
    }
  }
}

/** Whether an access token is good for `MIN_TIME_LEFT_MS` more, or for half its life if that is shorter. */
function hasTimeLeft({ expiresAt, life }: StoredTokens): boolean {
  const leftMs = expiresAt - Date.now();
  return leftMs > 0 && leftMs >= Math.min(MIN_TIME_LEFT_MS, life / 2);
}

/**
 * Whether tokens have to be refreshed, because of their age or because Monei's API `refused` the access token. If they came
 * from a refresh a short time ago, another one would change nothing, and cost one of the app's ten token requests a minute.
 */
function needsRefresh(tokens: StoredTokens, refused: string | undefined): boolean {
  const { accessToken, refreshedAt = Number.NEGATIVE_INFINITY } = tokens;
  // The clock of the process that refreshed them may be ahead.
  if (Math.abs(Date.now() - refreshedAt) < REFRESH_INTERVAL_MS) return false;
  return accessToken === refused || !hasTimeLeft(tokens);
}

/** Whether Monei itself refused the refresh token, and not a gateway before it. */
function isRefusal(error: MoneiConnectError): boolean {
  return ['bad_request', 'unauthorized', 'not_found'].includes(error.code) && !isFromGateway(error);
}

/** Whether the tokens are of no use any more: Monei documents 401 for a refresh token that it does not accept. */
function endsTokens(error: MoneiConnectError): boolean {
  return error.code === 'unauthorized' && isRefusal(error);
}

function refusedAfterRefresh(refreshedAt = Date.now()): MoneiConnectError {
  const leftMs = refreshedAt + REFRESH_INTERVAL_MS - Date.now();
  const retryAfter = Math.max(1, Math.ceil(leftMs / 1000));
  return new MoneiConnectError(
    `Monei's API refused an access token that came from a refresh a moment ago. It is refreshed again after ${retryAfter} s.`,
    { code: 'unauthorized', endpoint: 'api', moneiStatus: 401, retryAfter },
  );
}

function tooManyChanges(): Error {
  return new Error(
    'passport-monei: the tokens of this user change faster than they can be read. Does the store read from where it writes?',
  );
}
