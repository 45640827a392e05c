import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { TestBank } from './bank.js';

const AIRTIME = { phoneNumber: '09054860951', biller: 'glo', amount: 50 };
const POWER = { meterNumber: '12345678901', amount: 1000, disco: 'Ikeja Disco Electricity' };

describe('paying bills', () => {
  let bank: TestBank;
  beforeEach(async () => {
    bank = await TestBank.open();
  });
  afterEach(() => bank.close());

  it('paying a bill takes naira, and records a bill and a transaction', async () => {
    const { data } = (await bank.post('/bills/pay/airtime', AIRTIME)).body;
    expect(data).to.include({ billerCode: 'BIL102', itemCode: 'AT133', customer: '09054860951', amount: 50 });
    expect(data).to.include({
      type: 'AIRTIME',
      status: 'SUCCESS',
      token: null,
      units: null,
      validityPeriod: null,
    });
    expect(data.reference).to.match(/^bill\d{13}-ada$/);
    const { balances, transactions } = bank.emulator.account();
    expect(balances.NGN).to.equal(124_950.5);
    expect(transactions[0]).to.include({ type: 'DEBIT', nature: 'FIAT_TRANSFER', reference: data.reference });
  });

  it('gives a token and units for electricity, and a validity for data', async () => {
    const power = (await bank.post('/bills/pay/electricity', POWER)).body.data;
    expect(power).to.include({ type: 'UTILITYBILLS', token: '1234-5678-9012-3456-7890', units: '10' });
    const body = { phoneNumber: '09054860951', biller: 'mtn', itemCode: 'MD1045' };
    const data = (await bank.post('/bills/pay/data', body)).body.data;
    expect(data).to.include({ type: 'MOBILEDATA', amount: 1500, validityPeriod: '30' });
  });

  it('gives two bills of the same millisecond different references', async () => {
    const clock = FakeTimers.install({ toFake: ['Date'], now: Date.now() });
    try {
      const one = await bank.post('/bills/pay/airtime', AIRTIME);
      const other = await bank.post('/bills/pay/airtime', AIRTIME);
      expect(one.body.data.reference).to.not.equal(other.body.data.reference);
    } finally {
      clock.uninstall();
    }
  });

  it('scheduling a bill takes no naira yet', async () => {
    const before = bank.everything();
    const scheduleData = { executionDate: '2027-01-01T09:00:00.000Z' };
    const { data } = (await bank.post('/bills/pay/airtime', { ...AIRTIME, isSchedule: true, scheduleData }))
      .body;
    expect(data).to.include({
      type: 'AIRTIME',
      isRecurring: false,
      recurrencePattern: null,
      status: 'PENDING',
    });
    const monthly = { ...scheduleData, isRecurring: true, recurrencePattern: 'MONTHLY' };
    const again = await bank.post('/bills/pay/airtime', {
      ...AIRTIME,
      isSchedule: true,
      scheduleData: monthly,
    });
    expect(again.body.data).to.include({ isRecurring: true, recurrencePattern: 'MONTHLY' });
    expect(bank.everything()).to.equal(before);
  });

  it('bills are among the records, which can be searched', async () => {
    for (const amount of [300, 100, 200]) await bank.post('/bills/pay/airtime', { ...AIRTIME, amount });
    const { reference } = (await bank.post('/bills/pay/electricity', POWER)).body.data;
    const found = async (query: string) =>
      (await bank.get(`/bills/records?${query}`)).body.data.bills.map(
        ({ amount }: { amount: number }) => amount,
      );
    const cases: [query: string, amounts: number[]][] = [
      ['', [1000, 200, 100, 300]],
      ['sortOrder=ASC&limit=2', [300, 100]],
      ['sortBy=amount', [1000, 300, 200, 100]],
      ['type=AIRTIME&page=2&limit=2', [300]],
      ['billerName=IKEJA', [1000]],
      ['billerCode=BIL102&maxAmount=100', [100]],
      ['customer=12345678901', [1000]],
      [`search=${reference}`, [1000]],
      ['search=CF-EMULATOR&minAmount=250', [1000, 300]],
      ['status=PENDING', []],
      ['endDate=2020-01-01', []],
    ];
    for (const [query, amounts] of cases) expect(await found(query), query).to.deep.equal(amounts);
    const { data } = (await bank.get('/bills/records?limit=3')).body;
    expect(data).to.include({ page: 1, limit: 3, total: 4, totalPages: 2, hasNext: true, hasPrev: false });
    for (const path of [`reference/${reference}`, 'receipt/unknown']) {
      expect((await bank.get(`/bills/records/${path}`, { user: 'obi' })).status).to.equal(404);
    }
  });

  it('finds billers, ignoring case, and their items', async () => {
    const { data } = (await bank.get('/bills/discovery/biller-items/CABLEBILLS/DSTV%20box%20office')).body;
    expect(data).to.have.lengthOf(1);
    expect(data[0]).to.include({
      biller_name: 'DSTV BOX OFFICE',
      amount: 5000,
      is_airtime: false,
      label_name: 'Customer Number',
    });
    expect((await bank.get('/bills/discovery/biller-items/AIRTIME/unknown')).status).to.equal(404);
    const customer = { customer: '12345678901', billerCode: 'BIL110' };
    expect((await bank.post('/bills/validate', customer)).status).to.equal(200);
    expect((await bank.post('/bills/validate', { ...customer, itemCode: 'AT133' })).status).to.equal(404);
  });

  const refusals: [name: string, path: string, body: object, status: number][] = [
    ['airtime for less than 50 naira', 'airtime', { ...AIRTIME, amount: 49.99 }, 400],
    ['airtime for more than 50,000 naira', 'airtime', { ...AIRTIME, amount: 50_000.01 }, 400],
    ['an amount that is a text', 'airtime', { ...AIRTIME, amount: '50' }, 400],
    ['an unknown biller', 'airtime', { ...AIRTIME, biller: 'unknown' }, 404],
    ['an unknown item', 'data', { phoneNumber: '09054860951', biller: 'mtn', itemCode: 'MD1051' }, 404],
    ['an invalid phone number', 'airtime', { ...AIRTIME, phoneNumber: 'ada' }, 400],
    ['more than there is', 'electricity', { ...POWER, amount: 125_000.51 }, 400],
    ['a schedule without a date', 'airtime', { ...AIRTIME, isSchedule: true }, 400],
    [
      'a schedule with a wrong date',
      'airtime',
      { ...AIRTIME, isSchedule: true, scheduleData: { executionDate: '2027-13-01' } },
      400,
    ],
    ['a schedule that is no yes or no', 'airtime', { ...AIRTIME, isSchedule: 'true' }, 400],
  ];
  for (const [name, path, body, status] of refusals) {
    it(`refuses ${name}, and changes nothing`, async () => {
      const before = bank.everything();
      expect((await bank.post(`/bills/pay/${path}`, body)).status).to.equal(status);
      expect(bank.everything()).to.equal(before);
    });
  }
});
