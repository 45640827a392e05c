/** How a route is called rightly, and in ways that are wrong. */
export interface Example {
  /** Default: the route's own path. */
  path?: string;
  body?: Record<string, unknown>;
  /** Default: 200. */
  status?: number;
  /** The fields of `data`, all of them. */
  keys: string[];
  /** What is around `data`. Default: `statusCode`, `message`, `data` and `errors`. */
  envelope?: string[];
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
export const USDT_ON_BASE = '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2';
export const USDC_ON_SOLANA = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
export const USDT_ON_SOLANA = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB';
const STRANGER = `0x${'ab'.repeat(20)}`;
export const OFFRAMP = {
  ...{ token: 'USDT', network: 'base', fiatCurrency: 'NGN' },
  ...{ bankCode: '058', accountNumber: '0123456789', accountName: 'JOHN DOE' },
};
const BILL = [
  ...[
    'id',
    'createdAt',
    'userId',
    'reference',
    'billerCode',
    'itemCode',
    'customer',
    'amount',
    'type',
    'status',
  ],
  ...['txRef', 'billerName', 'metadata', 'token', 'units', 'validityPeriod'],
];
const RECORD = [...BILL, 'updatedAt', 'deletedDate', 'providerData'];
const PRICE = [
  ...['quoteId', 'fromToken', 'toToken', 'protocolFeeToken', 'fromAmount', 'toAmount', 'rate', 'reverseRate'],
  ...['minToAmount', 'protocolFee', 'estimatedGas', 'estimatedGasUsd', 'priceImpact', 'totalValueUsd'],
  ...['blockNumber', 'liquidityAvailable', 'expiryTimestamp', 'chainId'],
];
const QUOTE = [
  ...['quoteId', 'swapMode', 'fromToken', 'toToken', 'amounts', 'rates', 'fees', 'route', 'priceImpact'],
  ...['usdValues', 'slippageTolerance', 'expiryTimestamp', 'expiresIn', 'estimatedSwapTime', 'network'],
  ...['executable', 'warnings'],
];
export const USDC_ON_BASE = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';

/** Beside the documented scopes: these stay closed to apps. */
export const CLOSED = [
  'POST /wallet/deposit/payment-method',
  'POST /wallet/deposit/authorize',
  'POST /wallet/virtual-account',
];

/**
 * By route. `REFERENCE` and `ID` are those of a transaction of the caller, and so are
 * the deposit `DEPOSIT`, the bill `BILL` with the id `RECEIPT`, and the offramp `OFFRAMP`.
 */
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
  ...bothWays('native-to-token', { tokenOut: USDC_ON_BASE, amount: '0.1', chainId: 8453 }),
  ...bothWays('token-to-token', {
    tokenIn: USDT_ON_BASE,
    tokenOut: USDC_ON_BASE,
    amount: '10',
    chainId: 8453,
  }),
  ...bothWays('token-to-native', { tokenIn: USDC_ON_BASE, amount: '10.5', chainId: 8453 }),
  ...onSolana('sol-to-token', { outputMint: USDC_ON_SOLANA, amount: 0.5, slippageBps: 50 }),
  ...onSolana('token-to-sol', { inputMint: USDC_ON_SOLANA, amount: 1 }),
  ...onSolana('token-to-token', { inputMint: USDC_ON_SOLANA, outputMint: USDT_ON_SOLANA, amount: 1 }),
  'POST /evm/send/native': { body: { to: STRANGER, amount: '0.01', chainId: 8453 }, keys: ['txHash'] },
  'POST /evm/send/token': {
    body: { to: STRANGER, tokenAddress: USDC_ON_BASE, amount: '1', chainId: 8453 },
    keys: ['txHash'],
  },
  'POST /solana/transfer': { body: { to: USDT_ON_SOLANA, amount: '0.01' }, keys: ['signature'] },
  'POST /solana/transfer-token': {
    body: { to: USDT_ON_SOLANA, tokenMintAddress: USDC_ON_SOLANA, amount: '1', network: 'mainnet-beta' },
    keys: ['signature'],
  },
  ...spelledTwice(
    'GET',
    '/bills/discovery/biller-items/:category/:billerName',
    '/bills/get-biller-items/:category/:billerName',
    {
      path: '/bills/discovery/biller-items/MOBILEDATA/mtn',
      keys: ['0', '1'],
      wrong: ['/bills/discovery/biller-items/WATER/mtn'],
    },
  ),
  ...spelledTwice('GET', '/bills/discovery/electricity-operators', '/bills/discovery/electricity', {
    keys: Array.from({ length: 9 }, (_, index) => String(index)),
    envelope: ['StatusCode', 'message', 'data', 'errors'],
  }),
  ...spelledTwice('POST', '/bills/validation/customer', '/bills/validate', {
    body: { customer: '1234567890', billerCode: 'BIL110', itemCode: 'UB110' },
    keys: ['customer', 'billerCode', 'itemCode', 'customerName'],
  }),
  ...spelledTwice('POST', '/bills/pay/airtime', '/bills/buy-airtime', {
    body: { phoneNumber: '09054860951', biller: 'glo', amount: 50 },
    keys: BILL,
  }),
  ...spelledTwice('POST', '/bills/pay/data', '/bills/buy-mobile-data', {
    body: { phoneNumber: '09054860951', biller: 'mtn', itemCode: 'MD1041' },
    keys: BILL,
  }),
  ...spelledTwice('POST', '/bills/pay/electricity', '/bills/buy-electricity', {
    body: { meterNumber: '12345678901', amount: 1000, disco: 'IKEJA DISCO ELECTRICITY' },
    keys: BILL,
  }),
  ...spelledTwice('POST', '/bills/pay/cable-tv', '/bills/subscribe-cable-tv', {
    body: { smartcardNumber: '1234567890', biller: 'dstv', itemCode: 'CB120' },
    keys: BILL,
  }),
  'GET /bills/records': {
    keys: ['bills', 'page', 'limit', 'total', 'totalPages', 'hasNext', 'hasPrev'],
    wrong: ['type=WATER', 'status=success', 'sortOrder=asc', 'limit=101', 'startDate=today'].map(
      (query) => `/bills/records?${query}`,
    ),
  },
  'GET /bills/records/reference/:reference': { path: '/bills/records/reference/BILL', keys: RECORD },
  'GET /bills/records/receipt/:transactionId': { path: '/bills/records/receipt/RECEIPT', keys: RECORD },
  'GET /offramp/exchange/assets': { keys: ['0', '1', '2'] },
  'GET /offramp/exchange/quote': {
    path: '/offramp/exchange/quote?token=USDT&network=base&amount=100',
    keys: ['token', 'network', 'amount', 'fiat', 'rate'],
    wrong: [
      'token=DOGE&network=base&amount=1',
      'token=USDT&network=tron&amount=1',
      'token=USDT&network=base',
      'token=USDT&network=base&amount=1&fiat=GHS',
      'token=USDT&network=starknet&amount=1',
    ].map((query) => `/offramp/exchange/quote?${query}`),
  },
  'POST /offramp/exchange/initiate': {
    body: { ...OFFRAMP, amount: 10 },
    status: 201,
    keys: ['id', 'reference', 'status', 'amounts', 'beneficiary', 'onChain', 'meta', 'timestamps'],
  },
  'GET /offramp/ledger/history': {
    path: '/offramp/ledger/history?page=1&limit=1',
    keys: ['0'],
    envelope: ['statusCode', 'message', 'data', 'meta'],
    wrong: ['/offramp/ledger/history?page=0'],
  },
  'GET /offramp/ledger/status/:reference': {
    path: '/offramp/ledger/status/OFFRAMP',
    keys: [],
    envelope: [
      ...[
        'id',
        'internalReference',
        'provider',
        'providerTransactionId',
        'status',
        'cryptoAmount',
        'fiatAmount',
      ],
      ...[
        'exchangeRate',
        'fromCurrency',
        'toCurrency',
        'createdAt',
        'updatedAt',
        'expiresAt',
        'providerStatus',
      ],
      ...['fees', 'debitPaymentDetails', 'creditPaymentDetails', 'completedAt'],
    ],
  },
  'GET /offramp/payouts/banks': { keys: ['0', '1', '2', '3', '4', '5'] },
  'POST /offramp/payouts/verify': {
    body: { bankCode: '058', accountNumber: '0123456789' },
    keys: ['bankCode', 'bankName', 'accountNumber', 'accountName'],
  },
};

/** A swap on an EVM chain, and its price. */
function bothWays(name: string, body: Record<string, unknown>): Record<string, Example> {
  return {
    [`POST /evm-exchange/${name}`]: { body, keys: ['txHash'] },
    [`POST /evm-exchange/price/${name}`]: { body, keys: PRICE },
  };
}

/** A swap on Solana, and its quote. */
function onSolana(name: string, body: Record<string, string | number>): Record<string, Example> {
  const quote = `/solana-exchange/quote/${name}`;
  const query = new URLSearchParams(
    Object.entries(body).map(([key, value]) => [key, String(value)] as [string, string]),
  );
  return {
    [`POST /solana-exchange/swap-${name}`]: { body, keys: ['signature', 'txUrl'] },
    [`GET ${quote}`]: { path: `${quote}?${query}`, keys: QUOTE, wrong: [quote] },
  };
}

function spelledTwice(method: string, one: string, other: string, example: Example): Record<string, Example> {
  return {
    [`${method} ${one}`]: example,
    [`${method} ${other}`]: {
      ...example,
      ...(example.path && { path: example.path.replace('discovery/biller-items', 'get-biller-items') }),
    },
  };
}
