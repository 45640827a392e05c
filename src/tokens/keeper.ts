import { isMoneiConnectError } from '../connect/errors.js';
import type { MoneiTokens } from '../connect/responses.js';
import {
  readBody,
  requireApiClient,
  requireGrantedScope,
  sendAsUser,
  startApiRequest,
} from './api-request.js';
import { toFetchResponse } from './api-response.js';
import type { ApiBase } from './api-target.js';
import { requireUserId } from './checks.js';
import { EncryptedStore } from './encrypted-store.js';
import type { StoredTokens } from './encryption.js';
import { FailedRefreshes } from './failed-refreshes.js';
import {
  type CheckedKeeperOptions,
  requireKeeperOptions,
  type TokenKeeperOptions,
} from './keeper-options.js';
import { ReconnectRequiredError } from './reconnect-required-error.js';
import {
  endsTokens,
  hasTimeLeft,
  isRefusal,
  needsRefresh,
  refusedAfterRefreshError,
} from './refresh-rules.js';
import { runUnlessDone } from './run-unless-done.js';
import { SharedWork } from './shared-work.js';
import { type TokensToKeep, toStoredTokens } from './tokens-to-save.js';
import { unlessAborted } from './unless-aborted.js';

/** The number of attempts if the stored tokens change under the lock. They change only if the lock was lost. */
const MAX_ROUNDS = 3;

