/** A balance as a decimal string: `GET /evm/balance/native`, `/evm/balance/token`, `/solana/balance`. */
export interface MoneiBalance {
  balance: string;
}

/** A row of `GET /evm/networks`. */
export interface MoneiEvmNetwork {
  chainId: number;
  name: string;
  nativeToken: string;
  /** The SDK for Node calls it `blockExploreUrl`. */
  blockExplorerUrl?: string;
  isTestnet: boolean;
}

/** A token in a portfolio. Amounts and prices are decimal strings; `rawBalance` is in the token's smallest unit. */
export interface MoneiEvmToken {
  contractAddress: string;
  name: string;
  symbol: string;
  decimals: number;
  logoUrl?: string;
  type: 'native' | 'token' | 'erc20';
  balance: string;
  balanceUSD: string;
  priceUSD: string;
  rawBalance: string;
  network: string;
}

/** `GET /evm/portfolio/:chainId`. */
export interface MoneiEvmPortfolio {
  userId: string;
  walletAddress: string;
  network: string;
  /** A decimal string. */
  totalPortfolioValueUSD: string;
  nativeToken: MoneiEvmToken;
  tokens: MoneiEvmToken[];
  updatedAt: string;
}

/** `GET /solana/address`. */
export interface MoneiSolanaAddress {
  address: string;
}

/** `GET /solana/portfolio`. Balances are decimal strings, values are US dollars. */
export interface MoneiSolanaPortfolio {
  userId: string;
  address: string;
  nativeBalance: string;
  nativeBalanceLamports: string;
  nativeBalanceUsd: number;
  tokens: {
    mintAddress: string;
    name: string;
    symbol: string;
    balance: string;
    rawBalance: string;
    decimals: number;
    priceUsd: number;
    valueUsd: number;
  }[];
  totalValueUsd: number;
}
