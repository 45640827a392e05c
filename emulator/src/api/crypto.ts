import type { MoneiEvmTransaction, MoneiSolanaSwap, MoneiSolanaTransfer } from '../../../src/api/index.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { type Asset, chainOf, convert, nativeOf, parseAmount, SOLANA, tokenAt } from './assets.js';
import {
  absent,
  amountAsEither,
  amountAsNumber,
  amountAsText,
  evmAddress,
  type Field,
  integer,
  optional,
  solanaAddress,
  solanaNetwork,
} from './fields.js';
import type { Ledger } from './ledger.js';
import { newReference, newSignature, newTxHash, userWithAddress } from './people.js';
import { ok, type Route, type Routes, route } from './route.js';
import { type Deal, priceOf, quoteOf } from './swap-responses.js';

/** The address of a token. `undefined` for the native token. */
type Address = string | undefined;
type AddressField = Field<Address>;

const evmSwapSchema = (tokenIn: AddressField, tokenOut: AddressField) => ({
  body: { tokenIn, tokenOut, amount: amountAsText, chainId: integer, amountOut: optional(amountAsText) },
});

/** Returns the routes of `swap:execute`, and those of prices and quotes. Swaps cost neither gas nor a fee. */
export function cryptoRoutes(ledger: Ledger, users: readonly EmulatedUser[]): Routes {
  const swap = (user: EmulatedUser, { from, to, paid, received }: Deal, hash: string) => {
    const narration = `Swap ${from.symbol} to ${to.symbol}`;
    ledger.transfer(
      { reference: newReference('SWAP-'), narration, metadata: { hash } },
      { from: user, to: 'chains', asset: from, units: paid, nature: 'CRYPTO_TRADE_SELL' },
      { from: 'chains', to: user, asset: to, units: received, nature: 'CRYPTO_TRADE_BUY' },
    );
  };
  const evmSwap = (tokenIn: AddressField, tokenOut: AddressField) =>
    route(evmSwapSchema(tokenIn, tokenOut), (user, input) => {
      const txHash = newTxHash();
      const { network } = chainOf(input.chainId);
      swap(user, dealOf(network, input.tokenIn, input.tokenOut, input.amount), txHash);
      return ok<MoneiEvmTransaction>('Swap executed successfully', { txHash });
    });
  const solanaSwap = (inputMint: AddressField, outputMint: AddressField, amount: Field<string>) =>
    route({ body: { inputMint, outputMint, amount, slippageBps: optional(integer) } }, (user, input) => {
      const signature = newSignature();
      swap(user, dealOf(SOLANA, input.inputMint, input.outputMint, input.amount), signature);
      const txUrl = `https://solscan.io/tx/${signature}`;
      return ok<MoneiSolanaSwap>('Swap executed successfully', { signature, txUrl });
    });

  const send = (user: EmulatedUser, address: string, asset: Asset, amount: string, hash: string) => {
    const receiver = userWithAddress(address, users);
    if (receiver?.id === user.id) throw new ApiError(400, 'You cannot send to your own address');
    const units = parseAmount(amount, asset);
    const nature = receiver ? 'CRYPTO_P2P' : 'CRYPTO_WITHDRAWAL';
    const narration = `Send ${asset.symbol} to ${address}`;
    ledger.transfer(
      { reference: newReference('SEND-'), narration, metadata: { hash } },
      { from: user, to: receiver ?? 'chains', asset, units, nature },
    );
  };
  const evmSend = (tokenAddress: AddressField) =>
    route(
      { body: { to: evmAddress, tokenAddress, amount: amountAsText, chainId: integer } },
      (user, input) => {
        const txHash = newTxHash();
        const asset = assetAt(chainOf(input.chainId).network, input.tokenAddress);
        send(user, input.to, asset, input.amount, txHash);
        return ok<MoneiEvmTransaction>('Transaction sent successfully', { txHash });
      },
    );
  const solanaSend = (tokenMintAddress: AddressField) =>
    route(
      { body: { to: solanaAddress, tokenMintAddress, amount: amountAsText, network: solanaNetwork } },
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
    'POST /solana-exchange/swap-sol-to-token': solanaSwap(absent, solanaAddress, amountAsNumber),
    'POST /solana-exchange/swap-token-to-sol': solanaSwap(solanaAddress, absent, amountAsEither),
    'POST /solana-exchange/swap-token-to-token': solanaSwap(solanaAddress, solanaAddress, amountAsNumber),
    'GET /solana-exchange/quote/sol-to-token': solanaQuote(absent, solanaAddress),
    'GET /solana-exchange/quote/token-to-sol': solanaQuote(solanaAddress, absent),
    'GET /solana-exchange/quote/token-to-token': solanaQuote(solanaAddress, solanaAddress),
    'POST /evm/send/native': evmSend(absent),
    'POST /evm/send/token': evmSend(evmAddress),
    'POST /solana/transfer': solanaSend(absent),
    'POST /solana/transfer-token': solanaSend(solanaAddress),
  };
}

function evmPrice(tokenIn: AddressField, tokenOut: AddressField): Route {
  return route(evmSwapSchema(tokenIn, tokenOut), (_user, { chainId, amount, ...sides }) => {
    const deal = dealOf(chainOf(chainId).network, sides.tokenIn, sides.tokenOut, amount);
    return ok('Price retrieved successfully', priceOf(deal, chainId));
  });
}

function solanaQuote(inputMint: AddressField, outputMint: AddressField): Route {
  return route({ query: { inputMint, outputMint, amount: amountAsText } }, (_user, input) => {
    const deal = dealOf(SOLANA, input.inputMint, input.outputMint, input.amount);
    return ok('Quote retrieved successfully', quoteOf(deal));
  });
}

function assetAt(network: string, address: Address): Asset {
  return address === undefined ? nativeOf(network) : tokenAt(network, address);
}

/** @throws {ApiError} 400 if both tokens are the same, or if the amount is too small */
function dealOf(network: string, input: Address, output: Address, amount: string): Deal {
  const [from, to] = [assetAt(network, input), assetAt(network, output)];
  if (from === to) throw new ApiError(400, 'The tokens must differ');
  const paid = parseAmount(amount, from);
  const received = convert(paid, from, to);
  if (received === 0n) throw new ApiError(400, 'The amount is too small');
  return { from, to, paid, received };
}
