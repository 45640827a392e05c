/** How a route is called rightly, and in ways that are wrong. */
export interface Example {
  /** Default: the route's own path. */
  path?: string;
  body?: Record<string, unknown>;
  /** Default: 200. */
  status?: number;
  /** The fields of `data`, all of them. */
  keys: string[];
  /** Paths that a GET answers with 400. */
  wrong?: string[];
}

const DATES = ['createdAt', 'updatedAt', 'deletedDate'];
const SUBWALLET = [
  ...['id', 'parentWalletId', 'type', 'currency', 'balance', 'chain', 'publicAddress', 'virtualAccount'],
  ...DATES,
];
const LIMITS = [
  ...['maxSingleTransaction', 'dailyTransactionLimit', 'monthlyTransactionLimit', 'maxWalletBalance'],
  ...['cryptoAllowed', 'crossBorderAllowed', 'cryptoDailyLimit', 'p2pAllowed', 'withdrawalAllowed'],
];
const DETAILS = [
  ...['id', 'amount', 'type', 'status', 'reference', 'currency', 'narration', ...DATES],
  ...['user', 'wallet', 'totalAmount', 'fee', 'nature', 'metadata', 'owner'],
];
const EVM_PORTFOLIO = [
  ...['userId', 'walletAddress', 'network', 'totalPortfolioValueUSD', 'nativeToken', 'tokens', 'updatedAt'],
];
const LIST: Example = {
  keys: ['transactions', 'pagination'],
  wrong: [
    ...[
      'page=0',
      'page=-1',
      'page=1.5',
      'page=a',
      'page=',
      'page=1&page=2',
      'limit=0',
      'limit=101',
      'limit=1e2',
    ],
    ...['status=success', 'type=SEND', 'minAmount=a', 'maxAmount=-1', 'startDate=2026', 'endDate=2026-02-30'],
    ...['startDate=2026-13-01', 'sortBy=narration', 'sortOrder=ASC', 'currency='],
  ].map((query) => `/transactions?${query}`),
};
const USDC_ON_BASE = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';

/** Beside the documented scopes: these stay closed to apps. */
export const CLOSED = [
  'POST /wallet/deposit/payment-method',
  'POST /wallet/deposit/authorize',
  'POST /wallet/virtual-account',
];

/** By route. `REFERENCE` and `ID` are those of a transaction of the caller, and `DEPOSIT` is a deposit. */
export const EXAMPLES: Record<string, Example> = {
  'GET /user/me': { keys: ['id', 'name', 'email', 'phone'] },
  'GET /kyc/status': {
    keys: ['currentTier', 'status', 'limits', 'requirements', 'verified', 'canUpgrade', 'nextTier'],
  },
  'GET /kyc/limits': { keys: LIMITS },
  'GET /wallet/me': {
    keys: ['nairaBalance', 'subwallets'],
    wrong: ['/wallet/me?chainId=a', '/wallet/me?chainId=2', '/wallet/me?chainId=1&chainId=10'],
  },
  'GET /wallet/naira-wallet': { keys: SUBWALLET },
  'GET /transactions': LIST,
  'GET /transactions/user': LIST,
  'GET /transactions/:id': { path: '/transactions/ID', keys: DETAILS, wrong: ['/transactions/%E0%A4%A'] },
  'GET /transactions/reference/:reference': { path: '/transactions/reference/REFERENCE', keys: DETAILS },
  'GET /evm/portfolio/:chainId': {
    path: '/evm/portfolio/137',
    keys: EVM_PORTFOLIO,
    wrong: ['/evm/portfolio/base', '/evm/portfolio/2', '/evm/portfolio/1.5'],
  },
  'GET /evm/balance/native': {
    path: '/evm/balance/native?chainId=8453',
    keys: ['balance'],
    wrong: ['/evm/balance/native', '/evm/balance/native?chainId=99'],
  },
  'GET /evm/balance/token': {
    path: `/evm/balance/token?chainId=8453&tokenAddress=${USDC_ON_BASE.toLowerCase()}`,
    keys: ['balance'],
    wrong: ['/evm/balance/token?chainId=8453', `/evm/balance/token?tokenAddress=${USDC_ON_BASE}`],
  },
  'GET /evm/networks': { keys: ['0', '1', '2', '3', '4', '5', '6', '7'] },
  'GET /solana/address': { keys: ['address'] },
  'GET /solana/balance': { keys: ['balance'], wrong: ['/solana/balance?network=mainnet'] },
  'GET /solana/token-balance/:mint': {
    path: '/solana/token-balance/EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    keys: ['balance'],
    wrong: ['/solana/token-balance/0x1'],
  },
  'GET /solana/portfolio': {
    path: '/solana/portfolio?network=devnet',
    keys: [
      ...['userId', 'address', 'nativeBalance', 'nativeBalanceLamports', 'nativeBalanceUsd'],
      ...['tokens', 'totalValueUsd'],
    ],
    wrong: ['/solana/portfolio?network='],
  },
  'POST /wallet/deposit': {
    path: '/wallet/deposit?method=BANK_TRANSFER',
    body: { amount: 10_000, narration: 'Top-up', currency: 'NGN' },
    keys: [
      ...['amount', 'totalAmount', 'moneiFee', 'reference', 'currency', 'narration', 'accountNumber'],
      ...['bankName', 'accountName', 'expiry_datetime', 'note', 'status'],
    ],
  },
  'POST /wallet/deposit/payment-link': {
    body: { amount: 10_000, customization: { title: 'Top-up' }, customer: { email: 'ada@example.com' } },
    keys: ['link'],
  },
  'GET /wallet/deposit/status/:reference': {
    path: '/wallet/deposit/status/DEPOSIT',
    keys: ['amount', 'totalAmount', 'moneiFee', 'reference', 'currency', 'narration', 'status'],
  },
  'POST /wallet/payout/transfer': {
    body: { receiver: 'obi@example.com', amount: 2000, transactionPin: '1234' },
    keys: ['reference', 'status', 'amount', 'currency', 'receiver', 'createdAt'],
  },
  'POST /wallet/payout/bank-transfer': {
    body: {
      amount: 5000,
      bank: '058',
      accountNumber: '0123456789',
      transactionPin: '1234',
      narration: 'Rent',
    },
    keys: ['reference', 'status', 'amount'],
  },
  'GET /wallet/utils/banks': { keys: ['0', '1', '2', '3', '4', '5'] },
  'GET /wallet/utils/bank-code': {
    path: '/wallet/utils/bank-code?bankName=zenith%20bank',
    keys: ['id', 'code', 'name'],
    wrong: ['/wallet/utils/bank-code'],
  },
  'POST /wallet/utils/verify-bank-account': {
    body: { accountNumber: '0123456789', bank: '058' },
    keys: ['accountName', 'accountNumber', 'bankCode', 'bankName'],
  },
};
