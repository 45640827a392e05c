import { createHash, randomBytes } from 'node:crypto';
import { type EmulatedUser, isText } from '../registrations.js';
import { ASSETS, type Asset } from './assets.js';
import { decimalText, toUnits } from './money.js';

const DEFAULT_PIN = '1234';

/** Who has this email address (in any case) or phone number. Where several do: the first. */
export function userWith(contact: string, users: readonly EmulatedUser[]): EmulatedUser | undefined {
  const same = (one: unknown) => isText(one) && one.toLowerCase() === contact.toLowerCase();
  return users.find(({ email, phone }) => same(email) || same(phone));
}

/** Whose wallet has this address, on an EVM chain (in any case) or on Solana. */
export function userAt(address: string, users: readonly EmulatedUser[]): EmulatedUser | undefined {
  return users.find((user) => evmAddress(user) === address.toLowerCase() || solanaAddress(user) === address);
}

export function pinOf({ transactionPin = DEFAULT_PIN }: EmulatedUser): string {
  return transactionPin;
}

/** A user without what only the emulator knows. */
export function publicUser({ wallet: _wallet, transactionPin: _pin, ...shown }: EmulatedUser) {
  return shown;
}

/** What the option `wallet` puts into an account. @throws {TypeError} naming what can't be in one */
export function walletOf({ id, wallet = {} }: EmulatedUser): [Asset, bigint][] {
  return Object.entries(wallet).map(([name, amount]) => {
    const asset = ASSETS.get(name);
    const units = asset && toUnits(typeof amount === 'number' ? decimalText(amount) : amount, asset.decimals);
    if (!asset || units === undefined) {
      throw new TypeError(
        `monei-connect-emulator: the wallet of ${id} can't hold ${name}: ${amount}. Assets: ${[...ASSETS.keys()].join(', ')}; amounts: not negative, with no more decimals than the asset has.`,
      );
    }
    return [asset, units];
  });
}

/** The same on every chain, and in every run. */
export function evmAddress({ id }: EmulatedUser): string {
  return `0x${hash(`evm ${id}`).subarray(0, 20).toString('hex')}`;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function solanaAddress({ id }: EmulatedUser): string {
  return base58(hash(`solana ${id}`));
}

/** Of the bank account whose deposits reach the wallet: ten digits. */
export function accountNumberOf({ id }: EmulatedUser): string {
  return `99${BigInt(`0x${idOf(`account number of ${id}`).slice(0, 8)}`) % 100_000_000n}`.padEnd(10, '0');
}

/** An id made up from a name: the same in every run. */
export function idOf(name: string): string {
  const hex = hash(name).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Of a transaction on an EVM chain. */
export function newTxHash(): string {
  return `0x${randomBytes(32).toString('hex')}`;
}

/** Of a transaction on Solana. */
export function newSignature(): string {
  return base58(randomBytes(64));
}

/** A reference that nobody has used. */
export function newReference(prefix: string): string {
  return prefix + randomBytes(8).toString('hex').toUpperCase();
}

/** A letter for each byte: looks like one, and can't be decoded. */
function base58(bytes: Buffer): string {
  return [...bytes].map((byte) => BASE58[byte % 58]).join('');
}

function hash(name: string): Buffer {
  return createHash('sha256').update(name).digest();
}
