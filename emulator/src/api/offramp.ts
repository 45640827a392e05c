import type {
  MoneiBank,
  MoneiOfframp,
  MoneiOfframpHistory,
  MoneiOfframpQuote,
} from '../../../src/api/index.js';
import { ApiError, found } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { type Asset, convert, NAIRA, numberOf, TOKENS, unitsOf } from './assets.js';
import { accountNumber, currency, oneOf, text, tokenNumber, tokenText } from './fields.js';
import type { Ledger } from './ledger.js';
import {
  instructionsFor,
  newOfframp,
  offrampAssets,
  rateOf,
  recordOf,
  statusOf,
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
  amount: tokenNumber,
  token,
  network,
  fiatCurrency: currency,
  bankCode: text,
  accountNumber,
  accountName: text,
};

const quote = route({ query: { token, network, amount: tokenText, fiat: currency } }, (_user, asked) => {
  const asset = assetOn(asked.network, asked.token);
  const amount = numberOf(unitsOf(asked.amount, asset), asset);
  return ok<MoneiOfframpQuote>('Quote retrieved successfully', { ...asked, amount, rate: rateOf(asset) });
});

/** Here they have no id. */
const NAMED_BANKS = BANKS.map(({ name, code }) => ({ name, code }));

/** `offramp:execute`, and its ledger. Fixed rates, no fee. */
export function offrampRoutes(ledger: Ledger): Routes {
  /** By reference: whose it is, and how it began. */
  const offramps = new Map<string, { user: EmulatedUser; begun: MoneiOfframp }>();
  /** As it is by now. */
  const current = ({ begun }: { begun: MoneiOfframp }): MoneiOfframp =>
    ledger.isWaiting(begun.reference) ? begun : { ...begun, status: 'completed' };

  const initiate = route({ body: INITIATE }, (user, asked) => {
    const asset = assetOn(asked.network, asked.token);
    const units = unitsOf(asked.amount, asset);
    const naira = convert(units, asset, NAIRA);
    if (naira === 0n) throw new ApiError(400, 'The amount is too small');
    const account = bankAccount(asked.bankCode, asked.accountNumber);
    const held = ledger.balance(user, asset);
    const waits = held < units;
    const begun = newOfframp(asset, units, { ...account, accountName: asked.accountName }, waits);
    const { reference } = begun;
    const about = { reference, narration: `Offramp of ${asked.token} to ${account.bankName}` };
    const toBank = { from: 'providers', to: 'banks', asset: NAIRA, units: naira } as const;
    const tokens = { to: 'providers', asset, units, nature: 'CRYPTO_TRADE_SELL' } as const;
    if (waits) ledger.expect(about, { ...tokens, from: 'chains' }, toBank);
    else ledger.transfer(about, { ...tokens, from: user }, toBank);
    offramps.set(reference, { user, begun });
    if (!waits) return ok('Offramp initiated successfully', begun, 201);
    const instructions = instructionsFor(begun, numberOf(held, asset), numberOf(units - held, asset));
    return ok('Awaiting deposit', instructions, 202);
  });

  const history = route({ query: PAGE }, (user, { page, limit }) => {
    const theirs = [...offramps.values()].filter((one) => one.user === user);
    const { rows, total, totalPages } = pageOf(theirs, page, limit);
    const meta = {
      totalItems: total,
      itemCount: rows.length,
      itemsPerPage: limit,
      totalPages,
      // A text, as Monei's own tests of its SDK have it.
      currentPage: String(page),
    };
    const message = 'Offramp history retrieved successfully';
    const data = rows.map((row) => recordOf(current(row)));
    return { status: 200, body: { statusCode: 200, message, data, meta } satisfies MoneiOfframpHistory };
  });

  const status = route({ params: { reference: text } }, (user, { reference }) => {
    const offramp = offramps.get(reference);
    if (offramp?.user !== user) throw new ApiError(404, 'Offramp not found');
    return { status: 200, body: statusOf(current(offramp)) };
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
    'POST /offramp/payouts/verify': route({ body: { bankCode: text, accountNumber } }, (_user, asked) =>
      ok('Account verified successfully', bankAccount(asked.bankCode, asked.accountNumber)),
    ),
  };
}

/** @throws {ApiError} 400 where the emulator does not have the token */
function assetOn(where: string, symbol: string): Asset {
  const asset = TOKENS.find((one) => one.network === where && one.symbol === symbol);
  return found(asset, `${symbol} is not available on ${where}`, 400);
}