/**
 * Keeps users' tokens valid after sign-in, in any number of processes that share a store.
 *
 * Monei revokes the old tokens at every refresh, so two concurrent refreshes would lock a user out. The keeper
 * refreshes in one process, while the others wait for the new tokens. Errors of the store are passed on.
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
  readonly #connect: CheckedKeeperOptions['connect'];
  readonly #store: EncryptedStore;
  readonly #apiBase: ApiBase;
  readonly #onRevocationError: CheckedKeeperOptions['onRevocationError'];
  readonly #refreshes = new SharedWork();
  readonly #failedRefreshes = new FailedRefreshes();

  /** @throws {TypeError} naming the option that is missing, unknown or invalid */
  constructor(options: TokenKeeperOptions) {
    const checked = requireKeeperOptions(options);
    this.#connect = checked.connect;
    this.#onRevocationError = checked.onRevocationError;
    this.#apiBase = checked.apiBase;
    const revoke = (userId: string, tokens: StoredTokens) => this.#revoke(userId, tokens);
    this.#store = new EncryptedStore(checked.store, checked.keys, this.#connect.clientID, revoke);
  }

  /**
   * Stores the tokens of a sign-in, and replaces the user's old ones.
   *
   * @param userId the app's id of the user, or `profile.id`
   * @throws {TypeError} if an argument or a field of `tokens` is missing or has the wrong type
   */
  async save(userId: string, tokens: TokensToKeep): Promise<void> {
    requireUserId(userId);
    const newTokens = toStoredTokens(tokens);
    // Without the lock, a refresh that is under way would overwrite the new tokens.
    await this.#store.lock(userId, async () => {
      const oldValue = (await this.#store.loadLocked(userId)) ?? null;
      if (await this.#store.replace(userId, oldValue, newTokens)) await this.#store.revokeUnwritten(userId);
      else await this.#revoke(userId, newTokens);
    });
  }

  /** Returns the scopes of the user's tokens, for `requireScopes`. The list is empty if no tokens are stored. */
  async scopes(userId: string): Promise<string[]> {
    return [...((await this.#store.read(requireUserId(userId)))?.scopes ?? [])];
  }

  /**
   * Returns an access token that is valid for at least 60 s more, or for half its lifetime if that is shorter.
   * Refreshes the tokens if necessary, and only once for all concurrent callers in all processes.
   *
   * A refresh revokes the old access token, also if another caller still uses it. After a 401 of Monei's API, call this
   * method again, once, with `refused`.
   *
   * If the store fails, new tokens stay in the memory of this process until the store works again.
   *
   * @param options `refused`: the access token that Monei's API refused with 401. If it is still stored, the keeper
   * refreshes it. If the user has revoked access, Monei refuses the refresh, too.
   * @throws {ReconnectRequiredError} if no tokens are stored, or if Monei refuses the refresh token. If Monei
   * itself, and no gateway, refuses it with 401, the stored tokens are deleted.
   * @throws {MoneiConnectError} if the refresh failed for another reason. The stored tokens stay. If the request may
   * have been sent, this process does not refresh them again for 10 s, or for `Retry-After` if that is longer.
   * @throws {MoneiConnectError} with the code `unauthorized` and the endpoint `api`, if `refused` came from a refresh
   * less than 10 s ago
   */
  async accessToken(userId: string, { refused }: { refused?: string | undefined } = {}): Promise<string> {
    const { accessToken, refreshedAt } = await this.#findTokens(requireUserId(userId), refused);
    if (accessToken === refused) throw refusedAfterRefreshError(refreshedAt);
    return accessToken;
  }

  /**
   * Sends a request to Monei's API as this user, through the HTTP client of `connect`. Resolves when the whole response
   * has arrived.
   *
   * After a 401, the tokens are refreshed, and the request is sent again. A `GET` is repeated once after a 429 or 503
   * with a `Retry-After` of at most 5 s, and if its kept connection was closed. Requests with other methods are sent
   * again only after a 401, because Monei may have acted on them. Redirects are errors.
   *
   * @param input a path that begins with `/`, such as `/wallet/me`, or a URL under `apiURL`
   * @param init as for `new Request`. The body is read to its end before the request is sent (at most 10 MB). Without a
   * `signal`, all steps together may take 10 s.
   * @throws {TypeError} if `input` is neither of these, if HTTP does not allow the request, or if `connect` is not a
   * `MoneiConnect`
   * @throws {MissingScopeError} if the user granted none of the scopes that Monei documents for this route. The request
   * is not sent.
   * @throws {ReconnectRequiredError} if no tokens are stored, or if Monei refuses the refresh token
   * @throws {MoneiConnectError} if there is no usable response. Its `requestSent` says whether Monei may have received
   * the request.
   * @throws {unknown} the reason of `signal`, if that aborts. A refresh goes on, because other callers may wait for it.
   */
  async fetch(userId: string, input: string | URL, init?: RequestInit): Promise<Response> {
    requireUserId(userId);
    const client = requireApiClient(this.#connect);
    const request = startApiRequest(this.#apiBase, input, init ?? {});
    const { signal, url } = request;
    const check = ({ scopes }: StoredTokens) => requireGrantedScope(request, scopes);
    try {
      request.body = await unlessAborted(signal, () => readBody(request));

      const tokens = await unlessAborted(signal, () => this.#findTokens(userId, undefined, check));
      const response = await unlessAborted(signal, () => sendAsUser(client, request, tokens.accessToken));
      if (response.status !== 401) return toFetchResponse(response, url);

      const refreshed = await unlessAborted(signal, () =>
        this.#findTokens(userId, tokens.accessToken, check),
      );
      // Tokens of a recent refresh are not refreshed again.
      if (refreshed.accessToken === tokens.accessToken) return toFetchResponse(response, url);
      const second = await unlessAborted(signal, () => sendAsUser(client, request, refreshed.accessToken));
      return toFetchResponse(second, url);
    } finally {
      clearTimeout(request.timer);
    }
  }

  /**
   * Revokes a user's tokens at Monei, then deletes them. If Monei cannot be reached, calls `onRevocationError` and
   * deletes them as well.
   */
  async forget(userId: string): Promise<void> {
    requireUserId(userId);
    await this.#store.lock(userId, async () => {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const value = await this.#store.loadLocked(userId);
        if (!value) return;
        await this.#revokeStored(userId, value);
        // If the lock was lost, the store may have newer tokens: revoke these, too.
        if (await this.#store.delete(userId, value)) return;
      }
      throw tooManyChangesError();
    });
  }

  /**
   * Returns valid tokens, refreshed if necessary. If the stored access token is `refused`, refreshes the tokens, unless
   * they came from a recent refresh: then returns them as they are.
   *
   * @param check throws if the caller cannot use the tokens. It is called before a refresh, so that a caller without
   * the scope causes none, and after it, because the scopes may have changed.
   */
  async #findTokens(
    userId: string,
    refused?: string,
    check: (tokens: StoredTokens) => void = () => {},
  ): Promise<StoredTokens> {
    const tokens = await this.#store.read(userId);
    if (!tokens) throw new ReconnectRequiredError();
    check(tokens);
    if (!needsRefresh(tokens, refused)) return tokens;
    this.#throwIfRefreshFailed(tokens);
    const refreshed = await this.#refreshes.run([userId, refused], () =>
      this.#refreshUnlessDone(userId, refused),
    );
    check(refreshed);
    return refreshed;
  }

  /** Refreshes under the lock. If another process stores new tokens first, returns those. */
  async #refreshUnlessDone(userId: string, refused: string | undefined): Promise<StoredTokens> {
    return runUnlessDone(
      (fn, options) => this.#store.lock(userId, fn, options),
      () => this.#refreshLocked(userId, refused),
      async () => {
        const { tokens } = this.#openStored(userId, await this.#store.load(userId));
        return needsRefresh(tokens, refused) ? undefined : tokens;
      },
    );
  }

  async #refreshLocked(userId: string, refused: string | undefined): Promise<StoredTokens> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { value, tokens: old } = this.#openStored(userId, await this.#store.loadLocked(userId));
      // Another caller or process has refreshed them already.
      if (!needsRefresh(old, refused)) return old;
      this.#throwIfRefreshFailed(old);
      const refreshed = await this.#refresh(userId, old, value);
      if (refreshed && (await this.#store.storeRefreshed(userId, value, old, refreshed))) return refreshed;
      // The store has changed: the user signed in again or disconnected. The next round reads it again.
    }
    throw tooManyChangesError();
  }

  #openStored(userId: string, value: string | undefined): { value: string; tokens: StoredTokens } {
    if (!value) throw new ReconnectRequiredError();
    return { value, tokens: this.#store.open(userId, value).tokens };
  }

  /** Returns new tokens, or `undefined` if Monei refuses the old ones and the store has others by now. */
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
   * Sends a refresh. If its kept connection was closed before a response, repeats it once, unless the store no longer
   * has the text `value`: then another process has used the refresh token.
   */
  #requestTokens(
    userId: string,
    value: string,
    { refreshToken, scopes }: StoredTokens,
  ): Promise<MoneiTokens> {
    const mayRepeat = async () => (await this.#store.load(userId).catch(() => undefined)) === value;
    return this.#connect.refresh(refreshToken, { scopes, mayRepeat });
  }

  /** Throws if a recent refresh of these tokens failed in this process. */
  #throwIfRefreshFailed(tokens: StoredTokens): void {
    const error = this.#failedRefreshes.find(tokens);
    if (error) throw isRefusal(error) ? new ReconnectRequiredError({ cause: error }) : error;
  }

  /** Revokes the tokens in the stored text `value`. Never rejects. */
  async #revokeStored(userId: string, value: string): Promise<void> {
    await this.#tryToRevoke(userId, async () => {
      const { tokens } = this.#store.open(userId, value);
      if (hasTimeLeft(tokens)) return this.#connect.revoke(tokens.accessToken);
      // Monei may respond to an expired access token with 404, and its refresh token would stay valid: refresh first.
      const refreshed = await this.#requestTokens(userId, value, tokens).catch((error) => {
        if (!isMoneiConnectError(error) || !endsTokens(error)) throw error;
      });
      if (refreshed) await this.#connect.revoke(refreshed.accessToken, { mustExist: true });
    });
  }

  /** Revokes tokens. Never rejects. */
  async #revoke(userId: string, { accessToken }: StoredTokens): Promise<void> {
    await this.#tryToRevoke(userId, () => this.#connect.revoke(accessToken));
  }

  /** Calls `revoke`, and passes its error to the app. Never rejects, so that no error stops a deletion. */
  async #tryToRevoke(userId: string, revoke: () => Promise<void>): Promise<void> {
    try {
      await revoke();
    } catch (error) {
      await Promise.resolve(error)
        .then((reason) => this.#onRevocationError(reason, userId))
        .catch(() => {});
    }
  }
}

function tooManyChangesError(): Error {
  return new Error(
    'passport-monei: the tokens of this user change faster than they can be read. Does the store read from a replica?',
  );
}
