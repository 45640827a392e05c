import type {
  MoneiEvmPortfolio,
  MoneiEvmToken,
  MoneiSolanaPortfolio,
  MoneiSubWallet,
  MoneiWallet,
} from '../../../src/api/index.js';
import { displayName, type EmulatedUser } from '../registrations.js';
import {
  type Asset,
  CHAINS,
  type Chain,
  dollars,
  NAIRA,
  nativeOf,
  numberOf,
  SOLANA,
  TOKENS,
  textOf,
} from './assets.js';
import { accountNumberOf, evmAddressOf, idOf, solanaAddressOf } from './people.js';

// The balances of a user, in the forms of Monei's responses.

/** Returns the balance of an asset, in smallest units. */
export type Holdings = (asset: Asset) => bigint;

/** The dates of every wallet. */
const DATES = {
  createdAt: '2025-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.000Z',
  deletedDate: null,
};

export function wallet(user: EmulatedUser, held: Holdings, chain: Chain | undefined): MoneiWallet {
  const portfolio = chain && { evmPortfolio: evmPortfolio(user, held, chain) };
  const onEvm = CHAINS.map((one) => evmPortfolio(user, held, one).totalPortfolioValueUSD);
  const onSolana = solanaPortfolio(user, held).totalValueUsd;
  return {
    nairaBalance: numberOf(held(NAIRA), NAIRA).toFixed(2),
    subwallets: [
      nairaWallet(user, held),
      subwallet(user, {
        chain: 'EVM',
        publicAddress: evmAddressOf(user),
        balance: Number(total(onEvm)),
        ...portfolio,
      }),
      subwallet(user, { chain: 'SOLANA', publicAddress: solanaAddressOf(user), balance: onSolana }),
    ],
    ...portfolio,
  };
}

export function nairaWallet(user: EmulatedUser, held: Holdings): MoneiSubWallet {
  const virtualAccount = {
    id: idOf(`bank account of ${user.id}`),
    accountNumber: accountNumberOf(user),
    accountName: displayName(user),
    bankName: 'Indulge MFB',
    reference: idOf(`reference of ${user.id}`),
    status: 'active',
    isActive: true,
    ...DATES,
  };
  const balance = numberOf(held(NAIRA), NAIRA);
  return subwallet(user, { type: 'FIAT', currency: 'NGN', balance, virtualAccount });
}

function subwallet(user: EmulatedUser, changes: Partial<MoneiSubWallet>): MoneiSubWallet {
  return {
    id: idOf(`${changes.chain ?? 'naira'} wallet of ${user.id}`),
    parentWalletId: idOf(`wallet of ${user.id}`),
    type: 'CRYPTO',
    currency: 'USD',
    balance: 0,
    chain: null,
    publicAddress: null,
    virtualAccount: null,
    ...DATES,
    ...changes,
  };
}

export function evmPortfolio(user: EmulatedUser, held: Holdings, chain: Chain): MoneiEvmPortfolio {
  const nativeToken = evmToken(nativeOf(chain.network), held);
  const tokens = tokensOf(chain.network).map((asset) => evmToken(asset, held));
  return {
    userId: user.id,
    walletAddress: evmAddressOf(user),
    network: chain.name,
    totalPortfolioValueUSD: total([nativeToken, ...tokens].map(({ balanceUSD }) => balanceUSD)),
    nativeToken,
    tokens,
    updatedAt: new Date().toISOString(),
  };
}

function evmToken(asset: Asset, held: Holdings): MoneiEvmToken {
  const { address, name, symbol, decimals, native, network } = asset;
  return {
    contractAddress: address,
    name,
    symbol,
    decimals,
    type: native ? 'native' : 'token',
    balance: textOf(held(asset), asset),
    balanceUSD: dollars(held(asset), asset),
    priceUSD: price(asset),
    rawBalance: String(held(asset)),
    network,
  };
}

export function solanaPortfolio(user: EmulatedUser, held: Holdings): MoneiSolanaPortfolio {
  const sol = nativeOf(SOLANA);
  const nativeBalanceUsd = Number(dollars(held(sol), sol));
  const tokens = tokensOf(SOLANA).map((asset) => ({
    mintAddress: asset.address,
    name: asset.name,
    symbol: asset.symbol,
    balance: textOf(held(asset), asset),
    rawBalance: String(held(asset)),
    decimals: asset.decimals,
    priceUsd: Number(price(asset)),
    valueUsd: Number(dollars(held(asset), asset)),
  }));
  return {
    userId: user.id,
    address: solanaAddressOf(user),
    nativeBalance: textOf(held(sol), sol),
    nativeBalanceLamports: String(held(sol)),
    nativeBalanceUsd,
    tokens,
    totalValueUsd: Number(total([nativeBalanceUsd, ...tokens.map(({ valueUsd }) => valueUsd)])),
  };
}

function tokensOf(network: string): Asset[] {
  return TOKENS.filter((asset) => asset.network === network && !asset.native);
}

/** Returns the price of one token in dollars. */
function price(asset: Asset): string {
  return dollars(10n ** BigInt(asset.decimals), asset);
}

function total(dollarsEach: (string | number)[]): string {
  return dollarsEach.reduce((sum: number, one) => sum + Number(one), 0).toFixed(2);
}
