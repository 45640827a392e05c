/** The status of an offramp (crypto to a bank account). */
export type MoneiOfframpState =
  | 'initiated'
  | 'quote_created'
  | 'awaiting_deposit'
  | 'deposit_received'
  | 'pending'
  | 'processing'
  | 'fiat_sent'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'refunded'
  | 'expired';

/** A row of `GET /offramp/exchange/assets`. */
export interface MoneiOfframpAsset {
  symbol: string;
  name: string;
  networks: { network: string; contractAddress: string; decimals: number; baseCurrency: string }[];
}

/** `GET /offramp/exchange/quote`. The quote is valid for 30 s. */
export interface MoneiOfframpQuote {
  token: string;
  network: string;
  /** In whole tokens. */
  amount: number;
  /** The currency paid out. */
  fiat: string;
  /** The price of one token in `fiat`. */
  rate: number;
}

/**
 * `POST /offramp/exchange/initiate`, status 201: the wallet held enough crypto
 * (docs.monei.cc/api-reference/offramp-exchange).
 */
export interface MoneiOfframp {
  id: string;
  reference: string;
  status: MoneiOfframpState;
  amounts: {
    crypto: { value: number; asset: string; network: string };
    fiat: { value: number; currency: string };
    exchangeRate: number;
    totalFee: number;
  };
  beneficiary: { bankCode: string; bankName?: string; accountNumber: string; accountName: string };
  onChain: { depositAddress: string; txHash?: string; sourceWallet?: 'MONEI_WALLET' | 'EXTERNAL_WALLET' };
  meta: Record<string, unknown>;
  failureReason?: string;
  timestamps: {
    created: string;
    updated: string;
    completed?: string;
    failed?: string;
    depositDetected?: string;
    depositConfirmed?: string;
    depositExpires?: string;
  };
  provider?: string;
  providerReference?: string;
}

/**
 * `POST /offramp/exchange/initiate`, status 202: the wallet did not hold enough, and the crypto must arrive within 30
 * minutes.
 */
export interface MoneiOfframpAwaitingDeposit {
  transaction: MoneiOfframp;
  depositInstructions: {
    address: string;
    /** In whole tokens. */
    amount: number;
    token: string;
    network: string;
    chainId: number | null;
    expiresAt: string;
    displayNetwork: string;
    qrCodeData: string;
  };
  currentBalance: { amount: number; token: string; network: string; shortfall: number };
  warnings: string[];
  nextSteps: string[];
}

/** A row of `GET /offramp/ledger/history`, as in the SDK for Python, which follows the actual response. */
export interface MoneiOfframpRecord {
  id: string;
  reference: string;
  status: MoneiOfframpState;
  asset: string;
  network: string;
  cryptoAmount: number;
  fiatAmount: number;
  fiatCurrency: string;
  exchangeRate: number;
  beneficiary: { bankCode: string; accountNumber: string };
  createdAt: string;
  completedAt?: string;
  failedAt?: string;
}

/** `GET /offramp/ledger/history`: `data` and `meta` without an envelope. */
export interface MoneiOfframpHistory {
  statusCode?: number;
  message?: string;
  data: MoneiOfframpRecord[];
  meta: {
    totalItems: number;
    itemCount: number;
    itemsPerPage: number;
    totalPages: number;
    /** May be a string, because Monei copies it from the query. */
    currentPage: number | string;
  };
}

/** `GET /offramp/ledger/status/:reference`, without an envelope (docs.monei.cc/api-reference/offramp-ledger). */
export interface MoneiOfframpStatus {
  id: string;
  internalReference: string;
  provider: string;
  providerTransactionId: string;
  status: MoneiOfframpState;
  cryptoAmount: number;
  fiatAmount: number;
  exchangeRate: number;
  fromCurrency: string;
  toCurrency: string;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  providerStatus: string;
  fees: { providerFee: number; networkFee: number; serviceFee: number };
  debitPaymentDetails: { paymentMethod: string; currency: string; network: string; walletAddress: string };
  creditPaymentDetails: {
    paymentMethod: string;
    currency: string;
    accountName: string;
    accountNumber: string;
    bankCode: string;
  };
  completedAt?: string;
}

/** Body of `POST /offramp/exchange/initiate`. */
export interface MoneiOfframpRequest {
  /** In whole tokens. */
  amount: number;
  token: 'USDT' | 'USDC' | 'CNGN';
  network:
    | 'base'
    | 'polygon'
    | 'arbitrum-one'
    | 'bnb-smart-chain'
    | 'ethereum'
    | 'starknet'
    | 'optimism'
    | 'lisk'
    | 'scroll';
  /** `NGN`. The documentation names `GHS`, `KES` and `USD`, too. */
  fiatCurrency: string;
  bankCode: string;
  accountNumber: string;
  accountName: string;
}
