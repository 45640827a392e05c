import type { MoneiDates } from './common.js';

/** How far a transaction has come. */
export type MoneiTransactionStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'COMPLETED';
/** What a transaction does to the wallet. */
export type MoneiTransactionType = 'DEBIT' | 'CREDIT' | 'PEER-TRANSFER';

/** What a transaction was about, from the SDK for Node. */
export type MoneiTransactionNature =
  | 'FIAT_DEPOSIT'
  | 'FIAT_CARD_DEPOSIT'
  | 'FIAT_USSD_DEPOSIT'
  | 'FIAT_WITHDRAWAL'
  | 'FIAT_TRANSFER'
  | 'FIAT_P2P'
  | 'CRYPTO_DEPOSIT'
  | 'CRYPTO_WITHDRAWAL'
  | 'CRYPTO_TRADE_BUY'
  | 'CRYPTO_TRADE_SELL'
  | 'CRYPTO_P2P'
  | 'CROSS_BORDER_IN'
  | 'CROSS_BORDER_OUT'
  | 'FOREX_BUY'
  | 'FOREX_SELL'
  | 'BUY_TOKENIZED_STOCK'
  | 'SELL_TOKENIZED_STOCK';

/** A row of `GET /transactions` (docs.monei.cc/api-reference/transaction). */
export interface MoneiTransaction extends MoneiDates {
  id: string;
  userId: string;
  /** In `currency`. */
  amount: number;
  type: MoneiTransactionType;
  status: MoneiTransactionStatus;
  reference: string;
  /** Absent: `NGN`. */
  currency?: string;
  narration: string | null;
  /** The list of the documentation does not have it. */
  nature?: MoneiTransactionNature;
}

/** `GET /transactions` and `GET /transactions/user`. */
export interface MoneiTransactionPage {
  transactions: MoneiTransaction[];
  pagination: {
    page: number;
    limit: number;
    total: number;
    totalPages: number;
    hasNextPage: boolean;
    hasPreviousPage: boolean;
  };
}

/** `GET /transactions/:id` and `GET /transactions/reference/:reference`. */
export interface MoneiTransactionDetails extends Omit<MoneiTransaction, 'userId' | 'nature'> {
  user: Record<string, unknown>;
  nature: MoneiTransactionNature;
  wallet?: Record<string, unknown>;
  subwallet?: Record<string, unknown>;
  /** With the fee, in `currency`. */
  totalAmount?: number;
  fee?: number;
  metadata?: Record<string, unknown> | null;
  customer?: Record<string, unknown> | null;
  owner?: 'USER' | 'BUSINESS_CUSTOMER';
  environment?: string;
  flutterwaveReference?: string | null;
  fincraReference?: string | null;
  flwId?: string | null;
}
