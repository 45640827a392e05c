import type { MoneiTransactionStatus } from './transactions.js';

/** `POST /wallet/payout/transfer`. No source documents its type: each field may be absent. */
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

/** Body of `POST /wallet/payout/transfer`. It has no reference, so sending it twice pays twice. */
export interface MoneiTransferRequest {
  /** The email address or the phone number of another Monei user. */
  receiver: string;
  /** In `currency`, with decimals: naira, not kobo. */
  amount: number;
  /** The PIN of the user who pays, 4 to 6 digits. */
  transactionPin: string;
  /** Default: `NGN`. */
  currency?: string;
}

/** Body of `POST /wallet/payout/bank-transfer`. */
export interface MoneiBankTransferRequest {
  /** Naira, with decimals. */
  amount: number;
  /** The code of the bank, as `GET /wallet/utils/banks` lists it. */
  bank: string;
  /** 10 digits. */
  accountNumber: string;
  /** The PIN of the user who pays, 4 to 6 digits. */
  transactionPin: string;
  /** The app's own. Monei accepts each reference once. */
  reference?: string;
  /** At most 100 characters. */
  narration?: string;
  meta?: Record<string, unknown>;
}

/** Body of `POST /wallet/utils/verify-bank-account`. */
export interface MoneiBankAccountRequest {
  /** The code of the bank. */
  bank: string;
  /** 10 digits. */
  accountNumber: string;
}
