import type {
  MoneiBalance,
  MoneiBill,
  MoneiBillPage,
  MoneiDates,
  MoneiDeposit,
  MoneiErrorResponse,
  MoneiEvmNetwork,
  MoneiEvmPortfolio,
  MoneiEvmToken,
  MoneiKycLimits,
  MoneiKycStatus,
  MoneiKycTier,
  MoneiOfframpHistory,
  MoneiOfframpState,
  MoneiOfframpStatus,
  MoneiSolanaAddress,
  MoneiSolanaPortfolio,
  MoneiSubWallet,
  MoneiTransaction,
  MoneiTransactionDetails,
  MoneiTransactionNature,
  MoneiTransactionPage,
  MoneiTransactionStatus,
  MoneiVirtualAccount,
  MoneiWallet,
} from '../../../src/api/index.js';
import type { Shape, ShapeFor } from './shape.js';

// The shapes of Monei's responses. One with the type `ShapeFor` does not compile if it differs from the type in src/api.

const DATES = {
  'createdAt?': 'string',
  'updatedAt?': 'string',
  'deletedDate?': { nullable: 'string' },
} satisfies ShapeFor<MoneiDates>['fields'];

/** An error of any endpoint. */
export const ERROR: ShapeFor<MoneiErrorResponse> = {
  fields: { statusCode: 'number', message: 'string or strings', 'error?': 'string or object' },
};

/** The response of the token endpoint. */
export const TOKEN_RESPONSE: Shape = {
  fields: {
    access_token: 'string',
    refresh_token: 'string',
    token_type: 'string',
    expires_in: 'number',
    scopes: { each: 'string' },
  },
};

/** The user of `GET /user/me`. */
export const USER: Shape = {
  fields: {
    id: 'string',
    'firstName?': { nullable: 'string' },
    'lastName?': { nullable: 'string' },
    'name?': { nullable: 'string' },
    'email?': { nullable: 'string' },
    'phone?': { nullable: 'string' },
    'verified?': { nullable: 'boolean' },
    'haveTransactionPin?': { nullable: 'boolean' },
    'isAdmin?': { nullable: 'boolean' },
    'createdAt?': { nullable: 'string' },
    'updatedAt?': { nullable: 'string' },
    'lastLoggedIn?': { nullable: 'string' },
  },
};

const KYC_TIER: ShapeFor<MoneiKycTier> = {
  oneOf: { tier_1: true, tier_2: true, tier_3: true, tier_4: true },
};

export const KYC_LIMITS: ShapeFor<MoneiKycLimits> = {
  fields: {
    maxSingleTransaction: 'number',
    dailyTransactionLimit: 'number',
    monthlyTransactionLimit: 'number',
    maxWalletBalance: 'number',
    cryptoAllowed: 'boolean',
    crossBorderAllowed: 'boolean',
    cryptoDailyLimit: 'number',
    p2pAllowed: 'boolean',
    withdrawalAllowed: 'boolean',
  },
};

export const KYC_STATUS: ShapeFor<MoneiKycStatus> = {
  fields: {
    currentTier: KYC_TIER,
    status: { oneOf: { none: true, pending: true, verified: true, rejected: true, expired: true } },
    limits: KYC_LIMITS,
    requirements: 'string',
    verified: {
      fields: {
        nin: 'boolean',
        bvn: 'boolean',
        governmentId: 'boolean',
        selfie: 'boolean',
        biometric: 'boolean',
        address: 'boolean',
      },
    },
    canUpgrade: 'boolean',
    'nextTier?': KYC_TIER,
  },
};

const EVM_TOKEN: ShapeFor<MoneiEvmToken> = {
  fields: {
    contractAddress: 'string',
    name: 'string',
    symbol: 'string',
    decimals: 'number',
    'logoUrl?': 'string',
    type: { oneOf: { native: true, token: true, erc20: true } },
    balance: 'string',
    balanceUSD: 'string',
    priceUSD: 'string',
    rawBalance: 'string',
    network: 'string',
  },
};

export const EVM_PORTFOLIO: ShapeFor<MoneiEvmPortfolio> = {
  fields: {
    userId: 'string',
    walletAddress: 'string',
    network: 'string',
    totalPortfolioValueUSD: 'string',
    nativeToken: EVM_TOKEN,
    tokens: { each: EVM_TOKEN },
    updatedAt: 'string',
  },
};

