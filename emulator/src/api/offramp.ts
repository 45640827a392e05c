import type {
  MoneiBank,
  MoneiOfframp,
  MoneiOfframpHistory,
  MoneiOfframpQuote,
} from '../../../src/api/index.js';
import { ApiError, orBadRequest } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { type Asset, convert, NAIRA, parseAmount, TOKENS, toNumber } from './assets.js';
import { accountNumber, amountAsNumber, amountAsText, currency, oneOf, text } from './fields.js';
import type { Ledger } from './ledger.js';
import {
  instructionsFor,
  newOfframp,
  offrampAssets,
  offrampRecordOf,
  offrampStatusOf,
  rateOf,
} from './offramp-responses.js';
import { PAGE, pageOf } from './pages.js';
import { ok, type Routes, route } from './route.js';
import { BANKS, bankAccount } from './transfers.js';

const token = oneOf('USDT', 'USDC', 'CNGN');
const network = oneOf(
  'base',
  'polygon',
  'arbitrum-one',
  'bnb-smart-chain',
  'ethereum',
  'starknet',
  'optimism',
  'lisk',
  'scroll',
);

const INITIATE = {
  amount: amountAsNumber,
  token,
  network,
  fiatCurrency: currency,
  bankCode: text,
  accountNumber,
  accountName: text,
};

const quote = route({ query: { token, network, amount: amountAsText, fiat: currency } }, (_user, input) => {
  const asset = assetOn(input.network, input.token);
  const amount = toNumber(parseAmount(input.amount, asset), asset);
  return ok<MoneiOfframpQuote>('Quote retrieved successfully', { ...input, amount, rate: rateOf(asset) });
});

/** The banks as these routes list them, without an id. */
const NAMED_BANKS = BANKS.map(({ name, code }) => ({ name, code }));

/** Returns the routes of `offramp:execute` and of its history. Rates are fixed, and offramps have no fee. */
export function offrampRoutes(ledger: Ledger): Routes {
  /** The user and the initial state of each offramp, by reference. */
  const offramps = new Map<string, { user: EmulatedUser; initial: MoneiOfframp }>();
  /** Returns the current state of an offramp. */
  const current = ({ initial }: { initial: MoneiOfframp }): MoneiOfframp =>
    ledger.isPending(initial.reference) ? initial : { ...initial, status: 'completed' };

  const initiate = route({ body: INITIATE }, (user, input) => {
    const asset = assetOn(input.network, input.token);
    const units = parseAmount(input.amount, asset);
    const naira = convert(units, asset, NAIRA);
    if (naira === 0n) throw new ApiError(400, 'The amount is too small');
    const account = bankAccount(input.bankCode, input.accountNumber);
    const held = ledger.balance(user, asset);
    const waits = held < units;
    const initial = newOfframp(asset, units, { ...account, accountName: input.accountName }, waits);
    const { reference } = initial;
    const info = { reference, narration: `Offramp of ${input.token} to ${account.bankName}` };
    const toBank = { from: 'providers', to: 'banks', asset: NAIRA, units: naira } as const;
    const tokens = { to: 'providers', asset, units, nature: 'CRYPTO_TRADE_SELL' } as const;
    if (waits) ledger.prepare(info, { ...tokens, from: 'chains' }, toBank);
    else ledger.transfer(info, { ...tokens, from: user }, toBank);
    offramps.set(reference, { user, initial });
    if (!waits) return ok('Offramp initiated successfully', initial, 201);
    const instructions = instructionsFor(initial, toNumber(held, asset), toNumber(units - held, asset));
    return ok('Awaiting deposit', instructions, 202);
  });

  const history = route({ query: PAGE }, (user, { page, limit }) => {
    const ofUser = [...offramps.values()].filter((one) => one.user === user);
    const { rows, total, totalPages } = pageOf(ofUser, page, limit);
    const meta = {
      totalItems: total,
      itemCount: rows.length,
      itemsPerPage: limit,
      totalPages,
      // A string, as in the tests of Monei's SDK.
      currentPage: String(page),
    };
    const message = 'Offramp history retrieved successfully';
    const data = rows.map((row) => offrampRecordOf(current(row)));
    return { status: 200, body: { statusCode: 200, message, data, meta } satisfies MoneiOfframpHistory };
  });

  const status = route({ params: { reference: text } }, (user, { reference }) => {
    const offramp = offramps.get(reference);
    if (offramp?.user !== user) throw new ApiError(404, 'Offramp not found');
    return { status: 200, body: offrampStatusOf(current(offramp)) };
  });

  return {
    'GET /offramp/exchange/assets': route({}, () => ok('Assets retrieved successfully', offrampAssets())),
    'GET /offramp/exchange/quote': quote,
    'POST /offramp/exchange/initiate': initiate,
    'GET /offramp/ledger/history': history,
    'GET /offramp/ledger/status/:reference': status,
    'GET /offramp/payouts/banks': route({}, () =>
      ok<MoneiBank[]>('Banks retrieved successfully', NAMED_BANKS),
    ),
    'POST /offramp/payouts/verify': route({ body: { bankCode: text, accountNumber } }, (_user, input) =>
      ok('Account verified successfully', bankAccount(input.bankCode, input.accountNumber)),
    ),
  };
}

/**
 * Returns the token with a symbol.
 *
 * @throws {ApiError} 400 if the emulator does not have it on this network
 */
function assetOn(network: string, symbol: string): Asset {
  const asset = TOKENS.find((one) => one.network === network && one.symbol === symbol);
  return orBadRequest(asset, `${symbol} is not available on ${network}`);
}
