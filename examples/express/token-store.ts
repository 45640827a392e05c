import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { MoneiTokens } from 'passport-monei';

/** What to keep of a pair of tokens: the scopes too, because they are what this very token can do. */
export type StoredTokens = Pick<MoneiTokens, 'accessToken' | 'refreshToken' | 'expiresAt' | 'scopes'>;

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Tokens by Monei user id, encrypted with AES-256-GCM. The user id is the associated data: a row that was copied to
 * another user does not decrypt.
 *
 * The rows live in a `Map`, and are gone when the app stops. For a database, replace the three uses of `#rows` by
 * queries on a table of two columns, `user_id` (primary key) and `tokens` (binary), and set TOKEN_KEY from a secret
 * manager: the methods are asynchronous already. Where several processes share the table, hold a lock per user
 * while refreshing, because Monei accepts a refresh token once.
 */
export class TokenStore {
  readonly #key: Buffer;
  readonly #rows: Map<string, Buffer>;

  /** @param key 32 bytes */
  constructor(key: Buffer, rows = new Map<string, Buffer>()) {
    if (key.length !== 32) throw new TypeError('The key of the token store must have 32 bytes.');
    this.#key = key;
    this.#rows = rows;
  }

  async save(userId: string, tokens: StoredTokens): Promise<void> {
    const { accessToken, refreshToken, expiresAt, scopes } = tokens;
    this.#rows.set(userId, this.#encrypt(userId, { accessToken, refreshToken, expiresAt, scopes }));
  }

  /** @throws {Error} when the row was tampered with, belongs to another user, or was written with another key */
  async load(userId: string): Promise<StoredTokens | undefined> {
    const row = this.#rows.get(userId);
    return row && this.#decrypt(userId, row);
  }

  async delete(userId: string): Promise<void> {
    this.#rows.delete(userId);
  }

  /** The row: a fresh IV, the authentication tag, and the ciphertext. */
  #encrypt(userId: string, tokens: StoredTokens): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(userId));
    const ciphertext = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
  }

  #decrypt(userId: string, row: Buffer): StoredTokens {
    const iv = row.subarray(0, IV_BYTES);
    const tag = row.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(userId));
    decipher.setAuthTag(tag);
    const json = Buffer.concat([decipher.update(row.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    const tokens = JSON.parse(json.toString());
    return { ...tokens, expiresAt: new Date(tokens.expiresAt) };
  }
}
