import type { MoneiBillCategory, MoneiBillPage, MoneiElectricityOperator } from '../../../src/api/index.js';
import { ApiError, found } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, numberOf, unitsOf } from './assets.js';
import { billOf, itemOf, newBill, type PaidBill, recordOf, scheduleOf } from './bill-responses.js';
import { BILLERS, type Biller } from './billers.js';
import {
  flag,
  matching,
  naira,
  nested,
  oneOf,
  optional,
  text,
  time,
  type Values,
  withDefault,
} from './fields.js';
import type { Ledger } from './ledger.js';
import { List, PAGE, RANGES } from './pages.js';
import { ok, type Reply, type Routes, route } from './route.js';

const CATEGORY = oneOf('AIRTIME', 'MOBILEDATA', 'CABLEBILLS', 'UTILITYBILLS');
/** What airtime may cost, in kobo (docs.monei.cc/bill-payments/overview). */
const LEAST_AIRTIME = 50_00n;
const MOST_AIRTIME = 50_000_00n;

/** A phone, meter or smartcard number. */
const customer = matching(/^\+?\d{5,20}$/, '5 to 20 digits');

const SCHEDULE = {
  executionDate: time,
  isRecurring: withDefault(flag, false),
  recurrencePattern: optional(text),
};
const LATER = {
  isSchedule: optional(flag),
  scheduleData: optional(nested(SCHEDULE)),
  saveBeneficiary: optional(flag),
  beneficiaryName: optional(text),
};
const AIRTIME = { phoneNumber: customer, biller: text, amount: naira, ...LATER };
const DATA = { phoneNumber: customer, biller: text, itemCode: text, ...LATER };
const ELECTRICITY = { meterNumber: customer, disco: text, amount: naira, ...LATER };
const CABLE = { smartcardNumber: customer, biller: text, itemCode: text, ...LATER };

const RECORDS = {
  ...PAGE,
  ...RANGES,
  type: optional(CATEGORY),
  status: optional(oneOf('PENDING', 'SUCCESS', 'FAILED')),
  billerCode: optional(text),
  customer: optional(text),
  billerName: optional(text),
  search: optional(text),
  sortOrder: withDefault(oneOf('ASC', 'DESC'), 'DESC'),
};

const items = route({ params: { category: CATEGORY, billerName: text } }, (_user, asked) => {
  const { category, billerName } = asked;
  const all = BILLERS.filter((one) => one.category === category && sameText(one.name, billerName));
  if (all.length === 0) throw new ApiError(404, 'Biller not found');
  return ok('Biller items retrieved successfully', all.map(itemOf));
});

const operators = route({}, () => {
  const discos = BILLERS.filter(({ category }) => category === 'UTILITYBILLS');
  const data = discos.map(({ name, itemCode: code, billerCode }) => ({ name, code, billerCode }));
  const message = 'Electricity operators retrieved successfully';
  // The capital letter is Monei's own.
  const body = { StatusCode: 200, message, data: data satisfies MoneiElectricityOperator[], errors: {} };
  return { status: 200, body };
});

const CUSTOMER = { customer, billerCode: text, itemCode: optional(text) };
const validate = route({ body: CUSTOMER }, (_user, asked) => {
  const { billerCode, itemCode } = asked;
  const fits = (one: Biller) => one.billerCode === billerCode && one.itemCode === (itemCode ?? one.itemCode);
  if (!BILLERS.some(fits)) throw new ApiError(404, 'Biller not found');
  return ok('Customer validated successfully', { ...asked, customerName: 'JOHN DOE' });
});

