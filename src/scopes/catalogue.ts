/**
 * The nine scopes of Monei Connect. `description` says what a scope allows. `sensitive` scopes move or convert money,
 * and Monei shows an extra warning for them. `routes` are the routes of Monei's API that a token with the scope may
 * use.
 *
 * Source: docs.monei.cc/connect/scopes. Routes without a documented scope are left out: any valid token may work there.
 */
export const MONEI_SCOPES = Object.freeze({
  'profile:read': {
    description: 'See your name and account details',
    sensitive: false,
    routes: ['GET /user/me'],
  },
  'kyc:read': {
    description: 'See your KYC tier and limits',
    sensitive: false,
    routes: ['GET /kyc/status', 'GET /kyc/limits'],
  },
  'wallet:read': {
    description: 'See your balances and transactions',
    sensitive: false,
    routes: [
      'GET /wallet/me',
      'GET /wallet/naira-wallet',
      'GET /wallet/deposit/status/:reference',
      'GET /transactions',
      'GET /transactions/user',
      'GET /transactions/:id',
      'GET /transactions/reference/:reference',
      'GET /evm/portfolio/:chainId',
      'GET /evm/balance/native',
      'GET /evm/balance/token',
      'GET /solana/address',
      'GET /solana/balance',
      'GET /solana/portfolio',
      'GET /bills/records',
      'GET /offramp/ledger/history',
      'GET /offramp/ledger/status/:reference',
    ],
  },
  'wallet:deposit': {
    description: 'Start deposits into your wallet',
    sensitive: false,
    routes: ['POST /wallet/deposit', 'POST /wallet/deposit/payment-link'],
  },
  'wallet:send': {
    description: 'Send money to other Monei users',
    sensitive: true,
    routes: ['POST /wallet/payout/transfer'],
  },
  'wallet:withdraw': {
    description: 'Withdraw naira to a bank account',
    sensitive: true,
    routes: ['POST /wallet/payout/bank-transfer'],
  },
  'swap:execute': {
    description: 'Swap and send crypto on EVM chains and Solana',
    sensitive: true,
    routes: [
      'POST /evm-exchange/native-to-token',
      'POST /evm-exchange/token-to-token',
      'POST /evm-exchange/token-to-native',
      'POST /solana-exchange/swap-sol-to-token',
      'POST /solana-exchange/swap-token-to-sol',
      'POST /solana-exchange/swap-token-to-token',
      'POST /evm/send/native',
      'POST /evm/send/token',
      'POST /solana/transfer',
      'POST /solana/transfer-token',
    ],
  },
  'bills:pay': {
    description: 'Pay for airtime, data, electricity and cable TV',
    sensitive: false,
    routes: [
      'GET /bills/discovery/biller-items/:category/:billerName',
      'GET /bills/get-biller-items/:category/:billerName',
      'GET /bills/discovery/electricity-operators',
      'GET /bills/discovery/electricity',
      'POST /bills/validation/customer',
      'POST /bills/validate',
      'POST /bills/pay/airtime',
      'POST /bills/buy-airtime',
      'POST /bills/pay/data',
      'POST /bills/buy-mobile-data',
      'POST /bills/pay/electricity',
      'POST /bills/buy-electricity',
      'POST /bills/pay/cable-tv',
      'POST /bills/subscribe-cable-tv',
    ],
  },
  'offramp:execute': {
    description: 'Convert crypto to naira',
    sensitive: true,
    routes: [
      'GET /offramp/exchange/quote',
      'POST /offramp/exchange/initiate',
      'GET /offramp/ledger/history',
      'GET /offramp/ledger/status/:reference',
    ],
  },
} as const satisfies Record<string, { description: string; sensitive: boolean; routes: readonly string[] }>);
for (const scope of Object.values(MONEI_SCOPES)) {
  Object.freeze(scope.routes);
  Object.freeze(scope);
}

/** A scope that Monei documents. */
export type MoneiScope = keyof typeof MONEI_SCOPES;

/** A scope to request. Editors complete the documented ones, and other strings are accepted, too. */
export type MoneiScopeName = MoneiScope | (string & {});
