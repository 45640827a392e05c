import type { MoneiTransactionStatus } from './transactions.js';

/** `POST /wallet/deposit` and `GET /wallet/deposit/status/:reference`. */
export interface MoneiDeposit {
  /** What reaches the wallet, in `currency`. */
  amount: number;
  /** What the payer transfers: `amount` and `moneiFee`. */
  totalAmount?: number;
  moneiFee?: number;
  reference: string;
  currency: string;
  narration?: string;
  accountNumber?: string;
  bankName?: string;
  accountName?: string;
  expiry_datetime?: string;
  note?: string;
  redirectUrl?: string;
  customization?: Record<string, unknown>;
  customer?: Record<string, unknown>;
  /** Monei uses both `SUCCESS` and `COMPLETED` for a finished one. */
  status: MoneiTransactionStatus;
  nextAction?: {
    type:
      | 'requires_pin'
      | 'requires_otp'
      | 'redirect_url'
      | 'requires_additional_fields'
      | 'payment_Instructions';
    redirect_url?: { url: string };
    payment_instruction?: { note: string };
  };
}

/** `POST /wallet/deposit/payment-link`. It names no reference: send your own to be able to ask for the status. */
export interface MoneiPaymentLink {
  link: string;
}
