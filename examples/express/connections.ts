import { type MoneiConnect, MoneiConnectError } from 'passport-monei';
import type { StoredTokens, TokenStore } from './token-store.js';

/** An access token with less life than this (in milliseconds) is refreshed before it is used. */
const MARGIN = 60_000;

/** The connections of this app's users to Monei: tokens from the sign-in to their end. */
export class Connections {
  readonly #connect: MoneiConnect;
  readonly #store: TokenStore;

  constructor(connect: MoneiConnect, store: TokenStore) {
    this.#connect = connect;
    this.#store = store;
  }

  /** The tokens as they are stored, or none: then the user has to connect (again). */
  load(userId: string): Promise<StoredTokens | undefined> {
    return this.#store.load(userId);
  }

  /** Tokens to call Monei's API with, refreshed if they have expired, or none. */
  async usable(userId: string): Promise<StoredTokens | undefined> {
    const tokens = await this.load(userId);
    if (!tokens || tokens.expiresAt.getTime() - Date.now() >= MARGIN) return tokens;
    return this.refresh(userId);
  }

  /**
   * Trades the refresh token for a new pair. None are left when Monei refuses it.
   *
   * @throws {MoneiConnectError} when Monei gives no answer, or one that says nothing about the tokens
   */
  async refresh(userId: string): Promise<StoredTokens | undefined> {
    const old = await this.load(userId);
    if (!old) return undefined;
    let fresh: StoredTokens;
    try {
      fresh = await this.#connect.refresh(old.refreshToken);
    } catch (error) {
      if (!refusesTokens(error)) throw error;
      await this.forget(userId, old);
      return this.load(userId);
    }
    // Meanwhile the user may have signed in again, or disconnected. What they did last holds.
    if (await this.#holds(userId, old)) await this.#store.save(userId, fresh);
    return this.load(userId);
  }

  /** Forgets tokens that Monei no longer accepts, unless newer ones have taken their place. */
  async forget(userId: string, tokens: StoredTokens): Promise<void> {
    if (await this.#holds(userId, tokens)) await this.#store.delete(userId);
  }

  /** Revokes the tokens at Monei and forgets them in any case. Returns whether Monei confirmed it. */
  async disconnect(userId: string): Promise<boolean> {
    const tokens = await this.load(userId);
    try {
      if (tokens) await this.#connect.revoke(tokens.accessToken);
      return true;
    } catch (error) {
      if (error instanceof MoneiConnectError) return false;
      throw error;
    } finally {
      await this.#store.delete(userId);
    }
  }

  async #holds(userId: string, tokens: StoredTokens): Promise<boolean> {
    return (await this.load(userId))?.accessToken === tokens.accessToken;
  }
}

/** Whether Monei said that the refresh token is no good, which no second try will change. */
function refusesTokens(error: unknown): boolean {
  return (
    error instanceof MoneiConnectError && ['bad_request', 'unauthorized', 'not_found'].includes(error.code)
  );
}
