import { ApiError, orBadRequest, orNotFound } from '../api-error.js';
import { fromUnits, toUnits } from './money.js';

export interface Chain {
  /** Its name in the routes under `/offramp`. */
  network: string;
  chainId: number;
  name: string;
  /** Symbol of the native token. */
  native: Ticker;
  explorer: string;
}

/** A currency or token that an account can have. */
export interface Asset {
  /** Its name in the option `wallet`: `NGN`, `USDT` (on its usual network), `USDT:polygon`. */
  id: string;
  symbol: string;
  name: string;
  /** The price of one token in naira. */
  naira: bigint;
  decimals: number;
  network: string;
  address: string;
  native: boolean;
}

const BASE = 'base';
export const SOLANA = 'solana';

const chain = (network: string, chainId: number, name: string, native: Ticker, explorer: string): Chain => ({
  network,
  chainId,
  name,
  native,
  explorer: `https://${explorer}`,
});

export const CHAINS = [
  chain('ethereum', 1, 'Ethereum', 'ETH', 'etherscan.io'),
  chain('optimism', 10, 'Optimism', 'ETH', 'optimistic.etherscan.io'),
  chain('bnb-smart-chain', 56, 'BNB Smart Chain', 'BNB', 'bscscan.com'),
  chain('polygon', 137, 'Polygon', 'POL', 'polygonscan.com'),
  chain('lisk', 1135, 'Lisk', 'ETH', 'blockscout.lisk.com'),
  chain(BASE, 8453, 'Base', 'ETH', 'basescan.org'),
  chain('arbitrum-one', 42161, 'Arbitrum One', 'ETH', 'arbiscan.io'),
  chain('scroll', 534352, 'Scroll', 'ETH', 'scrollscan.com'),
];

const NAIRA_PER_DOLLAR = 1_500n;

/**
 * The name, price in naira and usual network of each symbol. The prices are fixed, so that tests can rely on them.
 * docs/emulator.md lists the prices too.
 */
const SYMBOLS = {
  NGN: { name: 'Naira', naira: 1n, usualNetwork: 'naira' },
  CNGN: { name: 'cNGN', naira: 1n, usualNetwork: BASE },
  USDT: { name: 'Tether USD', naira: NAIRA_PER_DOLLAR, usualNetwork: BASE },
  USDC: { name: 'USD Coin', naira: NAIRA_PER_DOLLAR, usualNetwork: BASE },
  ETH: { name: 'Ether', naira: 4_500_000n, usualNetwork: BASE },
  BNB: { name: 'BNB', naira: 900_000n, usualNetwork: 'bnb-smart-chain' },
  POL: { name: 'POL', naira: 750n, usualNetwork: 'polygon' },
  SOL: { name: 'Solana', naira: 225_000n, usualNetwork: SOLANA },
};
type Ticker = keyof typeof SYMBOLS;

function asset(symbol: Ticker, network: string, decimals: number, address: string, native = false): Asset {
  const { name, naira, usualNetwork } = SYMBOLS[symbol];
  const id = network === usualNetwork ? symbol : `${symbol}:${network}`;
  return { id, symbol, name, naira, decimals, network, address, native };
}

/** The address of native tokens, by convention of 0x and others. */
const NATIVE_ADDRESS = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE';

export const NAIRA = asset('NGN', 'naira', 2, '');

/** The native tokens, and other tokens at the addresses that their issuers publish. */
export const TOKENS: Asset[] = [
  ...CHAINS.map(({ native, network }) => asset(native, network, 18, NATIVE_ADDRESS, true)),
  asset('USDT', 'ethereum', 6, '0xdAC17F958D2ee523a2206206994597C13D831ec7'),
  asset('USDC', 'ethereum', 6, '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'),
  asset('USDT', 'optimism', 6, '0x94b008aA00579c1307B0EF2c499aD98a8ce58e58'),
  asset('USDC', 'optimism', 6, '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85'),
  asset('USDT', 'bnb-smart-chain', 18, '0x55d398326f99059fF775485246999027B3197955'),
  asset('USDC', 'bnb-smart-chain', 18, '0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d'),
  asset('USDT', 'polygon', 6, '0xc2132D05D31c914a87C6611C10748AEb04B58e8F'),
  asset('USDC', 'polygon', 6, '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359'),
  asset('USDT', BASE, 6, '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2'),
  asset('USDC', BASE, 6, '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'),
  asset('CNGN', BASE, 6, '0x46C85152bFe9f96829aA94755D9f915F9B10EF5F'),
  asset('USDT', 'arbitrum-one', 6, '0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9'),
  asset('USDC', 'arbitrum-one', 6, '0xaf88d065e77c8cC2239327C5EDb3A432268e5831'),
  asset('SOL', SOLANA, 9, 'So11111111111111111111111111111111111111112', true),
  asset('USDT', SOLANA, 6, 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB'),
  asset('USDC', SOLANA, 6, 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'),
];

export const ASSETS: Map<string, Asset> = new Map([NAIRA, ...TOKENS].map((one) => [one.id, one]));

/**
 * Returns the chain with an id.
 *
 * @throws {ApiError} 400 if Monei does not support it
 */
export function chainOf(chainId: number): Chain {
  const chain = CHAINS.find((one) => one.chainId === chainId);
  return orBadRequest(chain, `Unsupported chainId ${chainId}`);
}

export function nativeOf(network: string): Asset {
  return TOKENS.find((one) => one.network === network && one.native) as Asset;
}

/**
 * Returns the token with an address.
 *
 * @throws {ApiError} 404 if the emulator does not have it on this network
 */
export function tokenAt(network: string, address: string): Asset {
  // EVM addresses ignore case, Solana's do not.
  const hasAddress = (one: string) =>
    network === SOLANA ? one === address : one.toLowerCase() === address.toLowerCase();
  const token = TOKENS.find((one) => one.network === network && hasAddress(one.address));
  return orNotFound(token, `Token not found on ${network}`);
}

/** Converts `units` of one asset to another, and rounds down. */
export function convert(units: bigint, from: Asset, to: Asset): bigint {
  return (units * from.naira * 10n ** BigInt(to.decimals)) / (to.naira * 10n ** BigInt(from.decimals));
}

/** Returns a rate as a decimal text: the amount of `to` for one whole `from`. */
export function rateText(from: Asset, to: Asset): string {
  return fromUnits((from.naira * 10n ** 9n) / to.naira, 9);
}

/** Returns the value in dollars, rounded down to a cent. */
export function dollars(units: bigint, of: Asset): string {
  return fromUnits((units * of.naira * 100n) / (NAIRA_PER_DOLLAR * 10n ** BigInt(of.decimals)), 2);
}

/**
 * Returns the smallest units of a decimal text.
 *
 * @throws {ApiError} 400 for zero, or for more decimals than the asset has
 */
export function parseAmount(text: string, { decimals, symbol }: Asset): bigint {
  const units = toUnits(text, decimals);
  if (!units)
    throw new ApiError(400, `amount must be positive, with at most ${decimals} decimals of ${symbol}`);
  return units;
}

export function formatAmount(units: bigint, { decimals }: Asset): string {
  return fromUnits(units, decimals);
}

export function toNumber(units: bigint, of: Asset): number {
  return Number(formatAmount(units, of));
}
