import { expect } from 'chai';
import { TestBank } from './bank.js';
import { OFFRAMP } from './requests.js';

describe('an offramp', () => {
  let bank: TestBank;
  beforeEach(async () => {
    bank = await TestBank.open();
  });
  afterEach(() => bank.close());
  const initiate = (changes: object) =>
    bank.post('/offramp/exchange/initiate', { ...OFFRAMP, amount: 100, ...changes });
  const statusOf = async (reference: string) => (await bank.get(`/offramp/ledger/status/${reference}`)).body;

  it('an offramp takes tokens from the wallet at a fixed rate, and is completed at the next request', async () => {
    const { data } = (await initiate({})).body;
    expect(data.status).to.equal('pending');
    expect(data.amounts).to.deep.equal({
      crypto: { value: 100, asset: 'USDT', network: 'base' },
      fiat: { value: 150_000, currency: 'NGN' },
      exchangeRate: 1500,
      totalFee: 0,
    });
    expect(data.onChain.sourceWallet).to.equal('MONEI_WALLET');
    expect(bank.emulator.account().balances.USDT).to.equal(900);
    expect(bank.emulator.account().transactions[0]).to.include({
      type: 'DEBIT',
      nature: 'CRYPTO_TRADE_SELL',
      reference: data.reference,
    });
    const status = await statusOf(data.reference);
    expect(status).to.include({ status: 'completed', providerStatus: 'COMPLETED', fiatAmount: 150_000 });
    const { data: rows, meta } = (await bank.get('/offramp/ledger/history?page=1')).body;
    expect(rows[0]).to.deep.include({
      reference: data.reference,
      status: 'completed',
      beneficiary: { bankCode: '058', accountNumber: '0123456789' },
    });
    expect(meta).to.deep.equal({
      totalItems: 1,
      itemCount: 1,
      itemsPerPage: 10,
      totalPages: 1,
      currentPage: '1',
    });
  });

  it('an offramp waits for all of its tokens if the wallet has too few, and takes none from it', async () => {
    const { status, body } = await initiate({ amount: 60, network: 'polygon' });
    expect([status, body.statusCode]).to.deep.equal([202, 202]);
    const { transaction, depositInstructions, currentBalance } = body.data;
    expect(transaction).to.include({ status: 'awaiting_deposit' });
    expect(transaction.onChain).to.not.have.property('txHash');
    expect(depositInstructions).to.include({
      amount: 60,
      token: 'USDT',
      network: 'polygon',
      chainId: 137,
      displayNetwork: 'Polygon',
    });
    expect(currentBalance).to.deep.equal({ amount: 50, token: 'USDT', network: 'polygon', shortfall: 10 });
    expect(bank.emulator.account().balances['USDT:polygon']).to.equal(50);

    const { reference } = transaction;
    expect(await statusOf(reference))
      .to.include({ status: 'awaiting_deposit', providerStatus: 'PROCESSING' })
      .and.to.not.have.property('completedAt');
    expect((await bank.get('/offramp/ledger/history')).body.data[0]).to.not.have.property('completedAt');
    bank.emulator.completeDeposit(reference);
    expect(await statusOf(reference)).to.include({ status: 'completed' });
    expect(bank.emulator.account().balances['USDT:polygon']).to.equal(50);
  });

  it('each token has a rate', async () => {
    const quote = async (query: string) =>
      (await bank.get(`/offramp/exchange/quote?network=base&${query}`)).body.data;
    expect(await quote('token=USDC&amount=1.5')).to.deep.equal({
      token: 'USDC',
      network: 'base',
      amount: 1.5,
      fiat: 'NGN',
      rate: 1500,
    });
    expect(await quote('token=CNGN&amount=7&fiat=NGN')).to.include({ rate: 1 });
    const { data } = (await bank.get('/offramp/exchange/assets')).body;
    expect(data[2]).to.include({ symbol: 'CNGN', name: 'cNGN' });
    expect(data[2].networks[0]).to.include({ network: 'base', decimals: 6, baseCurrency: 'ETH' });
  });

  const refusals: [name: string, changes: object, status: number][] = [
    ['zero', { amount: 0 }, 400],
    ['less than zero', { amount: -1 }, 400],
    ['an amount that is a text', { amount: '12' }, 400],
    ['more decimals than the token has', { amount: 1e-7 }, 400],
    ['an amount that gives nothing', { token: 'CNGN', amount: 0.001 }, 400],
    ['another currency', { fiatCurrency: 'USD' }, 400],
    ['a token that is not there', { token: 'CNGN', network: 'polygon' }, 400],
    ['an unknown network', { network: 'tron' }, 400],
    ['an unknown bank', { bankCode: '000' }, 400],
    ['an invalid account number', { accountNumber: '1' }, 400],
  ];
  for (const [name, changes, status] of refusals) {
    it(`refuses ${name}, and changes nothing`, async () => {
      const before = bank.everything();
      expect((await initiate(changes)).status).to.equal(status);
      expect(bank.everything()).to.equal(before);
    });
  }

  it('an offramp is not found by another user', async () => {
    const { data } = (await initiate({})).body;
    expect((await bank.get(`/offramp/ledger/status/${data.reference}`, { user: 'obi' })).status).to.equal(
      404,
    );
  });
});
