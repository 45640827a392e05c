import { createHash, randomBytes } from 'node:crypto';
import { type EmulatedUser, isNonEmptyString } from '../registrations.js';
import { ASSETS, type Asset } from './assets.js';
import { decimalText, toUnits } from './money.js';

const DEFAULT_PIN = '1234';

/** Returns the first user with this email address (ignoring case) or phone number. */
export function userWithContact(contact: string, users: readonly EmulatedUser[]): EmulatedUser | undefined {
  const isContact = (one: unknown) => isNonEmptyString(one) && one.toLowerCase() === contact.toLowerCase();
  return users.find(({ email, phone }) => isContact(email) || isContact(phone));
}

/** Returns the user whose wallet has this address, on an EVM chain (ignoring case) or on Solana. */
export function userWithAddress(address: string, users: readonly EmulatedUser[]): EmulatedUser | undefined {
  return users.find(
    (user) => evmAddressOf(user) === address.toLowerCase() || solanaAddressOf(user) === address,
  );
}

export function pinOf({ transactionPin = DEFAULT_PIN }: EmulatedUser): string {
  return transactionPin;
}

/** Returns a user without the fields that only the emulator uses. */
export function publicUser({ wallet: _wallet, transactionPin: _pin, ...fields }: EmulatedUser) {
  return fields;
}

/**
 * Returns the initial balances of a user, in smallest units.
 *
 * @throws {TypeError} that names an unknown asset or a wrong amount
 */
export function walletOf({ id, wallet = {} }: EmulatedUser): [Asset, bigint][] {
  return Object.entries(wallet).map(([name, amount]) => {
    const asset = ASSETS.get(name);
    const units = asset && toUnits(typeof amount === 'number' ? decimalText(amount) : amount, asset.decimals);
    if (!asset || units === undefined) {
      throw new TypeError(
        `monei-connect-emulator: the wallet of ${id} cannot have ${name}: ${amount}. Assets: ${[...ASSETS.keys()].join(', ')}; amounts: not negative, with no more decimals than the asset has.`,
      );
    }
    return [asset, units];
  });
}

/** Returns a user's address, which is the same on every chain and in every run. */
export function evmAddressOf({ id }: EmulatedUser): string {
  return `0x${sha256(`evm ${id}`).subarray(0, 20).toString('hex')}`;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function solanaAddressOf({ id }: EmulatedUser): string {
  return base58(sha256(`solana ${id}`));
}

/** Returns the ten digits of the bank account for deposits into the user's wallet. */
export function accountNumberOf({ id }: EmulatedUser): string {
  return `99${BigInt(`0x${idOf(`account number of ${id}`).slice(0, 8)}`) % 100_000_000n}`.padEnd(10, '0');
}

/** Returns an id derived from a name. It is the same in every run. */
export function idOf(name: string): string {
  const hex = sha256(name).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Returns a new hash of a transaction on an EVM chain. */
export function newTxHash(): string {
  return `0x${randomBytes(32).toString('hex')}`;
}

/** Returns a new signature of a transaction on Solana. */
export function newSignature(): string {
  return base58(randomBytes(64));
}

/** Returns a new, random reference. */
export function newReference(prefix: string): string {
  return prefix + randomBytes(8).toString('hex').toUpperCase();
}

/** Returns a letter for each byte. The result looks like Base58, but cannot be decoded. */
function base58(bytes: Buffer): string {
  return [...bytes].map((byte) => BASE58[byte % 58]).join('');
}

function sha256(name: string): Buffer {
  return createHash('sha256').update(name).digest();
}
