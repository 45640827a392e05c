import { expect } from 'chai';
import { TestBank } from './bank.js';

const CARD = {
  cardNumber: '5531886652142950',
  cvv: '564',
  expiryMonth: '09',
  expiryYear: '32',
  cardHolderName: 'Ada Obi',
};

describe('a deposit', () => {
  let bank: TestBank;
  beforeEach(async () => {
    bank = await TestBank.open();
  });
  afterEach(() => bank.close());
  const start = (method: string, body: object) => bank.post(`/wallet/deposit?method=${method}`, body);
  const status = async (reference: string) =>
    (await bank.get(`/wallet/deposit/status/${reference}`)).body.data.status;

  it('a deposit is completed once, when a test asks for it', async () => {
    const { data } = (await start('BANK_TRANSFER', { amount: 10_000, reference: 'dep-1' })).body;
    expect(data).to.include({ status: 'PENDING', amount: 10_000, totalAmount: 10_220, moneiFee: 220 });
    const about = { reference: 'dep-1', type: 'CREDIT', nature: 'FIAT_DEPOSIT', amount: 10_000 };
    expect(bank.emulator.account().balances.NGN).to.equal(125_000.5);
    expect(bank.emulator.account().transactions[0]).to.include({ ...about, status: 'PENDING' });

    bank.emulator.completeDeposit('dep-1');
    expect(await status('dep-1')).to.equal('SUCCESS');
    expect(bank.emulator.account().balances.NGN).to.equal(135_000.5);
    expect(bank.emulator.account().transactions[0]).to.include({ ...about, status: 'SUCCESS' });
    for (const reference of ['dep-1', 'unknown']) {
      expect(() => bank.emulator.completeDeposit(reference)).to.throw(`"${reference}"`);
    }
    const detail = (await bank.get('/transactions/reference/dep-1')).body.data;
    expect(detail).to.include({ fee: 220, totalAmount: 10_220 });
  });

  it('a deposit has a fee that is exact to the kobo', async () => {
    // As numbers of JavaScript, 1.62 + 0.03 is 1.6500000000000001.
    await start('BANK_TRANSFER', { amount: 1.62, reference: 'dep-1' });
    const detail = (await bank.get('/transactions/reference/dep-1')).body.data;
    expect(detail).to.include({ amount: 1.62, fee: 0.03, totalAmount: 1.65 });
  });

  it('a payment link is refused if its reference is not well-formed Unicode', async () => {
    const before = bank.everything();
    const told = await bank.post('/wallet/deposit/payment-link', { amount: 1, reference: '\ud83d' });
    expect([told.status, told.body.message]).to.deep.equal([400, ['reference must be well-formed Unicode']]);
    expect(bank.everything()).to.equal(before);
  });

  const methods: [method: string, body: object, nature: string, next: string | undefined][] = [
    ['BANK_TRANSFER', {}, 'FIAT_DEPOSIT', undefined],
    ['USSD', { ussd: { bankCode: '058' } }, 'FIAT_USSD_DEPOSIT', 'payment_Instructions'],
    ['CARD', { card: CARD }, 'FIAT_CARD_DEPOSIT', 'requires_pin'],
  ];
  for (const [method, body, nature, next] of methods) {
    it(`a deposit can be made by ${method}`, async () => {
      const { data } = (await start(method, { amount: 99.99, ...body })).body;
      expect(data.nextAction?.type).to.equal(next);
      expect(bank.emulator.account().transactions[0]).to.include({ nature, reference: data.reference });
      expect(await status(data.reference)).to.equal('PENDING');
    });
  }

  it('a deposit can be made with a payment link', async () => {
    const about = { redirectUrl: 'https://app.example.com/', customer: { name: 'Ada' } };
    const { data } = (
      await bank.post('/wallet/deposit/payment-link', { amount: 1, reference: 'a/b', ...about })
    ).body;
    expect(data.link).to.match(/^https:\/\/.*a%2Fb$/);
    expect((await bank.get('/wallet/deposit/status/a%2Fb')).body.data).to.deep.include(about);
  });

  const refusals: [name: string, method: string, body: object, status: number, named?: string][] = [
    ['without a method', '', { amount: 1 }, 400, 'method'],
    ['by an unknown method', 'CASH', { amount: 1 }, 400, 'method'],
    ['by card without a card', 'CARD', { amount: 1 }, 400],
    [
      'by card with half a card',
      'CARD',
      { amount: 1, card: { ...CARD, cvv: 5, expiryMonth: '13' } },
      400,
      'card.cvv',
    ],
    ['by card with no object for a card', 'CARD', { amount: 1, card: [] }, 400, 'card'],
    ['by USSD without a bank', 'USSD', { amount: 1 }, 400],
    ['of nothing', 'BANK_TRANSFER', { amount: 0 }, 400, 'amount'],
    ['in dollars', 'BANK_TRANSFER', { amount: 1, currency: 'USD' }, 400, 'currency'],
    ['with a reference that was used', 'BANK_TRANSFER', { amount: 1, reference: 'dep-1' }, 409],
  ];
  for (const [name, method, body, expected, named] of refusals) {
    it(`a deposit ${name} is refused, and changes nothing`, async () => {
      await start('BANK_TRANSFER', { amount: 1, reference: 'dep-1' });
      const before = bank.everything();
      const told = await start(method, body);
      expect(told.status).to.equal(expected);
      if (named) expect(told.body.message[0]).to.match(new RegExp(`^${named} `));
      expect(bank.everything()).to.equal(before);
    });
  }

  it('a deposit is not found by another user, and a transfer is not found as a deposit', async () => {
    await start('BANK_TRANSFER', { amount: 1, reference: 'dep-1' });
    expect((await bank.get('/wallet/deposit/status/dep-1', { user: 'obi' })).status).to.equal(404);
    const body = {
      amount: 1,
      bank: '058',
      accountNumber: '0123456789',
      transactionPin: '1234',
      reference: 'PO-1',
    };
    await bank.post('/wallet/payout/bank-transfer', body);
    expect((await bank.get('/wallet/deposit/status/PO-1')).status).to.equal(404);
  });
});
