import type { MoneiDates } from './common.js';
import type { MoneiEvmPortfolio, MoneiSolanaPortfolio } from './crypto.js';

/** `GET /wallet/me` (docs.monei.cc/account-management/wallet-management). */
export interface MoneiWallet {
  /** Naira. A string such as `"1805.00"` in the documentation, a number in the SDK for Node. */
  nairaBalance: string | number;
  /** Three wallets: naira, EVM and Solana. */
  subwallets: MoneiSubWallet[];
  evmPortfolio?: MoneiEvmPortfolio;
  solPortfolio?: MoneiSolanaPortfolio;
}

/** A part of a wallet. `GET /wallet/naira-wallet` returns the one of type `FIAT`. */
export interface MoneiSubWallet extends MoneiDates {
  id: string;
  parentWalletId?: string;
  type: 'FIAT' | 'CRYPTO';
  currency: string;
  /** In `currency`. */
  balance: number;
  chain: 'EVM' | 'SOLANA' | null;
  /** The EVM address is the same on every chain. */
  publicAddress: string | null;
  virtualAccount: MoneiVirtualAccount | null;
  evmPortfolio?: MoneiEvmPortfolio;
  solPortfolio?: MoneiSolanaPortfolio;
}

/** A bank account whose deposits reach the wallet. */
export interface MoneiVirtualAccount extends MoneiDates {
  id?: string;
  accountNumber: string;
  accountName?: string;
  bankName: string;
  reference?: string;
  status?: string;
  isActive?: boolean;
}
