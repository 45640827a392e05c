/**
 * Types of the requests and responses of Monei's API (base `https://api.monei.cc/api/v1`) on the routes that a scope of
 * Monei Connect opens.
 *
 * Sources: docs.monei.cc (api-reference, core-concepts, connect), and the types of Monei's SDKs. If these disagree, a
 * field is optional, or has both types. Times are ISO 8601 in UTC. Naira amounts are numbers of naira, with decimals,
 * and never kobo; amounts of tokens are in whole tokens.
 */
export type * from './bills.js';
export type * from './common.js';
export type * from './crypto.js';
export type * from './deposits.js';
export type * from './kyc.js';
export type * from './offramp.js';
export type * from './payouts.js';
export type * from './swaps.js';
export type * from './transactions.js';
export type * from './wallet.js';