/** `bills:pay`, and the records of bills. */
export function billRoutes(ledger: Ledger): Routes {
  /** By user. */
  const bills = new Map<string, List<PaidBill>>();
  const billsOf = ({ id }: EmulatedUser) => {
    const theirs = bills.get(id) ?? new List<PaidBill>();
    bills.set(id, theirs);
    return theirs;
  };

  const pay = (
    user: EmulatedUser,
    biller: Biller,
    customer: string,
    { isSchedule, scheduleData }: Values<typeof LATER>,
    units = unitsOf(String(biller.amount), NAIRA),
  ): Reply => {
    const amount = numberOf(units, NAIRA);
    if (isSchedule) {
      const when = found(scheduleData, 'A scheduled bill needs scheduleData', 400);
      return ok('Bill scheduled successfully', scheduleOf(biller, { customer, amount }, when));
    }
    const bill = newBill(user, biller, customer, amount, freeReference(ledger, user));
    const { id, reference } = bill;
    ledger.transfer(
      { reference, narration: `${biller.item} for ${customer}`, metadata: { billId: id } },
      { from: user, to: 'billers', asset: NAIRA, units, nature: 'FIAT_TRANSFER' },
    );
    billsOf(user).add(bill);
    return ok('Bill paid successfully', billOf(bill));
  };
  const airtime = route({ body: AIRTIME }, (user, asked) => {
    const { biller, phoneNumber, amount } = asked;
    if (amount < LEAST_AIRTIME || amount > MOST_AIRTIME)
      throw new ApiError(400, 'Airtime costs 50 to 50,000 naira');
    return pay(user, billerOf('AIRTIME', biller), phoneNumber, asked, amount);
  });
  const data = route({ body: DATA }, (user, asked) =>
    pay(user, billerOf('MOBILEDATA', asked.biller, asked.itemCode), asked.phoneNumber, asked),
  );
  const electricity = route({ body: ELECTRICITY }, (user, asked) =>
    pay(user, billerOf('UTILITYBILLS', asked.disco), asked.meterNumber, asked, asked.amount),
  );
  const cable = route({ body: CABLE }, (user, asked) =>
    pay(user, billerOf('CABLEBILLS', asked.biller, asked.itemCode), asked.smartcardNumber, asked),
  );

  const list = route({ query: RECORDS }, (user, asked) => {
    const { page, limit, type, status, billerCode, customer, billerName, search } = asked;
    const equal = { type, status, billerCode, customer };
    const { rows, total, totalPages, next, previous } = billsOf(user).page(asked, equal, [
      [(bill) => bill.billerName, billerName],
      [(bill) => `${bill.reference} ${bill.txRef}`, search],
    ]);
    const counts = { page, limit, total, totalPages, hasNext: next, hasPrev: previous };
    return ok<MoneiBillPage>('Bills retrieved successfully', { bills: rows.map(recordOf), ...counts });
  });
  const show = (bill: PaidBill | undefined) =>
    ok('Bill retrieved successfully', recordOf(found(bill, 'Bill not found')));

  return {
    'GET /bills/discovery/biller-items/:category/:billerName': items,
    'GET /bills/get-biller-items/:category/:billerName': items,
    'GET /bills/discovery/electricity-operators': operators,
    'GET /bills/discovery/electricity': operators,
    'POST /bills/validation/customer': validate,
    'POST /bills/validate': validate,
    'POST /bills/pay/airtime': airtime,
    'POST /bills/buy-airtime': airtime,
    'POST /bills/pay/data': data,
    'POST /bills/buy-mobile-data': data,
    'POST /bills/pay/electricity': electricity,
    'POST /bills/buy-electricity': electricity,
    'POST /bills/pay/cable-tv': cable,
    'POST /bills/subscribe-cable-tv': cable,
    'GET /bills/records': list,
    'GET /bills/records/reference/:reference': route({ params: { reference: text } }, (user, { reference }) =>
      show(billsOf(user).rows.find((bill) => bill.reference === reference)),
    ),
    'GET /bills/records/receipt/:transactionId': route({ params: { transactionId: text } }, (user, asked) =>
      show(billsOf(user).rows.find(({ id }) => id === asked.transactionId)),
    ),
  };
}

/** `bill`, milliseconds since 1970, `-` and the user's id (docs.monei.cc/api-reference/bills-payment). */
function freeReference(ledger: Ledger, { id }: EmulatedUser): string {
  let time = Date.now();
  while (ledger.find(id, `bill${time}-${id}`)) time++;
  return `bill${time}-${id}`;
}

function billerOf(category: MoneiBillCategory, name: string, itemCode?: string): Biller {
  const fits = (one: Biller) =>
    one.category === category && sameText(one.name, name) && one.itemCode === (itemCode ?? one.itemCode);
  return found(BILLERS.find(fits), `Biller or item not found: ${name}`);
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
