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
  formatAmount,
  NAIRA,
  nativeOf,
  SOLANA,
  TOKENS,
  toNumber,
} from './assets.js';
import { accountNumberOf, evmAddressOf, idOf, solanaAddressOf } from './people.js';

// Monei's responses about the balances of a user.

/** Returns the balance of an asset, in smallest units. */
export type BalanceOf = (asset: Asset) => bigint;

/** The dates of every wallet. */
const DATES = {
  createdAt: '2025-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.000Z',
  deletedDate: null,
};

export function wallet(user: EmulatedUser, balanceOf: BalanceOf, chain: Chain | undefined): MoneiWallet {
  const portfolio = chain && { evmPortfolio: evmPortfolio(user, balanceOf, chain) };
  const onEvm = CHAINS.map((one) => evmPortfolio(user, balanceOf, one).totalPortfolioValueUSD);
  const onSolana = solanaPortfolio(user, balanceOf).totalValueUsd;
  return {
    nairaBalance: toNumber(balanceOf(NAIRA), NAIRA).toFixed(2),
    subwallets: [
      nairaWallet(user, balanceOf),
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

export function nairaWallet(user: EmulatedUser, balanceOf: BalanceOf): MoneiSubWallet {
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
  const balance = toNumber(balanceOf(NAIRA), NAIRA);
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

export function evmPortfolio(user: EmulatedUser, balanceOf: BalanceOf, chain: Chain): MoneiEvmPortfolio {
  const nativeToken = evmToken(nativeOf(chain.network), balanceOf);
  const tokens = tokensOf(chain.network).map((asset) => evmToken(asset, balanceOf));
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

function evmToken(asset: Asset, balanceOf: BalanceOf): MoneiEvmToken {
  const { address, name, symbol, decimals, native, network } = asset;
  return {
    contractAddress: address,
    name,
    symbol,
    decimals,
    type: native ? 'native' : 'token',
    balance: formatAmount(balanceOf(asset), asset),
    balanceUSD: dollars(balanceOf(asset), asset),
    priceUSD: price(asset),
    rawBalance: String(balanceOf(asset)),
    network,
  };
}

export function solanaPortfolio(user: EmulatedUser, balanceOf: BalanceOf): MoneiSolanaPortfolio {
  const sol = nativeOf(SOLANA);
  const nativeBalanceUsd = Number(dollars(balanceOf(sol), sol));
  const tokens = tokensOf(SOLANA).map((asset) => ({
    mintAddress: asset.address,
    name: asset.name,
    symbol: asset.symbol,
    balance: formatAmount(balanceOf(asset), asset),
    rawBalance: String(balanceOf(asset)),
    decimals: asset.decimals,
    priceUsd: Number(price(asset)),
    valueUsd: Number(dollars(balanceOf(asset), asset)),
  }));
  return {
    userId: user.id,
    address: solanaAddressOf(user),
    nativeBalance: formatAmount(balanceOf(sol), sol),
    nativeBalanceLamports: String(balanceOf(sol)),
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
