import type { MoneiDates } from './common.js';

/** The status of a transaction. */
export type MoneiTransactionStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'COMPLETED';
/** The effect of a transaction on the wallet. */
export type MoneiTransactionType = 'DEBIT' | 'CREDIT' | 'PEER-TRANSFER';

/** The kind of a transaction, from the SDK for Node. */
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
  /** If it is absent, the currency is `NGN`. */
  currency?: string;
  narration: string | null;
  /** The documentation does not list this field. */
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
  /** The amount with the fee, in `currency`. */
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
