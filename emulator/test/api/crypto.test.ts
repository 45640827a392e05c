import { expect } from 'chai';
import { evmAddressOf, solanaAddressOf } from '../../src/api/people.js';
import { ADA, OBI, TestBank } from './bank.js';
import { USDC_ON_BASE, USDC_ON_SOLANA, USDT_ON_BASE, USDT_ON_SOLANA } from './requests.js';

const STRANGER = `0x${'ab'.repeat(20)}`;
const BASE = { chainId: 8453 };

describe('swapping and sending crypto', () => {
  let bank: TestBank;
  beforeEach(async () => {
    bank = await TestBank.open();
  });
  afterEach(() => bank.close());
  const balances = (user = 'ada') => bank.emulator.account(user).balances;

  const swaps: [path: string, body: object, gives: object][] = [
    [
      '/evm-exchange/native-to-token',
      { ...BASE, tokenOut: USDC_ON_BASE, amount: '0.1' },
      { ETH: 0.9, USDC: 800 },
    ],
    [
      '/evm-exchange/token-to-native',
      { ...BASE, tokenIn: USDT_ON_BASE, amount: '3' },
      { ETH: 1.001, USDT: 997 },
    ],
    [
      '/evm-exchange/token-to-token',
      { ...BASE, tokenIn: USDC_ON_BASE.toLowerCase(), tokenOut: USDT_ON_BASE, amount: '0.000001' },
      { USDC: 499.999999, USDT: 1000.000001 },
    ],
    [
      '/evm-exchange/native-to-token',
      { chainId: 137, tokenOut: '0xc2132D05D31c914a87C6611C10748AEb04B58e8F', amount: '1' },
      { POL: 99, 'USDT:polygon': 50.5 },
    ],
    [
      '/solana-exchange/swap-sol-to-token',
      { outputMint: USDC_ON_SOLANA, amount: 2 },
      { SOL: 8, 'USDC:solana': 400 },
    ],
    [
      '/solana-exchange/swap-token-to-sol',
      { inputMint: USDC_ON_SOLANA, amount: '15' },
      { SOL: 10.1, 'USDC:solana': 85 },
    ],
    [
      '/solana-exchange/swap-token-to-sol',
      { inputMint: USDC_ON_SOLANA, amount: 15 },
      { SOL: 10.1, 'USDC:solana': 85 },
    ],
  ];
  for (const [path, body, gives] of swaps) {
    it(`${path} at a fixed rate gives ${JSON.stringify(gives)}`, async () => {
      const { status } = await bank.post(path, body);
      expect(status).to.equal(200);
      expect(balances()).to.include(gives);
      const [bought, sold] = bank.emulator.account().transactions;
      expect(sold).to.include({ type: 'DEBIT', nature: 'CRYPTO_TRADE_SELL', status: 'SUCCESS' });
      expect(bought).to.include({ type: 'CREDIT', nature: 'CRYPTO_TRADE_BUY', reference: sold?.reference });
    });
  }

  it('gives prices and quotes without changing a balance', async () => {
    const before = bank.everything();
    const swap = { ...BASE, tokenOut: USDC_ON_BASE, amount: '0.1' };
    const { data: price } = (await bank.post('/evm-exchange/price/native-to-token', swap)).body;
    expect(price).to.include({ fromAmount: '0.1', toAmount: '300', rate: '3000', totalValueUsd: '300' });
    const query = `outputMint=${USDC_ON_SOLANA}&amount=2`;
    const { data: quote } = (await bank.get(`/solana-exchange/quote/sol-to-token?${query}`)).body;
    expect(quote.amounts).to.include({ inputAmountRaw: '2000000000', outputAmount: '300' });
    expect(bank.everything()).to.equal(before);
  });

  it('sends to an address outside of the emulator', async () => {
    await bank.post('/evm/send/token', { ...BASE, to: STRANGER, tokenAddress: USDT_ON_BASE, amount: '1.5' });
    await bank.post('/solana/transfer', { to: USDT_ON_SOLANA, amount: '1' });
    expect(balances()).to.include({ USDT: 998.5, SOL: 9 });
    expect(bank.emulator.account().transactions[1]).to.include({
      type: 'DEBIT',
      nature: 'CRYPTO_WITHDRAWAL',
      amount: 1.5,
      currency: 'USDT',
    });
  });

  it('sends to another user, whose balance grows', async () => {
    const { body } = await bank.get('/wallet/me', { user: 'obi' });
    const [, evm, solana] = body.data.subwallets;
    await bank.post('/evm/send/native', {
      ...BASE,
      to: evm.publicAddress.toUpperCase().replace('X', 'x'),
      amount: '0.25',
    });
    await bank.post('/solana/transfer-token', {
      to: solana.publicAddress,
      tokenMintAddress: USDC_ON_SOLANA,
      amount: '7',
    });
    expect(balances('obi')).to.deep.equal({ NGN: 0, ETH: 0.25, 'USDC:solana': 7 });
    for (const user of ['ada', 'obi']) {
      expect(bank.emulator.account(user).transactions[0]).to.include({
        type: 'PEER-TRANSFER',
        nature: 'CRYPTO_P2P',
      });
    }
  });

  const swap = { ...BASE, tokenIn: USDT_ON_BASE, tokenOut: USDC_ON_BASE, amount: '1' };
  const send = { ...BASE, to: STRANGER, amount: '1' };
  const toMyself = { to: solanaAddressOf(ADA), amount: '1' };
  const refusals: [name: string, path: string, body: object, status: number][] = [
    ['more than there is', '/evm-exchange/token-to-token', { ...swap, amount: '1000.000001' }, 400],
    ['an amount of zero', '/evm-exchange/token-to-token', { ...swap, amount: '0.00' }, 400],
    ['an amount that is a number', '/evm-exchange/token-to-token', { ...swap, amount: 1 }, 400],
    ['an amount below zero', '/evm-exchange/token-to-token', { ...swap, amount: '-1' }, 400],
    [
      'more decimals than the token has',
      '/evm-exchange/token-to-token',
      { ...swap, amount: '0.0000001' },
      400,
    ],
    ['a token for itself', '/evm-exchange/token-to-token', { ...swap, tokenOut: USDT_ON_BASE }, 400],
    [
      'an amount that gives nothing',
      '/evm-exchange/native-to-token',
      { ...swap, amount: '0.000000000000000001' },
      400,
    ],
    ['an unknown token', '/evm-exchange/token-to-token', { ...swap, tokenOut: STRANGER }, 404],
    ['an unknown chain', '/evm-exchange/token-to-token', { ...swap, chainId: 5 }, 400],
    ['a chain as text', '/evm-exchange/token-to-token', { ...swap, chainId: '8453' }, 400],
    [
      'a Solana amount as text',
      '/solana-exchange/swap-sol-to-token',
      { outputMint: USDC_ON_SOLANA, amount: '1' },
      400,
    ],
    [
      'a Solana amount of zero',
      '/solana-exchange/swap-sol-to-token',
      { outputMint: USDC_ON_SOLANA, amount: 0 },
      400,
    ],
    ['sending more than there is', '/evm/send/native', { ...send, amount: '1.1' }, 400],
    ['sending to no address', '/evm/send/native', { ...send, to: OBI.email }, 400],
    ['sending to oneself', '/evm/send/native', { ...send, to: evmAddressOf(ADA) }, 400],
    [
      'sending a token to oneself, in capital letters',
      '/evm/send/token',
      { ...send, to: `0x${evmAddressOf(ADA).slice(2).toUpperCase()}`, tokenAddress: USDT_ON_BASE },
      400,
    ],
    ['sending to oneself on Solana', '/solana/transfer', toMyself, 400],
    [
      'sending a token to oneself on Solana',
      '/solana/transfer-token',
      { ...toMyself, tokenMintAddress: USDC_ON_SOLANA },
      400,
    ],
    [
      'sending on a test network',
      '/solana/transfer',
      { to: USDT_ON_SOLANA, amount: '1', network: 'devnet' },
      400,
    ],
  ];
  for (const [name, path, body, status] of refusals) {
    it(`refuses ${name}, and changes nothing`, async () => {
      const before = bank.everything();
      expect((await bank.post(path, body)).status).to.equal(status);
      expect(bank.everything()).to.equal(before);
    });
  }
});
