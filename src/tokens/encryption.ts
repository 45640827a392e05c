import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { isObject } from '../internal/is-object.js';
import { invalidValueError } from './checks.js';

/** A user's tokens, as they are stored. */
export interface StoredTokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** The whole life of the access token, in milliseconds. */
  life: number;
  scopes: string[];
  /** When they came from a refresh, in milliseconds since the epoch. Absent in tokens of a sign-in. */
  refreshedAt?: number | undefined;
}

/** Tokens that were stored. */
export interface OpenedTokens {
  tokens: StoredTokens;
  /** Whether they would be stored in another way today: with a newer key, or because they are not in the store yet. */
  outdated: boolean;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Begins a sealed text. */
const SEALED = '1.';

/**
 * Tokens as a text for the store, and back: with keys, sealed with AES-256-GCM (NIST SP 800-38D). The client ID and the
 * user's id are the associated data: a text that was copied to another user or another app does not open there.
 */
export class TokenSealer {
  readonly #keys: readonly KeyObject[];
  readonly #clientID: string;

  /**
   * @param keys of 32 bytes; the first one seals, all of them open. `false`: the text is plain JSON.
   * @throws {TypeError} for anything else, and when there are keys and no client ID
   */
  constructor(keys: unknown, clientID: unknown) {
    this.#keys = checkKeys(keys);
    this.#clientID = this.#keys.length > 0 ? checkClientID(clientID) : '';
  }

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

  /** @throws {Error} that says why, when the text can't be read; nothing of the text is in it */
  open(userId: string, value: string): OpenedTokens {
    const text = typeof value === 'string' ? value : '';
    const isSealed = text.startsWith(SEALED);
    if (isSealed && this.#keys.length === 0) throw unreadable('they are encrypted, and there are no `keys`');
    // An attacker who can write to the store must not be able to put their own tokens there.
    if (!isSealed && this.#keys.length > 0)
      throw unreadable('they are not encrypted, although there are `keys`');
    if (!isSealed) return { tokens: readTokens(text), outdated: false };
    const { json, key } = this.#decrypt(userId, text.slice(SEALED.length));
    return { tokens: readTokens(json), outdated: key !== this.#keys[0] };
  }

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
    throw unreadable(
      'none of the `keys` opens them. Keep an old key at the end of the list as long as anything is encrypted with it',
    );
  }
}

/** Copies: an app may wipe its own. */
function checkKeys(keys: unknown): readonly KeyObject[] {
  if (keys === false) return [];
  const fit = (key: unknown) => key instanceof Uint8Array && key.length === KEY_BYTES;
  if (Array.isArray(keys) && keys.length > 0 && keys.every(fit)) {
    return keys.map((key) => createSecretKey(key));
  }
  throw new TypeError(
    `passport-monei: \`keys\` must be a list of buffers of ${KEY_BYTES} bytes each, the newest first, or false to store ` +
      'tokens unencrypted. Make one with crypto.randomBytes(32), and keep it where you keep other secrets.',
  );
}

function checkClientID(clientID: unknown): string {
  if (typeof clientID === 'string' && clientID !== '') return clientID;
  throw invalidValueError('connect.clientID', 'a string: with `keys`, what is encrypted is bound to it');
}

function readTokens(json: string): StoredTokens {
  const tokens = parse(json);
  if (!isStoredTokens(tokens)) throw unreadable('what is stored is no pair of tokens');
  return tokens;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // `undefined` is not a pair of tokens either.
  }
}

function isStoredTokens(value: unknown): value is StoredTokens {
  if (!isObject(value)) return false;
  const { accessToken, refreshToken, expiresAt, life, scopes, refreshedAt } = value;
  const isText = (one: unknown) => typeof one === 'string';
  return (
    isText(accessToken) &&
    isText(refreshToken) &&
    typeof expiresAt === 'number' &&
    typeof life === 'number' &&
    (refreshedAt === undefined || typeof refreshedAt === 'number') &&
    Array.isArray(scopes) &&
    scopes.every(isText)
  );
}

function unreadable(why: string): Error {
  const message =
    `passport-monei: the tokens that are stored for this user can't be read: ${why}. They are replaced when the user ` +
    'signs in with Monei again.';
  return Object.assign(new Error(message), { code: 'unreadable_tokens' });
}
