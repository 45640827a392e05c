import type { MoneiTransactionStatus } from './transactions.js';

/** `POST /wallet/payout/transfer`. No source types it: each field may be absent. */
export interface MoneiTransfer {
  reference?: string;
  status?: MoneiTransactionStatus;
  /** In `currency`. */
  amount?: number;
  currency?: string;
  receiver?: string;
  createdAt?: string;
}

/** `POST /wallet/payout/bank-transfer`. */
export interface MoneiBankTransfer {
  reference: string;
  status: MoneiTransactionStatus;
  /** Naira. */
  amount: number;
}

/** A row of `GET /wallet/utils/banks`, and, with fewer fields, of `GET /offramp/payouts/banks`. */
export interface MoneiBank {
  /** A string in the documentation, a number in the SDK for Python. */
  id?: string | number;
  code: string;
  name: string;
  type?: string;
}

/** `POST /wallet/utils/verify-bank-account` and `POST /offramp/payouts/verify`. */
export interface MoneiBankAccount {
  accountName: string;
  accountNumber: string;
  bankCode: string;
  bankName: string;
}
