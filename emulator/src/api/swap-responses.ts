import type { MoneiSolanaQuote, MoneiSwapPrice } from '../../../src/api/index.js';
import { type Asset, dollars, formatAmount, rateText } from './assets.js';
import { idOf } from './people.js';

/** A swap of an amount of one asset for an amount of another, in smallest units. */
export interface Deal {
  from: Asset;
  to: Asset;
  /** The amount of `from` that the user pays. */
  paid: bigint;
  /** The amount of `to` that the user gets. */
  received: bigint;
}

/** Lifetime of a price or quote, in milliseconds. The emulator does not check it, because its rates are fixed. */
const QUOTE_LIFE_MS = 30_000;

const ZERO = '0';

export function priceOf({ from, to, paid, received }: Deal, chainId: number): MoneiSwapPrice {
  return {
    quoteId: idOf(`price ${from.id} ${to.id} ${paid}`),
    fromToken: from.address,
    toToken: to.address,
    fromAmount: formatAmount(paid, from),
    toAmount: formatAmount(received, to),
    minToAmount: formatAmount(received, to),
    rate: rateText(from, to),
    reverseRate: rateText(to, from),
    protocolFee: ZERO,
    protocolFeeToken: { address: from.address, symbol: from.symbol, decimals: from.decimals },
    estimatedGas: ZERO,
    estimatedGasUsd: ZERO,
    priceImpact: ZERO,
    totalValueUsd: dollars(paid, from),
    blockNumber: '1',
    liquidityAvailable: true,
    expiryTimestamp: Date.now() + QUOTE_LIFE_MS,
    chainId,
  };
}

export function quoteOf({ from, to, paid, received }: Deal): MoneiSolanaQuote {
  const token = ({ address, symbol, decimals, name }: Asset) => ({ address, symbol, decimals, name });
  const outputAmount = formatAmount(received, to);
  return {
    quoteId: idOf(`quote ${from.id} ${to.id} ${paid}`),
    swapMode: 'ExactIn',
    fromToken: token(from),
    toToken: token(to),
    amounts: {
      inputAmount: formatAmount(paid, from),
      outputAmount,
      minOutputAmount: outputAmount,
      inputAmountRaw: String(paid),
      outputAmountRaw: String(received),
    },
    rates: {
      rate: rateText(from, to),
      reverseRate: rateText(to, from),
      usdRate: dollars(10n ** BigInt(from.decimals), from),
    },
    fees: {
      protocolFeePercent: ZERO,
      protocolFeeAmount: ZERO,
      platformFeePercent: ZERO,
      totalFeePercent: ZERO,
      totalFeeAmount: ZERO,
      gasFee: ZERO,
      totalCost: ZERO,
    },
    route: { hops: 1, dexes: ['Emulator'], tokens: [from.symbol, to.symbol], efficiencyScore: 100 },
    priceImpact: ZERO,
    usdValues: { input: dollars(paid, from), output: dollars(received, to) },
    slippageTolerance: 0,
    expiryTimestamp: Date.now() + QUOTE_LIFE_MS,
    expiresIn: QUOTE_LIFE_MS / 1000,
    estimatedSwapTime: 0,
    network: 'mainnet-beta',
    executable: true,
    warnings: [],
  };
}
