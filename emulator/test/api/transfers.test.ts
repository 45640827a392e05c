import { expect } from 'chai';
import { evmAddressOf } from '../../src/api/people.js';
import { ADA, OBI, TestBank } from './bank.js';

const SEND = { receiver: OBI.email, amount: 2000.5, transactionPin: '1234' };
const WITHDRAW = { amount: 5000, bank: '058', accountNumber: '0123456789', transactionPin: '1234' };
/** An object around so many lists. */
const nestedIn = (lists: number) => JSON.parse(metaText(lists));
const metaText = (lists: number) => `{"a":${'['.repeat(lists)}${']'.repeat(lists)}}`;
/** Of a withdrawal. `JSON.stringify` can't go as deep as this. */
const deepText = (lists: number) =>
  JSON.stringify({ ...WITHDRAW, meta: 'META' }).replace('"META"', metaText(lists));

describe('sending naira', () => {
  let bank: TestBank;
  beforeEach(async () => {
    bank = await TestBank.open();
  });
  afterEach(() => bank.close());
  const naira = (user: string) => bank.emulator.account(user).balances.NGN;

  it('a transfer changes the balances and the transactions of both users', async () => {
    const { body } = await bank.post('/wallet/payout/transfer', SEND);
    expect(body.data).to.include({ status: 'SUCCESS', amount: 2000.5, currency: 'NGN', receiver: OBI.email });
    expect([naira('ada'), naira('obi')]).to.deep.equal([123_000, 2000.5]);
    const { reference } = body.data;
    for (const [user, narration] of [
      ['ada', 'Transfer to obi'],
      ['obi', 'Transfer from Ada Obi'],
    ] as const) {
      const [row] = bank.emulator.account(user).transactions;
      expect(row).to.include({
        type: 'PEER-TRANSFER',
        nature: 'FIAT_P2P',
        status: 'SUCCESS',
        amount: 2000.5,
      });
      expect(row).to.include({ reference, narration, userId: user });
    }
  });

  it('finds the receiver by phone, and by email ignoring case, and needs the PIN of the sender', async () => {
    for (const receiver of [OBI.phone, 'OBI@example.com']) {
      expect(
        (await bank.post('/wallet/payout/transfer', { ...SEND, receiver, currency: 'NGN' })).status,
      ).to.equal(200);
    }
    const back = { receiver: ADA.phone, amount: 4001, transactionPin: '987654' };
    expect((await bank.post('/wallet/payout/transfer', back, { user: 'obi' })).status).to.equal(200);
    expect([naira('ada'), naira('obi')]).to.deep.equal([125_000.5, 0]);
  });

  it('a transfer to a bank is pending in the response, and completed at the next request', async () => {
    const asked = { ...WITHDRAW, reference: 'PO-1', narration: 'a'.repeat(100) };
    const { body } = await bank.post('/wallet/payout/bank-transfer', asked);
    expect(body.data).to.deep.equal({ reference: 'PO-1', status: 'PENDING', amount: 5000 });
    expect(naira('ada')).to.equal(120_000.5);
    const { data } = (await bank.get('/transactions/reference/PO-1')).body;
    expect(data).to.include({ type: 'DEBIT', nature: 'FIAT_WITHDRAWAL', status: 'SUCCESS' });
  });

  for (const reference of ['__proto__', 'constructor', '😀/ä ?#']) {
    it(`accepts the reference ${reference} once`, async () => {
      const body = { ...WITHDRAW, amount: 1, reference, meta: nestedIn(19) };
      const path = `/transactions/reference/${encodeURIComponent(reference)}`;
      expect((await bank.get(path)).status).to.equal(404);
      expect((await bank.post('/wallet/payout/bank-transfer', body)).status).to.equal(200);
      expect((await bank.get(path)).body.data).to.deep.include({ reference, metadata: body.meta });
      expect((await bank.post('/wallet/payout/bank-transfer', body)).status).to.equal(409);
    });
  }

  it('a transfer with a used reference is refused', async () => {
    await bank.post('/wallet/payout/bank-transfer', { ...WITHDRAW, reference: 'PO-1' });
    const before = bank.everything();
    const told = await bank.post('/wallet/payout/bank-transfer', { ...WITHDRAW, reference: 'PO-1' });
    expect(told.body).to.include({ statusCode: 409, error: 'Conflict' });
    expect(bank.everything()).to.equal(before);
  });

  const amounts: [name: string, amount: unknown][] = [
    ['of zero', 0],
    ['below zero', -5],
    ['that is a text', '12'],
    ['with a part of a kobo', 10.005],
    ['that is tiny', 1e-9],
    ['that is huge', 1e21],
    ['that is not a number', null],
  ];
  const refusals: [name: string, path: string, body: object | string, status: number][] = [
    ...amounts.flatMap(([name, amount]): [string, string, object, number][] => [
      [`an amount ${name}`, 'transfer', { ...SEND, amount }, 400],
      [`a withdrawal ${name}`, 'bank-transfer', { ...WITHDRAW, amount }, 400],
    ]),
    ['more than there is', 'transfer', { ...SEND, amount: 125_000.51 }, 400],
    ['a withdrawal of more than there is', 'bank-transfer', { ...WITHDRAW, amount: 125_000.51 }, 400],
    ['a wrong PIN', 'transfer', { ...SEND, transactionPin: '4321' }, 400],
    ['a PIN that is a number', 'transfer', { ...SEND, transactionPin: 1234 }, 400],
    ['a wrong PIN for a withdrawal', 'bank-transfer', { ...WITHDRAW, transactionPin: '4321' }, 400],
    ['an unknown receiver', 'transfer', { ...SEND, receiver: 'eve@example.com' }, 404],
    ['the address of a wallet', 'transfer', { ...SEND, receiver: evmAddressOf(OBI) }, 404],
    ['oneself', 'transfer', { ...SEND, receiver: ADA.phone }, 400],
    ['another currency', 'transfer', { ...SEND, currency: 'USD' }, 400],
    ['no receiver', 'transfer', { ...SEND, receiver: '  ' }, 400],
    ['a receiver that is too long', 'transfer', { ...SEND, receiver: 'a'.repeat(201) }, 400],
    ['an unknown bank', 'bank-transfer', { ...WITHDRAW, bank: '000' }, 400],
    ['an account number of nine digits', 'bank-transfer', { ...WITHDRAW, accountNumber: '012345678' }, 400],
    ['a meta that is not an object', 'bank-transfer', { ...WITHDRAW, meta: 'a' }, 400],
    ['a meta of 21 levels', 'bank-transfer', { ...WITHDRAW, meta: nestedIn(20) }, 400],
    ['a meta of 10,000 levels', 'bank-transfer', deepText(9_999), 400],
    ['a narration of 101 characters', 'bank-transfer', { ...WITHDRAW, narration: 'a'.repeat(101) }, 400],
    ['a reference of half a character', 'bank-transfer', { ...WITHDRAW, reference: '\ud83d' }, 400],
  ];
  for (const [name, path, body, status] of refusals) {
    it(`refuses ${name}, and changes nothing`, async () => {
      const before = bank.everything();
      const told = await bank.post(`/wallet/payout/${path}`, body);
      expect(told.status).to.equal(status);
      expect(told.body.statusCode).to.equal(status);
      expect(bank.everything()).to.equal(before);
    });
  }

  it('concurrent transfers never make a balance negative', async () => {
    await bank.get('/user/me');
    const body = { ...SEND, amount: 50_000 };
    const all = await Promise.all(
      Array.from({ length: 5 }, () => bank.post('/wallet/payout/transfer', body)),
    );
    expect(all.map(({ status }) => status).sort()).to.deep.equal([200, 200, 400, 400, 400]);
    expect([naira('ada'), naira('obi')]).to.deep.equal([25_000.5, 100_000]);
  });

  it('finds a bank by its name, and the owner of an account', async () => {
    expect((await bank.get('/wallet/utils/bank-code?bankName=OPAY')).body.data.code).to.equal('999992');
    expect((await bank.get('/wallet/utils/bank-code?bankName=x')).status).to.equal(404);
    const { body } = await bank.post('/wallet/utils/verify-bank-account', {
      accountNumber: '0123456789',
      bank: '044',
    });
    expect(body.data).to.include({ accountName: 'JOHN DOE', bankCode: '044', bankName: 'Access Bank' });
  });
});
