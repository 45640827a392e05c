import type { MoneiSolanaQuote, MoneiSwapPrice } from '../../../src/api/index.js';
import { type Asset, dollars, rateText, textOf } from './assets.js';
import { idOf } from './people.js';

/** A swap: how much of one asset gives how much of another, in smallest units. */
export interface Deal {
  from: Asset;
  to: Asset;
  given: bigint;
  taken: bigint;
}

/** A price holds for 30 s, in milliseconds. Nothing checks it, because rates are fixed. */
const QUOTE_LIFE = 30_000;

const NOTHING = '0';

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
    protocolFee: NOTHING,
    protocolFeeToken: { address: from.address, symbol: from.symbol, decimals: from.decimals },
    estimatedGas: NOTHING,
    estimatedGasUsd: NOTHING,
    priceImpact: NOTHING,
    totalValueUsd: dollars(given, from),
    blockNumber: '1',
    liquidityAvailable: true,
    expiryTimestamp: Date.now() + QUOTE_LIFE,
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
      protocolFeePercent: NOTHING,
      protocolFeeAmount: NOTHING,
      platformFeePercent: NOTHING,
      totalFeePercent: NOTHING,
      totalFeeAmount: NOTHING,
      gasFee: NOTHING,
      totalCost: NOTHING,
    },
    route: { hops: 1, dexes: ['Emulator'], tokens: [from.symbol, to.symbol], efficiencyScore: 100 },
    priceImpact: NOTHING,
    usdValues: { input: dollars(given, from), output: dollars(taken, to) },
    slippageTolerance: 0,
    expiryTimestamp: Date.now() + QUOTE_LIFE,
    expiresIn: QUOTE_LIFE / 1000,
    estimatedSwapTime: 0,
    network: 'mainnet-beta',
    executable: true,
    warnings: [],
  };
}
