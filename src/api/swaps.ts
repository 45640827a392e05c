/** `POST /evm-exchange/…`, `/evm/send/native` and `/evm/send/token`. */
export interface MoneiEvmTransaction {
  txHash: string;
}

/** `POST /evm-exchange/price/…`. Amounts, rates and fees are decimal strings, amounts in whole tokens. */
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
  /** Probably milliseconds since the epoch. The documentation has no unit. */
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

/** `GET /solana-exchange/quote/…`. Amounts, rates, fees and percentages are decimal strings. */
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

/** Body of `POST /evm-exchange/native-to-token`. */
export interface MoneiNativeToTokenRequest {
  /** A decimal string in whole tokens. */
  amount: string;
  /** The address of a token. */
  tokenOut: string;
  chainId: number;
}

/** Body of `POST /evm-exchange/token-to-token`. */
export interface MoneiTokenToTokenRequest {
  /** The address of a token. */
  tokenIn: string;
  /** The address of a token. */
  tokenOut: string;
  /** A decimal string in whole tokens. */
  amount: string;
  chainId: number;
}

/** Body of `POST /evm-exchange/token-to-native`. */
export interface MoneiTokenToNativeRequest {
  /** The address of a token. */
  tokenIn: string;
  /** A decimal string in whole tokens. */
  amount: string;
  chainId: number;
}

/**
 * Body of `POST /solana-exchange/swap-…`. A swap from SOL has `outputMint`, a swap to SOL has `inputMint`, and a swap
 * between two tokens has both.
 */
export interface MoneiSolanaSwapRequest {
  inputMint?: string;
  outputMint?: string;
  /** In whole tokens. */
  amount: number;
  /** Hundredths of a percent. */
  slippageBps?: number;
}

/** Body of `POST /evm/send/native`, and of `POST /evm/send/token` with `tokenAddress`. */
export interface MoneiEvmSendRequest {
  /** The address of the receiver. */
  to: string;
  tokenAddress?: string;
  /** A decimal string in whole tokens. */
  amount: string;
  chainId: number;
}

/** Body of `POST /solana/transfer`, and of `POST /solana/transfer-token` with `tokenMintAddress`. */
export interface MoneiSolanaTransferRequest {
  /** The address of the receiver. */
  to: string;
  tokenMintAddress?: string;
  /** A decimal string in whole tokens. */
  amount: string;
  network?: string;
}