export const SOLANA_PORTFOLIO: ShapeFor<MoneiSolanaPortfolio> = {
  fields: {
    userId: 'string',
    address: 'string',
    nativeBalance: 'string',
    nativeBalanceLamports: 'string',
    nativeBalanceUsd: 'number',
    tokens: {
      each: {
        fields: {
          mintAddress: 'string',
          name: 'string',
          symbol: 'string',
          balance: 'string',
          rawBalance: 'string',
          decimals: 'number',
          priceUsd: 'number',
          valueUsd: 'number',
        },
      },
    },
    totalValueUsd: 'number',
  },
};

export const EVM_NETWORKS: ShapeFor<MoneiEvmNetwork[]> = {
  each: {
    fields: {
      chainId: 'number',
      name: 'string',
      nativeToken: 'string',
      'blockExplorerUrl?': 'string',
      isTestnet: 'boolean',
    },
  },
};

export const BALANCE: ShapeFor<MoneiBalance> = { fields: { balance: 'string' } };

export const SOLANA_ADDRESS: ShapeFor<MoneiSolanaAddress> = { fields: { address: 'string' } };

const VIRTUAL_ACCOUNT: ShapeFor<MoneiVirtualAccount> = {
  fields: {
    ...DATES,
    'id?': 'string',
    accountNumber: 'string',
    'accountName?': 'string',
    bankName: 'string',
    'reference?': 'string',
    'status?': 'string',
    'isActive?': 'boolean',
  },
};

export const SUB_WALLET: ShapeFor<MoneiSubWallet> = {
  fields: {
    ...DATES,
    id: 'string',
    'parentWalletId?': 'string',
    type: { oneOf: { FIAT: true, CRYPTO: true } },
    currency: 'string',
    balance: 'number',
    chain: { nullable: { oneOf: { EVM: true, SOLANA: true } } },
    publicAddress: { nullable: 'string' },
    virtualAccount: { nullable: VIRTUAL_ACCOUNT },
    'evmPortfolio?': EVM_PORTFOLIO,
    'solPortfolio?': SOLANA_PORTFOLIO,
  },
};

export const WALLET: ShapeFor<MoneiWallet> = {
  fields: {
    nairaBalance: 'string or number',
    subwallets: { each: SUB_WALLET },
    'evmPortfolio?': EVM_PORTFOLIO,
    'solPortfolio?': SOLANA_PORTFOLIO,
  },
};

const TRANSACTION_STATUS: ShapeFor<MoneiTransactionStatus> = {
  oneOf: { PENDING: true, SUCCESS: true, FAILED: true, COMPLETED: true },
};

const NATURE: ShapeFor<MoneiTransactionNature> = {
  oneOf: {
    FIAT_DEPOSIT: true,
    FIAT_CARD_DEPOSIT: true,
    FIAT_USSD_DEPOSIT: true,
    FIAT_WITHDRAWAL: true,
    FIAT_TRANSFER: true,
    FIAT_P2P: true,
    CRYPTO_DEPOSIT: true,
    CRYPTO_WITHDRAWAL: true,
    CRYPTO_TRADE_BUY: true,
    CRYPTO_TRADE_SELL: true,
    CRYPTO_P2P: true,
    CROSS_BORDER_IN: true,
    CROSS_BORDER_OUT: true,
    FOREX_BUY: true,
    FOREX_SELL: true,
    BUY_TOKENIZED_STOCK: true,
    SELL_TOKENIZED_STOCK: true,
  },
};

const TRANSACTION_FIELDS = {
  ...DATES,
  id: 'string',
  amount: 'number',
  type: { oneOf: { DEBIT: true, CREDIT: true, 'PEER-TRANSFER': true } },
  status: TRANSACTION_STATUS,
  reference: 'string',
  'currency?': 'string',
  narration: { nullable: 'string' },
} satisfies ShapeFor<Omit<MoneiTransaction, 'userId' | 'nature'>>['fields'];

const TRANSACTION: ShapeFor<MoneiTransaction> = {
  fields: { ...TRANSACTION_FIELDS, userId: 'string', 'nature?': NATURE },
};

export const TRANSACTION_PAGE: ShapeFor<MoneiTransactionPage> = {
  fields: {
    transactions: { each: TRANSACTION },
    pagination: {
      fields: {
        page: 'number',
        limit: 'number',
        total: 'number',
        totalPages: 'number',
        hasNextPage: 'boolean',
        hasPreviousPage: 'boolean',
      },
    },
  },
};

export const TRANSACTION_DETAILS: ShapeFor<MoneiTransactionDetails> = {
  fields: {
    ...TRANSACTION_FIELDS,
    user: 'object',
    nature: NATURE,
    'wallet?': 'object',
    'subwallet?': 'object',
    'totalAmount?': 'number',
    'fee?': 'number',
    'metadata?': { nullable: 'object' },
    'customer?': { nullable: 'object' },
    'owner?': { oneOf: { USER: true, BUSINESS_CUSTOMER: true } },
    'environment?': 'string',
    'flutterwaveReference?': { nullable: 'string' },
    'fincraReference?': { nullable: 'string' },
    'flwId?': { nullable: 'string' },
  },
};

