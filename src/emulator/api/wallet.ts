import type {
  MoneiBalance,
  MoneiEvmNetwork,
  MoneiEvmPortfolio,
  MoneiEvmToken,
  MoneiSolanaAddress,
  MoneiSolanaPortfolio,
  MoneiSubWallet,
  MoneiWallet,
} from '../../api-types.js';
import type { EmulatedUser } from '../registrations.js';
import {
  type Asset,
  CHAINS,
  type Chain,
  chainOf,
  dollars,
  NAIRA,
  nativeOf,
  numberOf,
  SOLANA,
  TOKENS,
  textOf,
  tokenAt,
} from './assets.js';
import {
  evmAddress as address,
  solanaAddress as mint,
  optional,
  queriedInteger,
  solanaNetwork,
} from './fields.js';
import type { Ledger } from './ledger.js';
import { evmAddress, idOf, solanaAddress } from './people.js';
import { ok, type Routes, route } from './route.js';

/** When every wallet was made. */
const DATES = {
  createdAt: '2025-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.000Z',
  deletedDate: null,
};
const MAINNET = 'mainnet-beta';

/** The balances of `wallet:read`, and networks and addresses. */
export function walletRoutes(ledger: Ledger): Routes {
  const units = (user: EmulatedUser, asset: Asset) => ledger.balance(user, asset);
  const balance = (user: EmulatedUser, asset: Asset) => {
    return { balance: textOf(units(user, asset), asset) } satisfies MoneiBalance;
  };
  /** Only the main network has anything. */
  const onSolana = (user: EmulatedUser, asset: Asset, where: string) =>
    where === MAINNET ? balance(user, asset) : { balance: '0' };

  const evmToken = (user: EmulatedUser, asset: Asset): MoneiEvmToken => ({
    contractAddress: asset.address,
    name: asset.name,
    symbol: asset.symbol,
    decimals: asset.decimals,
    type: asset.native ? 'native' : 'token',
    balance: textOf(units(user, asset), asset),
    balanceUSD: dollars(units(user, asset), asset),
    priceUSD: dollars(10n ** BigInt(asset.decimals), asset),
    rawBalance: String(units(user, asset)),
    network: asset.network,
  });

  const evmPortfolio = (user: EmulatedUser, chain: Chain): MoneiEvmPortfolio => {
    const tokens = tokensOf(chain.network).map((asset) => evmToken(user, asset));
    const nativeToken = evmToken(user, nativeOf(chain.network));
    return {
      userId: user.id,
      walletAddress: evmAddress(user),
      network: chain.name,
      totalPortfolioValueUSD: total([nativeToken, ...tokens].map(({ balanceUSD }) => balanceUSD)),
      nativeToken,
      tokens,
      updatedAt: new Date().toISOString(),
    };
  };

  const solanaPortfolio = (user: EmulatedUser, where: string): MoneiSolanaPortfolio => {
    const held = (asset: Asset) => (where === MAINNET ? units(user, asset) : 0n);
    const sol = nativeOf(SOLANA);
    const tokens = tokensOf(SOLANA).map((asset) => ({
      mintAddress: asset.address,
      name: asset.name,
      symbol: asset.symbol,
      balance: textOf(held(asset), asset),
      rawBalance: String(held(asset)),
      decimals: asset.decimals,
      priceUsd: Number(dollars(10n ** BigInt(asset.decimals), asset)),
      valueUsd: Number(dollars(held(asset), asset)),
    }));
    const nativeBalanceUsd = Number(dollars(held(sol), sol));
    return {
      userId: user.id,
      address: solanaAddress(user),
      nativeBalance: textOf(held(sol), sol),
      nativeBalanceLamports: String(held(sol)),
      nativeBalanceUsd,
      tokens,
      totalValueUsd: Number(total([nativeBalanceUsd, ...tokens.map(({ valueUsd }) => valueUsd)])),
    };
  };

  const subwallet = (user: EmulatedUser, changes: Partial<MoneiSubWallet>): MoneiSubWallet => ({
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
  });
  const nairaWallet = (user: EmulatedUser) =>
    subwallet(user, {
      type: 'FIAT',
      currency: 'NGN',
      balance: numberOf(units(user, NAIRA), NAIRA),
      virtualAccount: {
        id: idOf(`bank account of ${user.id}`),
        accountNumber: accountNumberOf(user),
        accountName: user.name ?? user.id,
        bankName: 'Indulge MFB',
        reference: idOf(`reference of ${user.id}`),
        status: 'active',
        isActive: true,
        ...DATES,
      },
    });
  const wallet = (user: EmulatedUser, chain: Chain | undefined): MoneiWallet => {
    const portfolio = chain && { evmPortfolio: evmPortfolio(user, chain) };
    const onEvm = CHAINS.map((one) => evmPortfolio(user, one).totalPortfolioValueUSD);
    const evm = { chain: 'EVM', publicAddress: evmAddress(user), balance: Number(total(onEvm)) } as const;
    const balance = solanaPortfolio(user, MAINNET).totalValueUsd;
    const solana = { chain: 'SOLANA', publicAddress: solanaAddress(user), balance } as const;
    const subwallets = [
      nairaWallet(user),
      subwallet(user, { ...evm, ...portfolio }),
      subwallet(user, solana),
    ];
    return { nairaBalance: Number(textOf(units(user, NAIRA), NAIRA)).toFixed(2), subwallets, ...portfolio };
  };

  return {
    'GET /wallet/me': route(
      { query: { chainId: optional(queriedInteger) } },
      ({ user, query: { chainId } }) =>
        // The spelling is Monei's own.
        ok(
          'User wallet retreived succesfully',
          wallet(user, chainId === undefined ? undefined : chainOf(chainId)),
        ),
    ),
    'GET /wallet/naira-wallet': route({}, ({ user }) =>
      ok('Naira wallet retrieved successfully', nairaWallet(user)),
    ),
    'GET /evm/portfolio/:chainId': route({ params: { chainId: queriedInteger } }, ({ user, params }) =>
      ok('Portfolio retrieved successfully', evmPortfolio(user, chainOf(params.chainId))),
    ),
    'GET /evm/balance/native': route({ query: { chainId: queriedInteger } }, ({ user, query }) =>
      ok('Balance retrieved successfully', balance(user, nativeOf(chainOf(query.chainId).network))),
    ),
    'GET /evm/balance/token': route(
      { query: { tokenAddress: address, chainId: queriedInteger } },
      ({ user, query }) =>
        ok(
          'Balance retrieved successfully',
          balance(user, tokenAt(chainOf(query.chainId).network, query.tokenAddress)),
        ),
    ),
    'GET /evm/networks': route({}, () => ok('Networks retrieved successfully', CHAINS.map(networkOf))),
    'GET /solana/address': route({}, ({ user }) =>
      ok('Address retrieved successfully', { address: solanaAddress(user) } satisfies MoneiSolanaAddress),
    ),
    'GET /solana/balance': route({ query: { network: solanaNetwork } }, ({ user, query }) =>
      ok('Balance retrieved successfully', onSolana(user, nativeOf(SOLANA), query.network)),
    ),
    'GET /solana/token-balance/:mint': route(
      { params: { mint }, query: { network: solanaNetwork } },
      ({ user, params, query }) =>
        ok('Balance retrieved successfully', onSolana(user, tokenAt(SOLANA, params.mint), query.network)),
    ),
    'GET /solana/portfolio': route({ query: { network: solanaNetwork } }, ({ user, query }) =>
      ok('Portfolio retrieved successfully', solanaPortfolio(user, query.network)),
    ),
  };
}

/** Ten digits. */
export function accountNumberOf({ id }: EmulatedUser): string {
  return `99${BigInt(`0x${idOf(`account number of ${id}`).slice(0, 8)}`) % 100_000_000n}`.padEnd(10, '0');
}

function tokensOf(where: string): Asset[] {
  return TOKENS.filter((asset) => asset.network === where && !asset.native);
}

function networkOf({ chainId, name, native, explorer }: Chain): MoneiEvmNetwork {
  return { chainId, name, nativeToken: native, blockExplorerUrl: explorer, isTestnet: false };
}

function total(dollarsEach: (string | number)[]): string {
  return dollarsEach.reduce((sum: number, one) => sum + Number(one), 0).toFixed(2);
}
