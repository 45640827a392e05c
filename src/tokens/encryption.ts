import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { isObject } from '../internal/is-object.js';
import { invalidValueError } from './checks.js';

/** A user's tokens, as the store has them. If these fields change, tokens of older versions must stay readable. */
export interface StoredTokens {
  accessToken: string;
  refreshToken: string;
  /** The time when the access token expires, in milliseconds since the epoch. */
  expiresAt: number;
  /** The lifetime of the access token when it was issued, in milliseconds. */
  life: number;
  scopes: string[];
  /** The time of the refresh that they came from, in milliseconds since the epoch. Absent in tokens of a sign-in. */
  refreshedAt?: number | undefined;
}

/** The tokens of a user, and whether to store them again. */
export interface OpenedTokens {
  tokens: StoredTokens;
  /** Whether to store them again: they are encrypted with an old key, or are in memory only. */
  outdated: boolean;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The beginning of an encrypted text. */
const SEALED = '1.';

/**
 * Turns tokens into a text for the store, and back. With keys, the text is encrypted with AES-256-GCM (NIST SP
 * 800-38D). The client ID and the user id are the associated data, so a text that was copied to another user or app
 * cannot be decrypted.
 */
export class TokenSealer {
  readonly #keys: readonly KeyObject[];
  readonly #clientID: string;

  /**
   * @param keys of 32 bytes: the first one encrypts, all decrypt. `false`: the text is plain JSON.
   * @throws {TypeError} if `keys` are invalid, or if there are keys and no client ID
   */
  constructor(keys: unknown, clientID: unknown) {
    this.#keys = requireKeys(keys);
    this.#clientID = this.#keys.length > 0 ? requireClientID(clientID) : '';
  }

  /** Returns the text of tokens. */
  seal(userId: string, tokens: StoredTokens): string {
    const json = JSON.stringify(tokens);
    const [key] = this.#keys;
    if (!key) return json;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv);
    cipher.setAAD(this.#owner(userId));
    const text = Buffer.concat([cipher.update(Buffer.from(json)), cipher.final()]);
    return SEALED + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
  }

  /**
   * Returns the tokens of a text.
   *
   * @throws {Error} with the reason, if the text cannot be read. It quotes nothing of the text.
   */
  open(userId: string, value: string): OpenedTokens {
    const text = typeof value === 'string' ? value : '';
    const isSealed = text.startsWith(SEALED);
    if (isSealed && this.#keys.length === 0) {
      throw unreadableTokensError('they are encrypted, and there are no `keys`');
    }
    // Otherwise an attacker who can write to the store could put tokens of their own there.
    if (!isSealed && this.#keys.length > 0)
      throw unreadableTokensError('they are not encrypted, although there are `keys`');
    if (!isSealed) return { tokens: readTokens(text), outdated: false };
    const { json, key } = this.#decrypt(userId, text.slice(SEALED.length));
    return { tokens: readTokens(json), outdated: key !== this.#keys[0] };
  }

  /** Returns the associated data: the owner of the tokens. */
  #owner(userId: string): Buffer {
    return Buffer.from(JSON.stringify([this.#clientID, userId]));
  }

  #decrypt(userId: string, sealed: string): { json: string; key: KeyObject } {
    const bytes = Buffer.from(sealed, 'base64url');
    const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(this.#owner(userId)).setAuthTag(tag);
        const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return { json: Buffer.concat([text, decipher.final()]).toString(), key };
      } catch {
        // Another key may fit.
      }
    }
    throw unreadableTokensError(
      'none of the `keys` decrypts them. Keep an old key at the end of the list while tokens are encrypted with it',
    );
  }
}

/** Returns copies of the keys, because an app may overwrite its own. */
function requireKeys(keys: unknown): readonly KeyObject[] {
  if (keys === false) return [];
  const isKey = (key: unknown) => key instanceof Uint8Array && key.length === KEY_BYTES;
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isKey)) {
    return keys.map((key) => createSecretKey(key));
  }
  throw new TypeError(
    `passport-monei: \`keys\` must be a list of buffers of ${KEY_BYTES} bytes each, the newest first, or false to store ` +
      'tokens unencrypted. Make one with crypto.randomBytes(32), and keep it where you keep other secrets.',
  );
}

function requireClientID(clientID: unknown): string {
  if (typeof clientID === 'string' && clientID !== '') return clientID;
  throw invalidValueError('connect.clientID', 'a string: with `keys`, the encrypted tokens are bound to it');
}

function readTokens(json: string): StoredTokens {
  const tokens = parseJson(json);
  if (!isStoredTokens(tokens)) throw unreadableTokensError('the text does not have the fields of tokens');
  return tokens;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // `readTokens` refuses `undefined`.
  }
}

function isStoredTokens(value: unknown): value is StoredTokens {
  if (!isObject(value)) return false;
  const { accessToken, refreshToken, expiresAt, life, scopes, refreshedAt } = value;
  const isString = (one: unknown) => typeof one === 'string';
  return (
    isString(accessToken) &&
    isString(refreshToken) &&
    typeof expiresAt === 'number' &&
    typeof life === 'number' &&
    (refreshedAt === undefined || typeof refreshedAt === 'number') &&
    Array.isArray(scopes) &&
    scopes.every(isString)
  );
}

function unreadableTokensError(why: string): Error {
  const message =
    `passport-monei: the stored tokens of this user cannot be read: ${why}. They are replaced when the user ` +
    'signs in with Monei again.';
  return Object.assign(new Error(message), { code: 'unreadable_tokens' });
}
