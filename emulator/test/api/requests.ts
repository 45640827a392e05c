/** How a route is called rightly, and in ways that are wrong. */
export interface Example {
  /** Default: the route's own path. */
  path?: string;
  body?: Record<string, unknown>;
  /** Default: 200. */
  status?: number;
  /** The fields of `data`, all of them. */
  keys: string[];
  /** Values at paths of `data`, or the patterns of values that differ each time. */
  values: Record<string, unknown>;
  /** Fields beside `data`. Default: `statusCode`, `message`, `data` and `errors`. */
  envelope?: string[];
  /** Paths that a GET answers with 400. */
  wrong?: string[];
}

const TX_HASH = /^0x[0-9a-f]{64}$/;
const SIGNATURE = /^[1-9A-HJ-NP-Za-km-z]{64}$/;
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
  values: {
    'transactions[0].userId': 'ada',
    'transactions[0].status': 'SUCCESS',
    'transactions[0].deletedDate': null,
    'pagination.page': 1,
    'pagination.limit': 10,
    'pagination.hasPreviousPage': false,
  },
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
  'GET /user/me': {
    values: { id: 'ada', name: 'Ada Obi', email: 'ada@example.com', phone: '+2348012345678' },
    keys: ['id', 'name', 'email', 'phone'],
  },
  'GET /kyc/status': {
    values: {
      currentTier: 'tier_2',
      status: 'verified',
      'verified.nin': true,
      'verified.bvn': false,
      'limits.dailyTransactionLimit': 500_000,
      nextTier: 'tier_3',
    },
    keys: ['currentTier', 'status', 'limits', 'requirements', 'verified', 'canUpgrade', 'nextTier'],
  },
  'GET /kyc/limits': {
    values: { maxSingleTransaction: 200_000, monthlyTransactionLimit: 2_000_000, withdrawalAllowed: true },
    keys: LIMITS,
  },
  'GET /wallet/me': {
    values: {
      nairaBalance: /^\d+\.\d\d$/,
      'subwallets.length': 3,
      'subwallets[0].type': 'FIAT',
      'subwallets[1].chain': 'EVM',
      'subwallets[2].chain': 'SOLANA',
    },
    keys: ['nairaBalance', 'subwallets'],
    wrong: ['/wallet/me?chainId=a', '/wallet/me?chainId=2', '/wallet/me?chainId=1&chainId=10'],
  },
  'GET /wallet/naira-wallet': {
    values: {
      type: 'FIAT',
      currency: 'NGN',
      chain: null,
      publicAddress: null,
      'virtualAccount.isActive': true,
    },
    keys: SUBWALLET,
  },
  'GET /transactions': LIST,
  'GET /transactions/user': LIST,
  'GET /transactions/:id': {
    path: '/transactions/ID',
    values: {
      amount: 2000,
      type: 'PEER-TRANSFER',
      status: 'SUCCESS',
      nature: 'FIAT_P2P',
      currency: 'NGN',
      fee: 0,
      totalAmount: 2000,
      owner: 'USER',
      'user.id': 'ada',
    },
    keys: DETAILS,
    wrong: ['/transactions/%E0%A4%A'],
  },
  'GET /transactions/reference/:reference': {
    path: '/transactions/reference/REFERENCE',
    values: {
      amount: 2000,
      type: 'PEER-TRANSFER',
      status: 'SUCCESS',
      nature: 'FIAT_P2P',
      currency: 'NGN',
      fee: 0,
      totalAmount: 2000,
      owner: 'USER',
      'user.id': 'ada',
    },
    keys: DETAILS,
  },
  'GET /evm/portfolio/:chainId': {
    path: '/evm/portfolio/137',
    values: {
      userId: 'ada',
      network: 'Polygon',
      totalPortfolioValueUSD: '100.00',
      'nativeToken.type': 'native',
      'nativeToken.balance': '100',
      'nativeToken.rawBalance': `1${'0'.repeat(20)}`,
      'tokens[0].balance': '50',
      'tokens[0].decimals': 6,
    },
    keys: EVM_PORTFOLIO,
    wrong: ['/evm/portfolio/base', '/evm/portfolio/2', '/evm/portfolio/1.5'],
  },
  'GET /evm/balance/native': {
    path: '/evm/balance/native?chainId=8453',
    values: { balance: '1' },
    keys: ['balance'],
    wrong: ['/evm/balance/native', '/evm/balance/native?chainId=99'],
  },
  'GET /evm/balance/token': {
    path: `/evm/balance/token?chainId=8453&tokenAddress=${USDC_ON_BASE.toLowerCase()}`,
    values: { balance: '500' },
    keys: ['balance'],
    wrong: ['/evm/balance/token?chainId=8453', `/evm/balance/token?tokenAddress=${USDC_ON_BASE}`],
  },
  'GET /evm/networks': {
    values: { '[0].chainId': 1, '[0].name': 'Ethereum', '[0].nativeToken': 'ETH', '[0].isTestnet': false },
    keys: ['0', '1', '2', '3', '4', '5', '6', '7'],
  },
  'GET /solana/address': { values: { address: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/ }, keys: ['address'] },
  'GET /solana/balance': {
    values: { balance: '10' },
    keys: ['balance'],
    wrong: ['/solana/balance?network=mainnet'],
  },
  'GET /solana/token-balance/:mint': {
    path: '/solana/token-balance/EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    values: { balance: '100' },
    keys: ['balance'],
    wrong: ['/solana/token-balance/0x1'],
  },
  'GET /solana/portfolio': {
    path: '/solana/portfolio?network=devnet',
    values: {
      userId: 'ada',
      nativeBalance: '0',
      nativeBalanceLamports: '0',
      nativeBalanceUsd: 0,
      totalValueUsd: 0,
    },
    keys: [
      ...['userId', 'address', 'nativeBalance', 'nativeBalanceLamports', 'nativeBalanceUsd'],
      ...['tokens', 'totalValueUsd'],
    ],
    wrong: ['/solana/portfolio?network='],
  },
  'POST /wallet/deposit': {
    path: '/wallet/deposit?method=BANK_TRANSFER',
    body: { amount: 10_000, narration: 'Top-up', currency: 'NGN' },
    values: {
      amount: 10_000,
      totalAmount: 10_220,
      moneiFee: 220,
      currency: 'NGN',
      narration: 'Top-up',
      status: 'PENDING',
    },
    keys: [
      ...['amount', 'totalAmount', 'moneiFee', 'reference', 'currency', 'narration', 'accountNumber'],
      ...['bankName', 'accountName', 'expiry_datetime', 'note', 'status'],
    ],
  },
  'POST /wallet/deposit/payment-link': {
    body: { amount: 10_000, customization: { title: 'Top-up' }, customer: { email: 'ada@example.com' } },
    values: { link: /^https:\/\/.+/ },
    keys: ['link'],
  },
  'GET /wallet/deposit/status/:reference': {
    path: '/wallet/deposit/status/DEPOSIT',
    values: { amount: 10, totalAmount: 10.22, moneiFee: 0.22, reference: 'DEPOSIT', status: 'PENDING' },
    keys: ['amount', 'totalAmount', 'moneiFee', 'reference', 'currency', 'narration', 'status'],
  },
  'POST /wallet/payout/transfer': {
    body: { receiver: 'obi@example.com', amount: 2000, transactionPin: '1234' },
    values: { status: 'SUCCESS', amount: 2000, currency: 'NGN', receiver: 'obi@example.com' },
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
    values: { status: 'PENDING', amount: 5000 },
    keys: ['reference', 'status', 'amount'],
  },
  'GET /wallet/utils/banks': {
    values: { '[0].id': '1', '[0].code': '058', '[0].name': 'Guaranty Trust Bank' },
    keys: ['0', '1', '2', '3', '4', '5'],
  },
  'GET /wallet/utils/bank-code': {
    path: '/wallet/utils/bank-code?bankName=zenith%20bank',
    values: { code: '057', name: 'Zenith Bank' },
    keys: ['id', 'code', 'name'],
    wrong: ['/wallet/utils/bank-code'],
  },
  'POST /wallet/utils/verify-bank-account': {
    body: { accountNumber: '0123456789', bank: '058' },
    values: { accountName: 'JOHN DOE', accountNumber: '0123456789', bankCode: '058' },
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
  'POST /evm/send/native': {
    body: { to: STRANGER, amount: '0.01', chainId: 8453 },
    values: { txHash: TX_HASH },
    keys: ['txHash'],
  },
  'POST /evm/send/token': {
    body: { to: STRANGER, tokenAddress: USDC_ON_BASE, amount: '1', chainId: 8453 },
    values: { txHash: TX_HASH },
    keys: ['txHash'],
  },
  'POST /solana/transfer': {
    body: { to: USDT_ON_SOLANA, amount: '0.01' },
    values: { signature: SIGNATURE },
    keys: ['signature'],
  },
  'POST /solana/transfer-token': {
    body: { to: USDT_ON_SOLANA, tokenMintAddress: USDC_ON_SOLANA, amount: '1', network: 'mainnet-beta' },
    values: { signature: SIGNATURE },
    keys: ['signature'],
  },
  ...spelledTwice(
    'GET',
    '/bills/discovery/biller-items/:category/:billerName',
    '/bills/get-biller-items/:category/:billerName',
    {
      path: '/bills/discovery/biller-items/MOBILEDATA/mtn',
      values: {
        '[0].biller_name': 'MTN',
        '[0].item_code': 'MD1041',
        '[0].amount': 500,
        '[0].is_data': true,
        '[0].is_airtime': false,
      },
      keys: ['0', '1'],
      wrong: ['/bills/discovery/biller-items/WATER/mtn'],
    },
  ),
  ...spelledTwice('GET', '/bills/discovery/electricity-operators', '/bills/discovery/electricity', {
    values: { '[0].name': 'IKEJA DISCO ELECTRICITY', '[0].code': 'UB110', '[0].billerCode': 'BIL110' },
    keys: Array.from({ length: 9 }, (_, index) => String(index)),
    envelope: ['StatusCode', 'message', 'data', 'errors'],
  }),
  ...spelledTwice('POST', '/bills/validation/customer', '/bills/validate', {
    body: { customer: '1234567890', billerCode: 'BIL110', itemCode: 'UB110' },
    values: { customer: '1234567890', billerCode: 'BIL110', itemCode: 'UB110', customerName: 'JOHN DOE' },
    keys: ['customer', 'billerCode', 'itemCode', 'customerName'],
  }),
  ...spelledTwice('POST', '/bills/pay/airtime', '/bills/buy-airtime', {
    body: { phoneNumber: '09054860951', biller: 'glo', amount: 50 },
    values: {
      reference: /^bill\d{13}-ada$/,
      billerCode: 'BIL102',
      itemCode: 'AT133',
      customer: '09054860951',
      amount: 50,
      type: 'AIRTIME',
      status: 'SUCCESS',
      token: null,
      units: null,
      validityPeriod: null,
    },
    keys: BILL,
  }),
  ...spelledTwice('POST', '/bills/pay/data', '/bills/buy-mobile-data', {
    body: { phoneNumber: '09054860951', biller: 'mtn', itemCode: 'MD1041' },
    values: {
      customer: '09054860951',
      amount: 500,
      type: 'MOBILEDATA',
      status: 'SUCCESS',
      validityPeriod: '7',
    },
    keys: BILL,
  }),
  ...spelledTwice('POST', '/bills/pay/electricity', '/bills/buy-electricity', {
    body: { meterNumber: '12345678901', amount: 1000, disco: 'IKEJA DISCO ELECTRICITY' },
    values: {
      customer: '12345678901',
      amount: 1000,
      type: 'UTILITYBILLS',
      status: 'SUCCESS',
      token: /^[\d-]+$/,
      units: '10',
    },
    keys: BILL,
  }),
  ...spelledTwice('POST', '/bills/pay/cable-tv', '/bills/subscribe-cable-tv', {
    body: { smartcardNumber: '1234567890', biller: 'dstv', itemCode: 'CB120' },
    values: {
      customer: '1234567890',
      amount: 5000,
      type: 'CABLEBILLS',
      status: 'SUCCESS',
      billerName: 'DSTV',
    },
    keys: BILL,
  }),
  'GET /bills/records': {
    values: { page: 1, limit: 10, hasPrev: false, 'bills[0].userId': 'ada', 'bills[0].status': 'SUCCESS' },
    keys: ['bills', 'page', 'limit', 'total', 'totalPages', 'hasNext', 'hasPrev'],
    wrong: ['type=WATER', 'status=success', 'sortOrder=asc', 'limit=101', 'startDate=today'].map(
      (query) => `/bills/records?${query}`,
    ),
  },
  'GET /bills/records/reference/:reference': {
    path: '/bills/records/reference/BILL',
    values: { type: 'AIRTIME', amount: 50, status: 'SUCCESS', deletedDate: null, providerData: '{}' },
    keys: RECORD,
  },
  'GET /bills/records/receipt/:transactionId': {
    path: '/bills/records/receipt/RECEIPT',
    values: { type: 'AIRTIME', amount: 50, status: 'SUCCESS', deletedDate: null, providerData: '{}' },
    keys: RECORD,
  },
  'GET /offramp/exchange/assets': {
    values: { '[0].symbol': 'USDT', '[0].networks[0].network': 'ethereum', '[0].networks[0].decimals': 6 },
    keys: ['0', '1', '2'],
  },
  'GET /offramp/exchange/quote': {
    path: '/offramp/exchange/quote?token=USDT&network=base&amount=100',
    values: { token: 'USDT', network: 'base', amount: 100, fiat: 'NGN', rate: 1500 },
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
    values: {
      reference: /^OFF-[0-9A-F]+$/,
      status: 'pending',
      'amounts.crypto.value': 10,
      'amounts.fiat.value': 15_000,
      'amounts.exchangeRate': 1500,
      'beneficiary.accountNumber': '0123456789',
      'onChain.sourceWallet': 'MONEI_WALLET',
      'onChain.txHash': TX_HASH,
    },
    keys: ['id', 'reference', 'status', 'amounts', 'beneficiary', 'onChain', 'meta', 'timestamps'],
  },
  'GET /offramp/ledger/history': {
    path: '/offramp/ledger/history?page=1&limit=1',
    values: {
      '[0].status': 'completed',
      '[0].asset': 'USDT',
      '[0].cryptoAmount': 10,
      '[0].fiatAmount': 15_000,
      '[0].fiatCurrency': 'NGN',
    },
    keys: ['0'],
    envelope: ['statusCode', 'message', 'data', 'meta'],
    wrong: ['/offramp/ledger/history?page=0'],
  },
  'GET /offramp/ledger/status/:reference': {
    path: '/offramp/ledger/status/OFFRAMP',
    values: {
      status: 'completed',
      cryptoAmount: 10,
      fiatAmount: 15_000,
      exchangeRate: 1500,
      fromCurrency: 'USDT',
      toCurrency: 'NGN',
      providerStatus: 'COMPLETED',
      'creditPaymentDetails.bankCode': '058',
    },
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
  'GET /offramp/payouts/banks': {
    values: { '[0].name': 'Guaranty Trust Bank', '[0].code': '058' },
    keys: ['0', '1', '2', '3', '4', '5'],
  },
  'POST /offramp/payouts/verify': {
    body: { bankCode: '058', accountNumber: '0123456789' },
    values: { bankCode: '058', accountNumber: '0123456789', accountName: 'JOHN DOE' },
    keys: ['bankCode', 'bankName', 'accountNumber', 'accountName'],
  },
};

/** A swap on an EVM chain, and its price. */
function bothWays(name: string, body: Record<string, unknown>): Record<string, Example> {
  return {
    [`POST /evm-exchange/${name}`]: { body, values: { txHash: TX_HASH }, keys: ['txHash'] },
    [`POST /evm-exchange/price/${name}`]: {
      body,
      values: { fromAmount: body.amount, chainId: 8453, protocolFee: '0', liquidityAvailable: true },
      keys: PRICE,
    },
  };
}

/** A swap on Solana, and its quote. */
function onSolana(name: string, body: Record<string, string | number>): Record<string, Example> {
  const quote = `/solana-exchange/quote/${name}`;
  const query = new URLSearchParams(
    Object.entries(body).map(([key, value]) => [key, String(value)] as [string, string]),
  );
  return {
    [`POST /solana-exchange/swap-${name}`]: {
      body,
      values: { signature: SIGNATURE, txUrl: /^https:\/\/.+/ },
      keys: ['signature', 'txUrl'],
    },
    [`GET ${quote}`]: {
      path: `${quote}?${query}`,
      values: {
        swapMode: 'ExactIn',
        'amounts.inputAmount': String(body.amount),
        'fees.totalCost': '0',
        executable: true,
        network: 'mainnet-beta',
      },
      keys: QUOTE,
      wrong: [quote],
    },
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
