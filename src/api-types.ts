/**
 * The answers of Monei's API (base `https://api.monei.cc/api/v1`), as far as a scope of Monei Connect opens it.
 *
 * Sources: docs.monei.cc (api-reference, core-concepts, connect), and the types of Monei's SDKs. Where these disagree, a
 * field is optional, or has both types. Times are ISO 8601 in UTC. Naira amounts are numbers of naira, with decimals, and
 * never kobo; amounts of tokens are in whole tokens.
 */

/** What stands around nearly every answer. `errors` is empty on success, and the guides leave it out. */
export interface MoneiAnswer<Data> {
  statusCode: number;
  message: string;
  data: Data;
  errors?: Record<string, unknown> | string;
}

/** An error (docs.monei.cc/connect/errors). `message` is a list where a body or a query was wrong. */
export interface MoneiErrorAnswer {
  statusCode: number;
  message: string | string[];
  error?: string | { details?: Record<string, unknown> };
}

/** When a record was made, changed and deleted. */
export interface MoneiDates {
  createdAt?: string;
  updatedAt?: string;
  deletedDate?: string | null;
}

/** How far Monei knows who a user is. */
export type MoneiKycTier = 'tier_1' | 'tier_2' | 'tier_3' | 'tier_4';

/** `GET /kyc/limits`. Numbers in naira. */
export interface MoneiKycLimits {
  maxSingleTransaction: number;
  dailyTransactionLimit: number;
  monthlyTransactionLimit: number;
  maxWalletBalance: number;
  cryptoAllowed: boolean;
  crossBorderAllowed: boolean;
  cryptoDailyLimit: number;
  p2pAllowed: boolean;
  withdrawalAllowed: boolean;
}

/** `GET /kyc/status`. */
export interface MoneiKycStatus {
  currentTier: MoneiKycTier;
  status: 'none' | 'pending' | 'verified' | 'rejected' | 'expired';
  limits: MoneiKycLimits;
  requirements: string;
  verified: {
    nin: boolean;
    bvn: boolean;
    governmentId: boolean;
    selfie: boolean;
    biometric: boolean;
    address: boolean;
  };
  canUpgrade: boolean;
  nextTier?: MoneiKycTier;
}

/** `GET /wallet/me` (docs.monei.cc/account-management/wallet-management). */
export interface MoneiWallet {
  /** Naira. A string such as `"1805.00"` in the documentation, a number in the SDK for Node. */
  nairaBalance: string | number;
  /** Always three: naira, EVM and Solana. */
  subwallets: MoneiSubWallet[];
  evmPortfolio?: MoneiEvmPortfolio;
  solPortfolio?: MoneiSolanaPortfolio;
}

/** A part of a wallet. `GET /wallet/naira-wallet` gives the one of type `FIAT`. */
export interface MoneiSubWallet extends MoneiDates {
  id: string;
  parentWalletId?: string;
  type: 'FIAT' | 'CRYPTO';
  currency: string;
  /** In `currency`. */
  balance: number;
  chain: 'EVM' | 'SOLANA' | null;
  /** The one for EVM is the same on every chain. */
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

/** A balance as a decimal string: `GET /evm/balance/native`, `/evm/balance/token`, `/solana/balance`. */
export interface MoneiBalance {
  balance: string;
}

/** A row of `GET /evm/networks`. */
export interface MoneiEvmNetwork {
  chainId: number;
  name: string;
  nativeToken: string;
  /** `blockExploreUrl` in the SDK for Node. */
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

/** `POST /evm-exchange/…`, `/evm/send/native` and `/evm/send/token`. */
export interface MoneiEvmTransaction {
  txHash: string;
}

/** `POST /evm-exchange/price/…`. Scalars are decimal strings in whole tokens. */
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
  /** Milliseconds since 1970, as far as anybody knows. */
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

/** `GET /solana-exchange/quote/…`. Scalars are decimal strings, where nothing else is said. */
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

/** What a bill is for. */
export type MoneiBillCategory = 'AIRTIME' | 'MOBILEDATA' | 'CABLEBILLS' | 'UTILITYBILLS';

/** A row of `GET /bills/discovery/biller-items/:category/:billerName`. */
export interface MoneiBillerItem {
  id: number;
  biller_code: string;
  name: string;
  default_commission: number;
  date_added: string;
  country: string;
  is_airtime: boolean;
  biller_name: string;
  item_code: string;
  short_name: string;
  /** Naira. */
  fee: number;
  commission_on_fee: boolean;
  reg_expression: string;
  label_name: string;
  /** Naira. 0: the payer chooses. */
  amount: number;
  is_resolvable: boolean;
  group_name: string;
  category_name: string;
  is_data: boolean | null;
  default_commission_on_amount: number | null;
  commission_on_fee_or_amount: number | null;
  validity_period: string | null;
}

/** A row of `GET /bills/discovery/electricity-operators`, whose envelope spells `StatusCode`. */
export interface MoneiElectricityOperator {
  name: string;
  code: string;
  billerCode: string;
}

/** A paid bill: `POST /bills/pay/…` (docs.monei.cc/api-reference/bills-payment). */
export interface MoneiBill extends MoneiDates {
  id: string;
  userId: string;
  reference: string;
  billerCode: string;
  itemCode: string;
  /** The phone, meter or smartcard number. */
  customer: string;
  /** Naira. The list of records has it as a string, says the SDK for Python. */
  amount: number | string;
  type: MoneiBillCategory;
  status: 'PENDING' | 'SUCCESS' | 'FAILED';
  txRef: string;
  billerName: string;
  metadata: Record<string, unknown> | null;
  /** What to type into the meter, for electricity. */
  token: string | null;
  units: string | null;
  /** For data. */
  validityPeriod: string | null;
  /** In the list of records only. */
  providerData?: string | null;
}

/** A bill to be paid later, in place of `MoneiBill`. That this is the answer is not documented. */
export interface MoneiBillSchedule {
  id: string;
  type: MoneiBillCategory;
  payload: Record<string, unknown>;
  executionDate: string;
  status: string;
  isRecurring: boolean;
  recurrencePattern: string | null;
  nextExecutionDate: string | null;
}

/** `GET /bills/records` (docs.monei.cc/api-reference/bill-records). */
export interface MoneiBillPage {
  bills: MoneiBill[];
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  hasNext: boolean;
  hasPrev: boolean;
}

/** How far an offramp (crypto to a bank account) has come. */
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

/** `GET /offramp/exchange/quote`. It holds for 30 s. */
export interface MoneiOfframpQuote {
  token: string;
  network: string;
  /** Tokens. */
  amount: number;
  /** The currency paid out. */
  fiat: string;
  /** Of `fiat`, for one token. */
  rate: number;
}

/** `POST /offramp/exchange/initiate`, status 201: the wallet held enough (docs.monei.cc/api-reference/offramp-exchange). */
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

/** `POST /offramp/exchange/initiate`, status 202: it did not, and the crypto has to be sent there within 30 minutes. */
export interface MoneiOfframpAwaitingDeposit {
  transaction: MoneiOfframp;
  depositInstructions: {
    address: string;
    /** Tokens. */
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

/** A row of `GET /offramp/ledger/history`, as the SDK for Python corrected it after the actual answer. */
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

/** `GET /offramp/ledger/history`: `data` and `meta` side by side. */
export interface MoneiOfframpHistory {
  statusCode?: number;
  message?: string;
  data: MoneiOfframpRecord[];
  meta: {
    totalItems: number;
    itemCount: number;
    itemsPerPage: number;
    totalPages: number;
    /** Monei echoes the text of the query. */
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
