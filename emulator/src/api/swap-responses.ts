import type { MoneiSolanaQuote, MoneiSwapPrice } from '../../../src/api/index.js';
import { type Asset, dollars, rateText, textOf } from './assets.js';
import { idOf } from './people.js';

/** A swap of an amount of one asset for an amount of another, in smallest units. */
export interface Deal {
  from: Asset;
  to: Asset;
  given: bigint;
  taken: bigint;
}

/** Lifetime of a price or quote, in milliseconds. The emulator does not check it, because its rates are fixed. */
const QUOTE_LIFE_MS = 30_000;

const ZERO = '0';

export function priceOf({ from, to, given, taken }: Deal, chainId: number): MoneiSwapPrice {
  return {
    quoteId: idOf(`price ${from.id} ${to.id} ${given}`),
    fromToken: from.address,
    toToken: to.address,
    fromAmount: textOf(given, from),
    toAmount: textOf(taken, to),
    minToAmount: textOf(taken, to),
    rate: rateText(from, to),
    reverseRate: rateText(to, from),
    protocolFee: ZERO,
    protocolFeeToken: { address: from.address, symbol: from.symbol, decimals: from.decimals },
    estimatedGas: ZERO,
    estimatedGasUsd: ZERO,
    priceImpact: ZERO,
    totalValueUsd: dollars(given, from),
    blockNumber: '1',
    liquidityAvailable: true,
    expiryTimestamp: Date.now() + QUOTE_LIFE_MS,
    chainId,
  };
}

export function quoteOf({ from, to, given, taken }: Deal): MoneiSolanaQuote {
  const token = ({ address, symbol, decimals, name }: Asset) => ({ address, symbol, decimals, name });
  const outputAmount = textOf(taken, to);
  return {
    quoteId: idOf(`quote ${from.id} ${to.id} ${given}`),
    swapMode: 'ExactIn',
    fromToken: token(from),
    toToken: token(to),
    amounts: {
      inputAmount: textOf(given, from),
      outputAmount,
      minOutputAmount: outputAmount,
      inputAmountRaw: String(given),
      outputAmountRaw: String(taken),
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
    usdValues: { input: dollars(given, from), output: dollars(taken, to) },
    slippageTolerance: 0,
    expiryTimestamp: Date.now() + QUOTE_LIFE_MS,
    expiresIn: QUOTE_LIFE_MS / 1000,
    estimatedSwapTime: 0,
    network: 'mainnet-beta',
    executable: true,
    warnings: [],
  };
}
