import type { MoneiEvmTransaction, MoneiSolanaSwap, MoneiSolanaTransfer } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { type Asset, chainOf, convert, nativeOf, SOLANA, tokenAt, unitsOf } from './assets.js';
import {
  absent,
  evmAddress,
  type Field,
  integer,
  optional,
  solanaAddress,
  solanaNetwork,
  tokenAmount,
  tokenNumber,
  tokenText,
  withDefault,
} from './fields.js';
import type { Ledger } from './ledger.js';
import { newReference, newSignature, newTxHash, type People } from './people.js';
import { ok, type Routes, route } from './route.js';
import { type Deal, priceOf, quoteOf } from './swap-answers.js';

/** `swap:execute`, with prices and quotes. Swaps cost no gas and no fee. */
export function cryptoRoutes(ledger: Ledger, people: People): Routes {
  const swap = (user: EmulatedUser, { from, to, given, taken }: Deal, hash: string) =>
    ledger.transfer(
      {
        reference: newReference('SWAP-'),
        narration: `Swap ${from.symbol} to ${to.symbol}`,
        metadata: { hash },
      },
      { from: user, to: 'chains', asset: from, units: given, nature: 'CRYPTO_TRADE_SELL' },
      { from: 'chains', to: user, asset: to, units: taken, nature: 'CRYPTO_TRADE_BUY' },
    );

  const send = (user: EmulatedUser, address: string, asset: Asset, amount: string, hash: string) => {
    const receiver = people.at(address);
    if (receiver?.id === user.id) throw new ApiError(400, 'You cannot send to your own address');
    ledger.transfer(
      {
        reference: newReference('SEND-'),
        narration: `Send ${asset.symbol} to ${address}`,
        metadata: { hash },
      },
      {
        from: user,
        to: receiver ?? 'chains',
        asset,
        units: unitsOf(amount, asset),
        nature: receiver ? 'CRYPTO_P2P' : 'CRYPTO_WITHDRAWAL',
      },
    );
  };

  const evmSwap = (tokenIn: Side, tokenOut: Side) => {
    const takes = {
      body: { tokenIn, tokenOut, amount: tokenText, chainId: integer, amountOut: optional(tokenText) },
    };
    const deal = ({
      chainId,
      amount,
      ...sides
    }: {
      chainId: number;
      amount: string;
      tokenIn?: string | undefined;
      tokenOut?: string | undefined;
    }) => dealOf(chainOf(chainId).network, sides.tokenIn, sides.tokenOut, amount);
    return [
      route(takes, ({ user, body }) => {
        const txHash = newTxHash();
        swap(user, deal(body), txHash);
        return ok('Swap executed successfully', { txHash } satisfies MoneiEvmTransaction);
      }),
      route(takes, ({ body }) => ok('Price retrieved successfully', priceOf(deal(body), body.chainId))),
    ] as const;
  };

  const solanaSwap = (inputMint: Side, outputMint: Side, amount: Field<string>) => {
    const slippageBps = withDefault(integer, 50);
    return [
      route({ body: { inputMint, outputMint, amount, slippageBps } }, ({ user, body }) => {
        const signature = newSignature();
        swap(user, dealOf(SOLANA, body.inputMint, body.outputMint, body.amount), signature);
        const txUrl = `https://solscan.io/tx/${signature}`;
        return ok('Swap executed successfully', { signature, txUrl } satisfies MoneiSolanaSwap);
      }),
      route({ query: { inputMint, outputMint, amount: tokenText } }, ({ query }) =>
        ok(
          'Quote retrieved successfully',
          quoteOf(dealOf(SOLANA, query.inputMint, query.outputMint, query.amount)),
        ),
      ),
    ] as const;
  };

  const evmSend = (tokenAddress: Side) =>
    route(
      { body: { to: evmAddress, tokenAddress, amount: tokenText, chainId: integer } },
      ({ user, body }) => {
        const txHash = newTxHash();
        send(user, body.to, assetAt(chainOf(body.chainId).network, body.tokenAddress), body.amount, txHash);
        return ok('Transaction sent successfully', { txHash } satisfies MoneiEvmTransaction);
      },
    );
  const solanaSend = (tokenMintAddress: Side) =>
    route(
      { body: { to: solanaAddress, tokenMintAddress, amount: tokenText, network: solanaNetwork } },
      ({ user, body }) => {
        if (body.network !== 'mainnet-beta')
          throw new ApiError(400, `Insufficient balance on ${body.network}`);
        const signature = newSignature();
        send(user, body.to, assetAt(SOLANA, body.tokenMintAddress), body.amount, signature);
        return ok('Transaction sent successfully', { signature } satisfies MoneiSolanaTransfer);
      },
    );

  const routes: Routes = {
    'POST /evm/send/native': evmSend(absent),
    'POST /evm/send/token': evmSend(evmAddress),
    'POST /solana/transfer': solanaSend(absent),
    'POST /solana/transfer-token': solanaSend(solanaAddress),
  };
  const SWAPS = {
    'native-to-token': [absent, evmAddress],
    'token-to-token': [evmAddress, evmAddress],
    'token-to-native': [evmAddress, absent],
  } as const;
  for (const [name, [tokenIn, tokenOut]] of Object.entries(SWAPS)) {
    [routes[`POST /evm-exchange/${name}`], routes[`POST /evm-exchange/price/${name}`]] = evmSwap(
      tokenIn,
      tokenOut,
    );
  }
  const ON_SOLANA = {
    'sol-to-token': [absent, solanaAddress, tokenNumber],
    'token-to-sol': [solanaAddress, absent, tokenAmount],
    'token-to-token': [solanaAddress, solanaAddress, tokenNumber],
  } as const;
  for (const [name, [input, output, amount]] of Object.entries(ON_SOLANA)) {
    [routes[`POST /solana-exchange/swap-${name}`], routes[`GET /solana-exchange/quote/${name}`]] = solanaSwap(
      input,
      output,
      amount,
    );
  }
  return routes;
}

/** The address of a token, or nothing where it is the native one. */
type Side = Field<string | undefined>;

function assetAt(network: string, address: string | undefined): Asset {
  return address === undefined ? nativeOf(network) : tokenAt(network, address);
}

/** @throws {ApiError} 400 for a token for itself, or an amount that gives nothing */
function dealOf(
  network: string,
  input: string | undefined,
  output: string | undefined,
  amount: string,
): Deal {
  const [from, to] = [assetAt(network, input), assetAt(network, output)];
  if (from === to) throw new ApiError(400, 'The tokens must differ');
  const given = unitsOf(amount, from);
  const taken = convert(given, from, to);
  if (taken === 0n) throw new ApiError(400, 'The amount is too small');
  return { from, to, given, taken };
}