export const DEPOSIT: ShapeFor<MoneiDeposit> = {
  fields: {
    amount: 'number',
    'totalAmount?': 'number',
    'moneiFee?': 'number',
    reference: 'string',
    currency: 'string',
    'narration?': 'string',
    'accountNumber?': 'string',
    'bankName?': 'string',
    'accountName?': 'string',
    'expiry_datetime?': 'string',
    'note?': 'string',
    'redirectUrl?': 'string',
    'customization?': 'object',
    'customer?': 'object',
    status: TRANSACTION_STATUS,
    'nextAction?': {
      fields: {
        type: {
          oneOf: {
            requires_pin: true,
            requires_otp: true,
            redirect_url: true,
            requires_additional_fields: true,
            payment_Instructions: true,
          },
        },
        'redirect_url?': { fields: { url: 'string' } },
        'payment_instruction?': { fields: { note: 'string' } },
      },
    },
  },
};

const BILL: ShapeFor<MoneiBill> = {
  fields: {
    ...DATES,
    id: 'string',
    userId: 'string',
    reference: 'string',
    billerCode: 'string',
    itemCode: 'string',
    customer: 'string',
    amount: 'string or number',
    type: { oneOf: { AIRTIME: true, MOBILEDATA: true, CABLEBILLS: true, UTILITYBILLS: true } },
    status: { oneOf: { PENDING: true, SUCCESS: true, FAILED: true } },
    txRef: 'string',
    billerName: 'string',
    metadata: { nullable: 'object' },
    token: { nullable: 'string' },
    units: { nullable: 'string' },
    validityPeriod: { nullable: 'string' },
    'providerData?': { nullable: 'string' },
  },
};

export const BILL_PAGE: ShapeFor<MoneiBillPage> = {
  fields: {
    bills: { each: BILL },
    page: 'number',
    limit: 'number',
    total: 'number',
    totalPages: 'number',
    hasNext: 'boolean',
    hasPrev: 'boolean',
  },
};

const OFFRAMP_STATE: ShapeFor<MoneiOfframpState> = {
  oneOf: {
    initiated: true,
    quote_created: true,
    awaiting_deposit: true,
    deposit_received: true,
    pending: true,
    processing: true,
    fiat_sent: true,
    completed: true,
    failed: true,
    cancelled: true,
    refunded: true,
    expired: true,
  },
};

export const OFFRAMP_HISTORY: ShapeFor<MoneiOfframpHistory> = {
  fields: {
    'statusCode?': 'number',
    'message?': 'string',
    data: {
      each: {
        fields: {
          id: 'string',
          reference: 'string',
          status: OFFRAMP_STATE,
          asset: 'string',
          network: 'string',
          cryptoAmount: 'number',
          fiatAmount: 'number',
          fiatCurrency: 'string',
          exchangeRate: 'number',
          beneficiary: { fields: { bankCode: 'string', accountNumber: 'string' } },
          createdAt: 'string',
          'completedAt?': 'string',
          'failedAt?': 'string',
        },
      },
    },
    meta: {
      fields: {
        totalItems: 'number',
        itemCount: 'number',
        itemsPerPage: 'number',
        totalPages: 'number',
        currentPage: 'string or number',
      },
    },
  },
};

export const OFFRAMP_STATUS: ShapeFor<MoneiOfframpStatus> = {
  fields: {
    id: 'string',
    internalReference: 'string',
    provider: 'string',
    providerTransactionId: 'string',
    status: OFFRAMP_STATE,
    cryptoAmount: 'number',
    fiatAmount: 'number',
    exchangeRate: 'number',
    fromCurrency: 'string',
    toCurrency: 'string',
    createdAt: 'string',
    updatedAt: 'string',
    expiresAt: 'string',
    providerStatus: 'string',
    fees: { fields: { providerFee: 'number', networkFee: 'number', serviceFee: 'number' } },
    debitPaymentDetails: {
      fields: { paymentMethod: 'string', currency: 'string', network: 'string', walletAddress: 'string' },
    },
    creditPaymentDetails: {
      fields: {
        paymentMethod: 'string',
        currency: 'string',
        accountName: 'string',
        accountNumber: 'string',
        bankCode: 'string',
      },
    },
    'completedAt?': 'string',
  },
};

/** Puts the shape of `data` into Monei's envelope. */
export function enveloped(data: Shape): Shape {
  return { fields: { statusCode: 'number', message: 'string', data, 'errors?': 'string or object' } };
}
