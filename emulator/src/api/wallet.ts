import type { MoneiBalance, MoneiEvmNetwork, MoneiSolanaAddress } from '../../../src/api/index.js';
import type { EmulatedUser } from '../registrations.js';
import { type Asset, CHAINS, type Chain, chainOf, nativeOf, SOLANA, textOf, tokenAt } from './assets.js';
import {
  evmAddress as address,
  queriedInteger as chainId,
  solanaAddress as mint,
  solanaNetwork as network,
  optional,
} from './fields.js';
import type { Ledger } from './ledger.js';
import { solanaAddress } from './people.js';
import { evmPortfolio, type Holdings, nairaWallet, solanaPortfolio, wallet } from './portfolios.js';
import { ok, type Reply, type Routes, route } from './route.js';

/** The balances of `wallet:read`, and networks and addresses. */
export function walletRoutes(ledger: Ledger): Routes {
  const of =
    (user: EmulatedUser): Holdings =>
    (asset) =>
      ledger.balance(user, asset);
  /** Test networks hold nothing. */
  const onSolana = (user: EmulatedUser, network: string): Holdings =>
    network === 'mainnet-beta' ? of(user) : () => 0n;

  return {
    'GET /wallet/me': route({ query: { chainId: optional(chainId) } }, (user, asked) => {
      const chain = asked.chainId === undefined ? undefined : chainOf(asked.chainId);
      // The spelling is Monei's own.
      return ok('User wallet retreived succesfully', wallet(user, of(user), chain));
    }),
    'GET /wallet/naira-wallet': route({}, (user) =>
      ok('Naira wallet retrieved successfully', nairaWallet(user, of(user))),
    ),
    'GET /evm/portfolio/:chainId': route({ params: { chainId } }, (user, { chainId }) =>
      ok('Portfolio retrieved successfully', evmPortfolio(user, of(user), chainOf(chainId))),
    ),
    'GET /evm/balance/native': route({ query: { chainId } }, (user, { chainId }) =>
      balance(nativeOf(chainOf(chainId).network), of(user)),
    ),
    'GET /evm/balance/token': route({ query: { tokenAddress: address, chainId } }, (user, asked) =>
      balance(tokenAt(chainOf(asked.chainId).network, asked.tokenAddress), of(user)),
    ),
    'GET /evm/networks': route({}, () => ok('Networks retrieved successfully', CHAINS.map(networkOf))),
    'GET /solana/address': route({}, (user) =>
      ok<MoneiSolanaAddress>('Address retrieved successfully', { address: solanaAddress(user) }),
    ),
    'GET /solana/balance': route({ query: { network } }, (user, { network }) =>
      balance(nativeOf(SOLANA), onSolana(user, network)),
    ),
    'GET /solana/token-balance/:mint': route({ params: { mint }, query: { network } }, (user, asked) =>
      balance(tokenAt(SOLANA, asked.mint), onSolana(user, asked.network)),
    ),
    'GET /solana/portfolio': route({ query: { network } }, (user, { network }) =>
      ok('Portfolio retrieved successfully', solanaPortfolio(user, onSolana(user, network))),
    ),
  };
}

function balance(asset: Asset, held: Holdings): Reply {
  return ok<MoneiBalance>('Balance retrieved successfully', { balance: textOf(held(asset), asset) });
}

function networkOf({ chainId, name, native, explorer }: Chain): MoneiEvmNetwork {
  return { chainId, name, nativeToken: native, blockExplorerUrl: explorer, isTestnet: false };
}
