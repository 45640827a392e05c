import type { MoneiTransactionStatus } from './transactions.js';

/** `POST /wallet/deposit` and `GET /wallet/deposit/status/:reference`. */
export interface MoneiDeposit {
  /** The amount that reaches the wallet, in `currency`. */
  amount: number;
  /** The amount that the payer transfers: `amount` and `moneiFee`. */
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
  /** A finished deposit is `SUCCESS` or `COMPLETED`. */
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

/** `POST /wallet/deposit/payment-link`. It has no reference: send your own to request the status later. */
export interface MoneiPaymentLink {
  link: string;
}

/** Body of `POST /wallet/deposit`. The query parameter `method` is `BANK_TRANSFER`, `USSD` or `CARD`. */
export interface MoneiDepositRequest {
  /** In `currency`, with decimals: naira, not kobo. */
  amount: number;
  /** The app's own. Monei accepts each reference once. */
  reference?: string;
  /** Default: `NGN`. */
  currency?: string;
  narration?: string;
  card?: {
    cardNumber: string;
    cvv: string;
    expiryMonth: string;
    expiryYear: string;
    cardHolderName: string;
  };
  ussd?: { bankCode: string };
}

/** Body of `POST /wallet/deposit/payment-link`. */
export interface MoneiPaymentLinkRequest {
  /** In `currency`, with decimals: naira, not kobo. */
  amount: number;
  /** The app's own. Monei accepts each reference once. */
  reference?: string;
  /** Default: `NGN`. */
  currency?: string;
  redirectUrl?: string;
  narration?: string;
  customization?: { title?: string };
  /** Required in Monei's OpenAPI description, optional in its SDKs. */
  customer?: { email: string; phoneNumber: string; name: string };
}
