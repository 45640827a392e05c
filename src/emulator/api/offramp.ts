import type {
  MoneiBank,
  MoneiOfframp,
  MoneiOfframpAsset,
  MoneiOfframpAwaitingDeposit,
  MoneiOfframpHistory,
  MoneiOfframpQuote,
  MoneiOfframpRecord,
  MoneiOfframpStatus,
} from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import {
  type Asset,
  CHAINS,
  type Chain,
  convert,
  NAIRA,
  nativeOf,
  numberOf,
  TOKENS,
  unitsOf,
} from './assets.js';
import { accountNumber, oneOf, text, tokenNumber, tokenText, withDefault } from './fields.js';
import type { Ledger } from './ledger.js';
import { PAGE, pageOf } from './pages.js';
import { evmAddress, idOf, newReference, newTxHash } from './people.js';
import { ok, type Routes, route } from './route.js';
import { allBanks, bankAccount } from './transfers.js';

/** How long somebody has to send the tokens, in milliseconds (docs.monei.cc/api-reference/offramp-exchange). */
const WINDOW = 30 * 60 * 1000;

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

/** Where tokens are sent that an offramp waits for. */
const DEPOSIT_ADDRESS = evmAddress({ id: 'offramp of the emulator' });

/** `offramp:execute`, and its ledger. Fixed rates, no fee. */
export function offrampRoutes(ledger: Ledger): Routes {
  /** By reference: whose it is, and how it began. */
  const offramps = new Map<string, { user: EmulatedUser; begun: MoneiOfframp }>();
  /** As it is by now. */
  const current = (begun: MoneiOfframp): MoneiOfframp =>
    ledger.isWaiting(begun.reference) ? begun : { ...begun, status: 'completed' };
  /** The first one began first. */
  const offrampsOf = (user: EmulatedUser) =>
    [...offramps.values()].filter((one) => one.user === user).map(({ begun }) => current(begun));

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
      const { bankName } = bankAccount(body.bankCode, body.accountNumber);
      const available = ledger.balance(user, asset);
      const waits = available < units;
      const now = new Date().toISOString();
      const expires = new Date(Date.now() + WINDOW).toISOString();
      const { bankCode, accountNumber, accountName } = body;
      const begun: MoneiOfframp = {
        id: idOf(`offramp ${now} ${Math.random()}`),
        reference: newReference('OFF-'),
        status: waits ? 'awaiting_deposit' : 'pending',
        amounts: {
          crypto: { value: numberOf(units, asset), asset: body.token, network: body.network },
          fiat: { value: numberOf(naira, NAIRA), currency: 'NGN' },
          exchangeRate: rateOf(asset),
          totalFee: 0,
        },
        beneficiary: { bankCode, bankName, accountNumber, accountName },
        onChain: {
          depositAddress: DEPOSIT_ADDRESS,
          ...(waits ? {} : { txHash: newTxHash() }),
          sourceWallet: waits ? 'EXTERNAL_WALLET' : 'MONEI_WALLET',
        },
        meta: {},
        timestamps: { created: now, updated: now, ...(waits && { depositExpires: expires }) },
      };
      const { reference } = begun;
      const about = { reference, narration: `Offramp of ${body.token} to ${bankName}` };
      const toBank = { from: 'providers', to: 'banks', asset: NAIRA, units: naira } as const;
      const tokens = { to: 'providers', asset, units, nature: 'CRYPTO_TRADE_SELL' } as const;
      if (waits) ledger.expect(about, { ...tokens, from: 'chains' }, toBank);
      else ledger.transfer(about, { ...tokens, from: user }, toBank);
      offramps.set(reference, { user, begun });
      if (!waits) return ok('Offramp initiated successfully', begun satisfies MoneiOfframp, 201);
      return ok(
        'Awaiting deposit',
        instructionsFor(begun, expires, numberOf(units - available, asset), numberOf(available, asset)),
        202,
      );
    },
  );

  return {
    'GET /offramp/exchange/assets': route({}, () => ok('Assets retrieved successfully', assets())),
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
      const { rows, total, totalPages } = pageOf(offrampsOf(user), { page, limit });
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
        body: { statusCode: 200, message, data: rows.map(recordOf), meta } satisfies MoneiOfframpHistory,
      };
    }),
    'GET /offramp/ledger/status/:reference': route({ params: { reference: text } }, ({ user, params }) => {
      const found = offrampsOf(user).find(({ reference }) => reference === params.reference);
      if (!found) throw new ApiError(404, 'Offramp not found');
      return { status: 200, body: statusOf(found) };
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

/** Naira for one token. */
function rateOf(asset: Asset): number {
  return numberOf(convert(10n ** BigInt(asset.decimals), asset, NAIRA), NAIRA);
}

function assets(): MoneiOfframpAsset[] {
  return (['USDT', 'USDC', 'CNGN'] as const).map((symbol) => {
    const tokens = TOKENS.filter(
      (one) => one.symbol === symbol && CHAINS.some(({ network }) => network === one.network),
    );
    const networks = tokens.map(({ network, address, decimals }) => {
      return { network, contractAddress: address, decimals, baseCurrency: nativeOf(network).symbol };
    });
    return { symbol, name: String(tokens[0]?.name), networks };
  });
}

function instructionsFor(
  transaction: MoneiOfframp,
  expiresAt: string,
  shortfall: number,
  amount: number,
): MoneiOfframpAwaitingDeposit {
  const { value, asset: token, network } = transaction.amounts.crypto;
  // There is one: the token was found on it.
  const chain = CHAINS.find((one) => one.network === network) as Chain;
  return {
    transaction,
    depositInstructions: {
      address: DEPOSIT_ADDRESS,
      amount: value,
      token,
      network,
      chainId: chain.chainId,
      expiresAt,
      displayNetwork: chain.name,
      qrCodeData: DEPOSIT_ADDRESS,
    },
    currentBalance: { amount, token, network, shortfall },
    warnings: [`Send ${token} on ${network} only`],
    nextSteps: [`Send ${value} ${token} to ${DEPOSIT_ADDRESS}`],
  };
}

function recordOf({
  id,
  reference,
  status,
  amounts,
  beneficiary,
  timestamps,
}: MoneiOfframp): MoneiOfframpRecord {
  const { bankCode, accountNumber } = beneficiary;
  const done = status === 'completed' && { completedAt: timestamps.updated };
  return {
    id,
    reference,
    status,
    asset: amounts.crypto.asset,
    network: amounts.crypto.network,
    cryptoAmount: amounts.crypto.value,
    fiatAmount: amounts.fiat.value,
    fiatCurrency: amounts.fiat.currency,
    exchangeRate: amounts.exchangeRate,
    beneficiary: { bankCode, accountNumber },
    createdAt: timestamps.created,
    ...done,
  };
}

function statusOf(offramp: MoneiOfframp): MoneiOfframpStatus {
  const { id, reference, status, amounts, beneficiary, timestamps } = offramp;
  const { bankCode, accountNumber, accountName } = beneficiary;
  const done = status === 'completed';
  return {
    id,
    internalReference: reference,
    provider: 'emulator',
    providerTransactionId: id,
    status,
    cryptoAmount: amounts.crypto.value,
    fiatAmount: amounts.fiat.value,
    exchangeRate: amounts.exchangeRate,
    fromCurrency: amounts.crypto.asset,
    toCurrency: amounts.fiat.currency,
    createdAt: timestamps.created,
    updatedAt: timestamps.updated,
    expiresAt: new Date(Date.parse(timestamps.created) + WINDOW).toISOString(),
    providerStatus: done ? 'COMPLETED' : 'PROCESSING',
    fees: { providerFee: 0, networkFee: 0, serviceFee: 0 },
    debitPaymentDetails: {
      paymentMethod: 'STABLE_CURRENCY',
      currency: amounts.crypto.asset,
      network: amounts.crypto.network,
      walletAddress: DEPOSIT_ADDRESS,
    },
    creditPaymentDetails: {
      paymentMethod: 'BANK_TRANSFER',
      currency: 'NGN',
      accountName,
      accountNumber,
      bankCode,
    },
    ...(done && { completedAt: timestamps.updated }),
  };
}
