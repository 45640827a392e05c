import type { MoneiBalance, MoneiEvmNetwork, MoneiSolanaAddress } from '../../../src/api/index.js';
import type { EmulatedUser } from '../registrations.js';
import {
  type Asset,
  CHAINS,
  type Chain,
  chainOf,
  formatAmount,
  nativeOf,
  SOLANA,
  tokenAt,
} from './assets.js';
import {
  evmAddress as address,
  queriedInteger as chainId,
  solanaAddress as mint,
  solanaNetwork as network,
  optional,
} from './fields.js';
import type { Ledger } from './ledger.js';
import { solanaAddressOf } from './people.js';
import { type BalanceOf, evmPortfolio, nairaWallet, solanaPortfolio, wallet } from './portfolios.js';
import { type ApiResponse, ok, type Routes, route } from './route.js';

/** Returns the routes of balances, which need `wallet:read`, and those of networks and addresses. */
export function walletRoutes(ledger: Ledger): Routes {
  const balancesOf =
    (user: EmulatedUser): BalanceOf =>
    (asset) =>
      ledger.balance(user, asset);
  /** On test networks, all balances are zero. */
  const onSolana = (user: EmulatedUser, network: string): BalanceOf =>
    network === 'mainnet-beta' ? balancesOf(user) : () => 0n;

  return {
    'GET /wallet/me': route({ query: { chainId: optional(chainId) } }, (user, input) => {
      const chain = input.chainId === undefined ? undefined : chainOf(input.chainId);
      // Monei spells it like this.
      return ok('User wallet retreived succesfully', wallet(user, balancesOf(user), chain));
    }),
    'GET /wallet/naira-wallet': route({}, (user) =>
      ok('Naira wallet retrieved successfully', nairaWallet(user, balancesOf(user))),
    ),
    'GET /evm/portfolio/:chainId': route({ params: { chainId } }, (user, { chainId }) =>
      ok('Portfolio retrieved successfully', evmPortfolio(user, balancesOf(user), chainOf(chainId))),
    ),
    'GET /evm/balance/native': route({ query: { chainId } }, (user, { chainId }) =>
      balance(nativeOf(chainOf(chainId).network), balancesOf(user)),
    ),
    'GET /evm/balance/token': route({ query: { tokenAddress: address, chainId } }, (user, input) =>
      balance(tokenAt(chainOf(input.chainId).network, input.tokenAddress), balancesOf(user)),
    ),
    'GET /evm/networks': route({}, () => ok('Networks retrieved successfully', CHAINS.map(networkOf))),
    'GET /solana/address': route({}, (user) =>
      ok<MoneiSolanaAddress>('Address retrieved successfully', { address: solanaAddressOf(user) }),
    ),
    'GET /solana/balance': route({ query: { network } }, (user, { network }) =>
      balance(nativeOf(SOLANA), onSolana(user, network)),
    ),
    'GET /solana/token-balance/:mint': route({ params: { mint }, query: { network } }, (user, input) =>
      balance(tokenAt(SOLANA, input.mint), onSolana(user, input.network)),
    ),
    'GET /solana/portfolio': route({ query: { network } }, (user, { network }) =>
      ok('Portfolio retrieved successfully', solanaPortfolio(user, onSolana(user, network))),
    ),
  };
}

function balance(asset: Asset, balanceOf: BalanceOf): ApiResponse {
  return ok<MoneiBalance>('Balance retrieved successfully', {
    balance: formatAmount(balanceOf(asset), asset),
  });
}

function networkOf({ chainId, name, native, explorer }: Chain): MoneiEvmNetwork {
  return { chainId, name, nativeToken: native, blockExplorerUrl: explorer, isTestnet: false };
}
