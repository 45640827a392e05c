/** `POST /evm-exchange/…`, `/evm/send/native` and `/evm/send/token`. */
export interface MoneiEvmTransaction {
  txHash: string;
}

/** `POST /evm-exchange/price/…`. Scalars are decimal strings in whole tokens. */
export interface MoneiSwapPrice {
  quoteId: string;
  fromToken: string;
  toToken: string;
  fromAmount: string;
  toAmount: string;
  minToAmount: string;
  rate: string;
  reverseRate: string;
  protocolFee: string;
  protocolFeeToken: { address: string; symbol: string; decimals: number };
  estimatedGas: string;
  estimatedGasUsd: string;
  priceImpact: string;
  totalValueUsd: string;
  blockNumber: string;
  liquidityAvailable: boolean;
  /** Milliseconds since 1970, as far as anybody knows. */
  expiryTimestamp: number;
  chainId: number;
}

/** A token of a quote on Solana. */
export interface MoneiSolanaToken {
  address: string;
  symbol: string;
  decimals: number;
  name: string;
  logoUri?: string;
}

/** `GET /solana-exchange/quote/…`. Scalars are decimal strings, where nothing else is said. */
export interface MoneiSolanaQuote {
  quoteId: string;
  swapMode: 'ExactIn' | 'ExactOut';
  fromToken: MoneiSolanaToken;
  toToken: MoneiSolanaToken;
  amounts: {
    inputAmount: string;
    outputAmount: string;
    minOutputAmount: string;
    inputAmountRaw: string;
    outputAmountRaw: string;
  };
  rates: { rate: string; reverseRate: string; usdRate: string };
  fees: {
    protocolFeePercent: string;
    protocolFeeAmount: string;
    platformFeePercent: string;
    totalFeePercent: string;
    totalFeeAmount: string;
    gasFee: string;
    totalCost: string;
  };
  route: { hops: number; dexes: string[]; tokens: string[]; efficiencyScore: number };
  priceImpact: string;
  usdValues: Record<string, unknown>;
  slippageTolerance: number;
  expiryTimestamp: number;
  expiresIn: number;
  estimatedSwapTime: number;
  network: string;
  executable: boolean;
  warnings: string[];
  rawQuote?: unknown;
}

/** `POST /solana-exchange/…`. */
export interface MoneiSolanaSwap {
  signature: string;
  txUrl: string;
}

/** `POST /solana/transfer` and `/solana/transfer-token`. */
export interface MoneiSolanaTransfer {
  signature: string;
}
