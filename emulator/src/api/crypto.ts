import type { MoneiEvmTransaction, MoneiSolanaSwap, MoneiSolanaTransfer } from '../../../src/api/index.js';
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
} from './fields.js';
import type { Ledger } from './ledger.js';
import { newReference, newSignature, newTxHash, userAt } from './people.js';
import { ok, type Route, type Routes, route } from './route.js';
import { type Deal, priceOf, quoteOf } from './swap-responses.js';

/** The address of a token. `undefined` for the native token. */
type Address = string | undefined;
type Side = Field<Address>;

const evmSwapOf = (tokenIn: Side, tokenOut: Side) => ({
  body: { tokenIn, tokenOut, amount: tokenText, chainId: integer, amountOut: optional(tokenText) },
});

/** Returns the routes of `swap:execute`, and those of prices and quotes. Swaps cost neither gas nor a fee. */
export function cryptoRoutes(ledger: Ledger, users: readonly EmulatedUser[]): Routes {
  const swap = (user: EmulatedUser, { from, to, given, taken }: Deal, hash: string) => {
    const narration = `Swap ${from.symbol} to ${to.symbol}`;
    ledger.transfer(
      { reference: newReference('SWAP-'), narration, metadata: { hash } },
      { from: user, to: 'chains', asset: from, units: given, nature: 'CRYPTO_TRADE_SELL' },
      { from: 'chains', to: user, asset: to, units: taken, nature: 'CRYPTO_TRADE_BUY' },
    );
  };
  const evmSwap = (tokenIn: Side, tokenOut: Side) =>
    route(evmSwapOf(tokenIn, tokenOut), (user, input) => {
      const txHash = newTxHash();
      const { network } = chainOf(input.chainId);
      swap(user, dealOf(network, input.tokenIn, input.tokenOut, input.amount), txHash);
      return ok<MoneiEvmTransaction>('Swap executed successfully', { txHash });
    });
  const solanaSwap = (inputMint: Side, outputMint: Side, amount: Field<string>) =>
    route({ body: { inputMint, outputMint, amount, slippageBps: optional(integer) } }, (user, input) => {
      const signature = newSignature();
      swap(user, dealOf(SOLANA, input.inputMint, input.outputMint, input.amount), signature);
      const txUrl = `https://solscan.io/tx/${signature}`;
      return ok<MoneiSolanaSwap>('Swap executed successfully', { signature, txUrl });
    });

  const send = (user: EmulatedUser, address: string, asset: Asset, amount: string, hash: string) => {
    const receiver = userAt(address, users);
    if (receiver?.id === user.id) throw new ApiError(400, 'You cannot send to your own address');
    const units = unitsOf(amount, asset);
    const nature = receiver ? 'CRYPTO_P2P' : 'CRYPTO_WITHDRAWAL';
    const narration = `Send ${asset.symbol} to ${address}`;
    ledger.transfer(
      { reference: newReference('SEND-'), narration, metadata: { hash } },
      { from: user, to: receiver ?? 'chains', asset, units, nature },
    );
  };
  const evmSend = (tokenAddress: Side) =>
    route({ body: { to: evmAddress, tokenAddress, amount: tokenText, chainId: integer } }, (user, input) => {
      const txHash = newTxHash();
      const asset = assetAt(chainOf(input.chainId).network, input.tokenAddress);
      send(user, input.to, asset, input.amount, txHash);
      return ok<MoneiEvmTransaction>('Transaction sent successfully', { txHash });
    });
  const solanaSend = (tokenMintAddress: Side) =>
    route(
      { body: { to: solanaAddress, tokenMintAddress, amount: tokenText, network: solanaNetwork } },
      (user, { to, tokenMintAddress, amount, network }) => {
        if (network !== 'mainnet-beta') throw new ApiError(400, `Insufficient balance on ${network}`);
        const signature = newSignature();
        send(user, to, assetAt(SOLANA, tokenMintAddress), amount, signature);
        return ok<MoneiSolanaTransfer>('Transaction sent successfully', { signature });
      },
    );

  return {
    'POST /evm-exchange/native-to-token': evmSwap(absent, evmAddress),
    'POST /evm-exchange/token-to-token': evmSwap(evmAddress, evmAddress),
    'POST /evm-exchange/token-to-native': evmSwap(evmAddress, absent),
    'POST /evm-exchange/price/native-to-token': evmPrice(absent, evmAddress),
    'POST /evm-exchange/price/token-to-token': evmPrice(evmAddress, evmAddress),
    'POST /evm-exchange/price/token-to-native': evmPrice(evmAddress, absent),
    'POST /solana-exchange/swap-sol-to-token': solanaSwap(absent, solanaAddress, tokenNumber),
    'POST /solana-exchange/swap-token-to-sol': solanaSwap(solanaAddress, absent, tokenAmount),
    'POST /solana-exchange/swap-token-to-token': solanaSwap(solanaAddress, solanaAddress, tokenNumber),
    'GET /solana-exchange/quote/sol-to-token': solanaQuote(absent, solanaAddress),
    'GET /solana-exchange/quote/token-to-sol': solanaQuote(solanaAddress, absent),
    'GET /solana-exchange/quote/token-to-token': solanaQuote(solanaAddress, solanaAddress),
    'POST /evm/send/native': evmSend(absent),
    'POST /evm/send/token': evmSend(evmAddress),
    'POST /solana/transfer': solanaSend(absent),
    'POST /solana/transfer-token': solanaSend(solanaAddress),
  };
}

function evmPrice(tokenIn: Side, tokenOut: Side): Route {
  return route(evmSwapOf(tokenIn, tokenOut), (_user, { chainId, amount, ...sides }) => {
    const deal = dealOf(chainOf(chainId).network, sides.tokenIn, sides.tokenOut, amount);
    return ok('Price retrieved successfully', priceOf(deal, chainId));
  });
}

function solanaQuote(inputMint: Side, outputMint: Side): Route {
  return route({ query: { inputMint, outputMint, amount: tokenText } }, (_user, input) => {
    const deal = dealOf(SOLANA, input.inputMint, input.outputMint, input.amount);
    return ok('Quote retrieved successfully', quoteOf(deal));
  });
}

function assetAt(network: string, address: Address): Asset {
  return address === undefined ? nativeOf(network) : tokenAt(network, address);
}

/** @throws {ApiError} 400 for a token for itself, or an amount that gives nothing */
function dealOf(network: string, input: Address, output: Address, amount: string): Deal {
  const [from, to] = [assetAt(network, input), assetAt(network, output)];
  if (from === to) throw new ApiError(400, 'The tokens must differ');
  const given = unitsOf(amount, from);
  const taken = convert(given, from, to);
  if (taken === 0n) throw new ApiError(400, 'The amount is too small');
  return { from, to, given, taken };
}
