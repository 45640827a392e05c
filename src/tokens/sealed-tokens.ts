import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { isObject } from '../is-object.js';

/** What is kept of a user's tokens. */
export interface KeptTokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  scopes: string[];
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Marks a text as sealed, and in which way. */
const SEALED = '1.';

/**
 * Tokens as a text for the store, and back: with keys, sealed with AES-256-GCM (NIST SP 800-38D). The user's id is the
 * associated data, so that a text that was copied to another user does not open there.
 */
export class TokenSealer {
  readonly #keys: readonly KeyObject[];

  /**
   * @param keys of 32 bytes; the first one seals, all of them open. None: the text is plain JSON.
   * @throws {TypeError} for anything else
   */
  constructor(keys: unknown) {
    this.#keys = checkKeys(keys);
  }

  seal(userId: string, tokens: KeptTokens): string {
    const json = JSON.stringify(tokens);
    const [key] = this.#keys;
    if (!key) return json;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv);
    cipher.setAAD(Buffer.from(userId));
    const text = Buffer.concat([cipher.update(Buffer.from(json)), cipher.final()]);
    return SEALED + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
  }

  /** @throws {Error} that says why, when the text can't be read; nothing of the text is in it */
  open(userId: string, value: string): KeptTokens {
    const sealed = typeof value === 'string' && value.startsWith(SEALED);
    if (sealed && this.#keys.length === 0) throw unreadable('they are encrypted, and there are no `keys`');
    // Who can write to the store shall not be able to put tokens of their own in there.
    if (!sealed && this.#keys.length > 0)
      throw unreadable('they are not encrypted, although there are `keys`');
    const tokens = parse(sealed ? this.#decrypt(userId, value.slice(SEALED.length)) : value);
    if (!isKeptTokens(tokens)) throw unreadable('what is stored is no pair of tokens');
    return tokens;
  }

  #decrypt(userId: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(userId)).setAuthTag(tag);
        const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString();
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
  if (keys === undefined) return [];
  const fit = (key: unknown) => key instanceof Uint8Array && key.length === KEY_BYTES;
  if (Array.isArray(keys) && keys.length > 0 && keys.every(fit)) {
    return keys.map((key) => createSecretKey(key));
  }
  throw new TypeError(
    `passport-monei: \`keys\` must be a list of buffers of ${KEY_BYTES} bytes each, the newest first. Make one with ` +
      'crypto.randomBytes(32), and keep it where you keep other secrets.',
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // What comes of it is no pair of tokens either.
  }
}

function isKeptTokens(value: unknown): value is KeptTokens {
  if (!isObject(value)) return false;
  const { accessToken, refreshToken, expiresAt, scopes } = value;
  const isText = (one: unknown) => typeof one === 'string';
  return (
    isText(accessToken) &&
    isText(refreshToken) &&
    typeof expiresAt === 'number' &&
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
