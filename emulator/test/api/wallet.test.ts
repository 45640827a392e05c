import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { rejection } from '../../../test/helpers/rejection.js';
import { type EmulatedUser, startEmulator } from '../../src/index.js';
import { ADA, OBI, TestBank } from './bank.js';

describe('accounts of the emulator', () => {
  let bank: TestBank;
  beforeEach(async () => {
    bank = await TestBank.open();
  });
  afterEach(() => bank.close());
  const balances = (user?: string) => bank.emulator.account(user).balances;

  it('accounts have the balances of the option `wallet`', () => {
    expect(bank.emulator.account()).to.deep.equal({ balances: ADA.wallet, transactions: [] });
    expect(balances('obi')).to.deep.equal({ NGN: 0 });
    expect(() => balances('eve')).to.throw('no user "eve"');
  });

  const wrong: [name: string, user: Partial<EmulatedUser>, named: string][] = [
    ['an unknown asset', { wallet: { DOGE: 1 } }, 'DOGE'],
    ['an asset on an unknown network', { wallet: { 'CNGN:polygon': 1 } }, 'CNGN:polygon'],
    ['less than nothing', { wallet: { NGN: -1 } }, 'NGN: -1'],
    ['a part of a kobo', { wallet: { NGN: 0.001 } }, 'NGN: 0.001'],
    ['no number', { wallet: { NGN: Number.NaN } }, 'NGN'],
    ['a PIN that is too short', { transactionPin: '123' }, 'transactionPin'],
    ['a PIN that is a number', { transactionPin: 1234 as unknown as string }, 'transactionPin'],
  ];
  for (const [name, user, named] of wrong) {
    it(`startEmulator() refuses a user with ${name}`, async () => {
      const error = await rejection(startEmulator({ users: [{ ...ADA, ...user }] }));
      expect(error).to.be.an.instanceOf(TypeError).with.property('message').that.includes(named);
    });
  }

  it('accounts can have very small amounts, exactly', async () => {
    await bank.close();
    bank = await TestBank.open({
      users: [{ ...ADA, wallet: { ETH: 1e-7, POL: '0.000000000000000001', NGN: '0.10', SOL: -0 } }],
    });
    const { body } = await bank.get('/evm/balance/native?chainId=137');
    expect(body.data).to.deep.equal({ balance: '0.000000000000000001' });
    expect(balances()).to.deep.equal({ ETH: 1e-7, POL: 1e-18, NGN: 0.1, SOL: 0 });
  });

  it('GET /wallet/me shows naira and three sub-wallets', async () => {
    const { data } = (await bank.get('/wallet/me')).body;
    expect(data.nairaBalance).to.equal('125000.50');
    // 1 ETH, 100 POL, 1,050 USDT and 500 USDC; 10 SOL and 100 USDC.
    const shown = data.subwallets.map((one: Record<string, unknown>) => [
      one.type,
      one.chain,
      one.currency,
      one.balance,
    ]);
    expect(shown).to.deep.equal([
      ['FIAT', null, 'NGN', 125_000.5],
      ['CRYPTO', 'EVM', 'USD', 4600],
      ['CRYPTO', 'SOLANA', 'USD', 1600],
    ]);
    const [naira, evm, solana] = data.subwallets;
    expect(naira.virtualAccount.accountNumber).to.match(/^\d{10}$/);
    expect(evm.publicAddress).to.match(/^0x[0-9a-f]{40}$/);
    expect(solana.publicAddress).to.match(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
    expect((await bank.get('/wallet/naira-wallet')).body.data).to.deep.equal(naira);
    expect((await bank.get('/wallet/me', { user: 'obi' })).body.data.nairaBalance).to.equal('0.00');
  });

  it('GET /wallet/me with chainId shows the portfolio of that chain', async () => {
    const { data } = (await bank.get('/wallet/me?chainId=137')).body;
    expect(data.evmPortfolio).to.include({ network: 'Polygon', totalPortfolioValueUSD: '100.00' });
    expect(data.subwallets[1].evmPortfolio.network).to.equal('Polygon');
  });

  it('portfolios show tokens with their values', async () => {
    const { data } = (await bank.get('/evm/portfolio/8453')).body;
    expect(data.nativeToken).to.include({ symbol: 'ETH', type: 'native', balance: '1', balanceUSD: '3000' });
    expect(data.tokens[0]).to.include({
      symbol: 'USDT',
      type: 'token',
      balance: '1000',
      rawBalance: '1000000000',
    });
    const solana = (await bank.get('/solana/portfolio')).body.data;
    expect(solana).to.include({
      nativeBalance: '10',
      nativeBalanceLamports: '10000000000',
      totalValueUsd: 1600,
    });
    expect((await bank.get('/solana/portfolio?network=devnet')).body.data.totalValueUsd).to.equal(0);
    expect((await bank.get('/solana/balance?network=testnet')).body.data.balance).to.equal('0');
    expect((await bank.get('/solana/balance')).body.data.balance).to.equal('10');
  });

  it('responds with 404 for a token that the emulator does not have', async () => {
    const query = `chainId=1&tokenAddress=0x${'0'.repeat(40)}`;
    expect((await bank.get(`/evm/balance/token?${query}`)).status).to.equal(404);
    expect((await bank.get(`/solana/token-balance/${'1'.repeat(32)}`)).status).to.equal(404);
    // Here letter case counts.
    const lower = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'.toLowerCase().replaceAll('l', 'm');
    expect((await bank.get(`/solana/token-balance/${lower}`)).status).to.equal(404);
  });

  it('responses never show the options wallet and transactionPin', async () => {
    await bank.post('/wallet/payout/transfer', { receiver: OBI.phone, amount: 1, transactionPin: '1234' });
    const reference = bank.emulator.account('obi').transactions[0]?.reference;
    for (const path of ['/user/me', `/transactions/reference/${reference}`]) {
      expect(JSON.stringify(await bank.get(path, { user: 'obi' }))).to.not.match(
        /987654|transactionPin|"NGN":/,
      );
    }
  });

  describe('GET /transactions', () => {
    let clock: ReturnType<typeof FakeTimers.install>;
    beforeEach(async () => {
      clock = FakeTimers.install({ toFake: ['Date'], now: Date.parse('2026-03-01T10:00:00Z') });
      for (const [index, amount] of [30, 10, 20].entries()) {
        const body = { receiver: OBI.email, amount, transactionPin: '1234' };
        await bank.post('/wallet/payout/transfer', body);
        clock.setSystemTime(Date.parse(`2026-03-0${index + 2}T10:00:00Z`));
        bank.signOut();
      }
      await bank.post('/wallet/payout/bank-transfer', {
        amount: 40,
        bank: '058',
        accountNumber: '0123456789',
        transactionPin: '1234',
        reference: 'rent-1',
        narration: 'Rent for March',
        meta: { flat: 3 },
      });
    });
    afterEach(() => {
      bank.signOut();
      clock.uninstall();
    });
    const amounts = async (query: string) => {
      const { data } = (await bank.get(`/transactions?${query}`)).body;
      return data.transactions.map(({ amount }: { amount: number }) => amount);
    };

    const cases: [query: string, amounts: number[]][] = [
      ['', [40, 20, 10, 30]],
      ['sortOrder=asc', [30, 10, 20, 40]],
      ['sortBy=amount', [40, 30, 20, 10]],
      ['sortBy=amount&sortOrder=asc', [10, 20, 30, 40]],
      ['sortBy=updatedAt', [40, 20, 10, 30]],
      ['limit=3', [40, 20, 10]],
      ['limit=3&page=2', [30]],
      ['limit=3&page=3', []],
      ['limit=3&page=2&sortOrder=asc', [40]],
      ['minAmount=20', [40, 20, 30]],
      ['minAmount=10.5&maxAmount=30&sortBy=amount', [30, 20]],
      ['type=DEBIT', [40]],
      ['type=PEER-TRANSFER&limit=1', [20]],
      ['status=PENDING', []],
      ['status=SUCCESS&currency=NGN', [40, 20, 10, 30]],
      ['currency=USDT', []],
      ['narration=rENT', [40]],
      ['reference=rent-1', [40]],
      ['startDate=2026-03-03', [40, 20]],
      ['startDate=2026-03-02&endDate=2026-03-03', [20, 10]],
      ['unknown=1', [40, 20, 10, 30]],
    ];
    for (const [query, expected] of cases) {
      it(`finds ${expected.join(', ') || 'nothing'} with ${query || 'no query'}`, async () => {
        expect(await amounts(query)).to.deep.equal(expected);
      });
    }

    it('describes the page', async () => {
      const pagination = async (query: string) =>
        (await bank.get(`/transactions/user?${query}`)).body.data.pagination;
      expect(await pagination('limit=3')).to.deep.equal({
        ...{ page: 1, limit: 3, total: 4, totalPages: 2 },
        ...{ hasNextPage: true, hasPreviousPage: false },
      });
      expect(await pagination('limit=3&page=2')).to.include({ hasNextPage: false, hasPreviousPage: true });
    });

    it('lists transactions in the documented form', async () => {
      const [row] = (await bank.get('/transactions')).body.data.transactions;
      expect(row).to.have.all.keys(
        ...['id', 'userId', 'amount', 'type', 'status', 'reference', 'currency', 'narration'],
        ...['createdAt', 'updatedAt', 'deletedDate'],
      );
      const { data } = (await bank.get('/transactions/reference/rent-1')).body;
      expect(data).to.deep.include({ id: row.id, nature: 'FIAT_WITHDRAWAL', metadata: { flat: 3 } });
      expect((await bank.get(`/transactions/${row.id}`)).body.data).to.deep.equal(data);
    });

    it('does not show those of other users', async () => {
      const { data } = (await bank.get('/transactions', { user: 'obi' })).body;
      expect(data.pagination.total).to.equal(3);
      const [row] = bank.emulator.account().transactions;
      for (const path of [
        `/transactions/${row?.id}`,
        '/transactions/reference/rent-1',
        '/transactions/unknown',
      ]) {
        expect((await bank.get(path, { user: 'obi' })).status).to.equal(404);
      }
    });
  });
});
