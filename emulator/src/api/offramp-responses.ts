import { randomUUID } from 'node:crypto';
import type {
  MoneiBankAccount,
  MoneiOfframp,
  MoneiOfframpAsset,
  MoneiOfframpAwaitingDeposit,
  MoneiOfframpRecord,
  MoneiOfframpStatus,
} from '../../../src/api/index.js';
import { type Asset, CHAINS, type Chain, convert, NAIRA, nativeOf, TOKENS, toNumber } from './assets.js';
import { evmAddressOf, newReference, newTxHash } from './people.js';

/** Time to send the tokens, in milliseconds (docs.monei.cc/api-reference/offramp-exchange). */
const DEPOSIT_WINDOW_MS = 30 * 60 * 1000;

/** The address to which users send the tokens of an offramp. */
const DEPOSIT_ADDRESS = evmAddressOf({ id: 'offramp of the emulator' });

/** Creates an offramp. If it `waits`, the user still has to send the tokens, else they come from the wallet. */
export function newOfframp(
  asset: Asset,
  units: bigint,
  beneficiary: MoneiBankAccount,
  waits: boolean,
): MoneiOfframp {
  const created = new Date().toISOString();
  return {
    id: randomUUID(),
    reference: newReference('OFF-'),
    status: waits ? 'awaiting_deposit' : 'pending',
    amounts: {
      crypto: { value: toNumber(units, asset), asset: asset.symbol, network: asset.network },
      fiat: { value: toNumber(convert(units, asset, NAIRA), NAIRA), currency: 'NGN' },
      exchangeRate: rateOf(asset),
      totalFee: 0,
    },
    beneficiary,
    onChain: waits
      ? { depositAddress: DEPOSIT_ADDRESS, sourceWallet: 'EXTERNAL_WALLET' }
      : { depositAddress: DEPOSIT_ADDRESS, txHash: newTxHash(), sourceWallet: 'MONEI_WALLET' },
    meta: {},
    timestamps: { created, updated: created, ...(waits && { depositExpires: expiryOf(created) }) },
  };
}

function expiryOf(created: string): string {
  return new Date(Date.parse(created) + DEPOSIT_WINDOW_MS).toISOString();
}

/** Returns the instructions for the user. `held` and `shortfall` are what the wallet has and lacks, in tokens. */
export function instructionsFor(
  transaction: MoneiOfframp,
  held: number,
  shortfall: number,
): MoneiOfframpAwaitingDeposit {
  const { value, asset: token, network } = transaction.amounts.crypto;
  // The route accepts only networks of CHAINS, and Starknet, where the emulator has no token.
  const chain = CHAINS.find((one) => one.network === network) as Chain;
  return {
    transaction,
    depositInstructions: {
      address: DEPOSIT_ADDRESS,
      amount: value,
      token,
      network,
      chainId: chain.chainId,
      expiresAt: expiryOf(transaction.timestamps.created),
      displayNetwork: chain.name,
      qrCodeData: DEPOSIT_ADDRESS,
    },
    currentBalance: { amount: held, token, network, shortfall },
    warnings: [`Send ${token} on ${network} only`],
    nextSteps: [`Send ${value} ${token} to ${DEPOSIT_ADDRESS}`],
  };
}

/** Returns an offramp as an entry of the history. */
export function offrampRecordOf({
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

export function offrampStatusOf(offramp: MoneiOfframp): MoneiOfframpStatus {
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
    expiresAt: expiryOf(timestamps.created),
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

/** Returns the price of one token in naira. */
export function rateOf(asset: Asset): number {
  return toNumber(convert(10n ** BigInt(asset.decimals), asset, NAIRA), NAIRA);
}

export function offrampAssets(): MoneiOfframpAsset[] {
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
