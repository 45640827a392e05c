import type { MoneiBank, MoneiOfframp, MoneiOfframpHistory, MoneiOfframpQuote } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { type Asset, convert, NAIRA, numberOf, TOKENS, unitsOf } from './assets.js';
import { accountNumber, oneOf, text, tokenNumber, tokenText, withDefault } from './fields.js';
import type { Ledger } from './ledger.js';
import { instructionsFor, newOfframp, offrampAssets, rateOf, recordOf, statusOf } from './offramp-answers.js';
import { PAGE, pageOf } from './pages.js';
import { ok, type Routes, route } from './route.js';
import { allBanks, bankAccount } from './transfers.js';

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
const fiat = withDefault(oneOf('NGN'), 'NGN');

/** `offramp:execute`, and its ledger. Fixed rates, no fee. */
export function offrampRoutes(ledger: Ledger): Routes {
  /** By reference: whose it is, and how it began. */
  const offramps = new Map<string, { user: EmulatedUser; begun: MoneiOfframp }>();
  /** As it is by now. */
  const current = ({ begun }: { begun: MoneiOfframp }): MoneiOfframp =>
    ledger.isWaiting(begun.reference) ? begun : { ...begun, status: 'completed' };

  const initiate = route(
    {
      body: {
        amount: tokenNumber,
        token,
        network,
        fiatCurrency: fiat,
        bankCode: text,
        accountNumber,
        accountName: text,
      },
    },
    ({ user, body }) => {
      const asset = assetOn(body.network, body.token);
      const units = unitsOf(body.amount, asset);
      const naira = convert(units, asset, NAIRA);
      if (naira === 0n) throw new ApiError(400, 'The amount is too small');
      const beneficiary = {
        ...bankAccount(body.bankCode, body.accountNumber),
        accountName: body.accountName,
      };
      const held = ledger.balance(user, asset);
      const waits = held < units;
      const begun = newOfframp(asset, units, beneficiary, waits);
      const { reference } = begun;
      const about = { reference, narration: `Offramp of ${body.token} to ${beneficiary.bankName}` };
      const toBank = { from: 'providers', to: 'banks', asset: NAIRA, units: naira } as const;
      const tokens = { to: 'providers', asset, units, nature: 'CRYPTO_TRADE_SELL' } as const;
      if (waits) ledger.expect(about, { ...tokens, from: 'chains' }, toBank);
      else ledger.transfer(about, { ...tokens, from: user }, toBank);
      offramps.set(reference, { user, begun });
      if (!waits) return ok('Offramp initiated successfully', begun satisfies MoneiOfframp, 201);
      return ok(
        'Awaiting deposit',
        instructionsFor(begun, numberOf(held, asset), numberOf(units - held, asset)),
        202,
      );
    },
  );

  return {
    'GET /offramp/exchange/assets': route({}, () => ok('Assets retrieved successfully', offrampAssets())),
    'GET /offramp/exchange/quote': route(
      { query: { token, network, amount: tokenText, fiat } },
      ({ query }) => {
        const asset = assetOn(query.network, query.token);
        const amount = numberOf(unitsOf(query.amount, asset), asset);
        return ok('Quote retrieved successfully', {
          ...query,
          amount,
          rate: rateOf(asset),
        } satisfies MoneiOfframpQuote);
      },
    ),
    'POST /offramp/exchange/initiate': initiate,
    'GET /offramp/ledger/history': route({ query: PAGE }, ({ user, query: { page, limit } }) => {
      const theirs = [...offramps.values()].filter((one) => one.user === user);
      const { rows, total, totalPages } = pageOf(theirs, { page, limit });
      const meta = {
        totalItems: total,
        itemCount: rows.length,
        itemsPerPage: limit,
        totalPages,
        // A text, as Monei's own tests of its SDK have it.
        currentPage: String(page),
      };
      const message = 'Offramp history retrieved successfully';
      return {
        status: 200,
        body: {
          statusCode: 200,
          message,
          data: rows.map(current).map(recordOf),
          meta,
        } satisfies MoneiOfframpHistory,
      };
    }),
    'GET /offramp/ledger/status/:reference': route({ params: { reference: text } }, ({ user, params }) => {
      const found = offramps.get(params.reference);
      if (found?.user !== user) throw new ApiError(404, 'Offramp not found');
      return { status: 200, body: statusOf(current(found)) };
    }),
    'GET /offramp/payouts/banks': route({}, () =>
      ok(
        'Banks retrieved successfully',
        allBanks().map(({ name, code }) => ({ name, code })) satisfies MoneiBank[],
      ),
    ),
    'POST /offramp/payouts/verify': route({ body: { bankCode: text, accountNumber } }, ({ body }) =>
      ok('Account verified successfully', bankAccount(body.bankCode, body.accountNumber)),
    ),
  };
}

/** @throws {ApiError} 400 where the emulator does not have the token */
function assetOn(where: string, symbol: string): Asset {
  const found = TOKENS.find((one) => one.network === where && one.symbol === symbol);
  if (!found) throw new ApiError(400, `${symbol} is not available on ${where}`);
  return found;
}
