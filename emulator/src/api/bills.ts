import type { MoneiBillCategory, MoneiBillPage, MoneiElectricityOperator } from '../../../src/api/index.js';
import { ApiError, orBadRequest, orNotFound } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, parseAmount, toNumber } from './assets.js';
import { billOf, billRecordOf, itemOf, newBill, type PaidBill, scheduleOf } from './bill-responses.js';
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
import { PAGE, RANGES } from './pages.js';
import { type ApiResponse, ok, type Routes, route } from './route.js';
import { TransactionLog } from './transaction-log.js';

const CATEGORY = oneOf('AIRTIME', 'MOBILEDATA', 'CABLEBILLS', 'UTILITYBILLS');
/** The limits of airtime, in kobo (docs.monei.cc/bill-payments/overview). */
const MIN_AIRTIME = 50_00n;
const MAX_AIRTIME = 50_000_00n;

/** A phone, meter or smartcard number. */
const customer = matching(/^\+?\d{5,20}$/, '5 to 20 digits');

const SCHEDULE = {
  executionDate: time,
  isRecurring: withDefault(flag, false),
  recurrencePattern: optional(text),
};
const SCHEDULING = {
  isSchedule: optional(flag),
  scheduleData: optional(nested(SCHEDULE)),
  saveBeneficiary: optional(flag),
  beneficiaryName: optional(text),
};
const AIRTIME = { phoneNumber: customer, biller: text, amount: naira, ...SCHEDULING };
const DATA = { phoneNumber: customer, biller: text, itemCode: text, ...SCHEDULING };
const ELECTRICITY = { meterNumber: customer, disco: text, amount: naira, ...SCHEDULING };
const CABLE = { smartcardNumber: customer, biller: text, itemCode: text, ...SCHEDULING };

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

const items = route({ params: { category: CATEGORY, billerName: text } }, (_user, input) => {
  const { category, billerName } = input;
  const all = BILLERS.filter((one) => one.category === category && equalsIgnoringCase(one.name, billerName));
  if (all.length === 0) throw new ApiError(404, 'Biller not found');
  return ok('Biller items retrieved successfully', all.map(itemOf));
});

const operators = route({}, () => {
  const discos = BILLERS.filter(({ category }) => category === 'UTILITYBILLS');
  const data = discos.map(({ name, itemCode: code, billerCode }) => ({ name, code, billerCode }));
  const message = 'Electricity operators retrieved successfully';
  // Monei writes StatusCode with a capital letter here.
  const body = { StatusCode: 200, message, data: data satisfies MoneiElectricityOperator[], errors: {} };
  return { status: 200, body };
});

const CUSTOMER = { customer, billerCode: text, itemCode: optional(text) };
const validate = route({ body: CUSTOMER }, (_user, input) => {
  const { billerCode, itemCode } = input;
  const matches = (one: Biller) =>
    one.billerCode === billerCode && one.itemCode === (itemCode ?? one.itemCode);
  if (!BILLERS.some(matches)) throw new ApiError(404, 'Biller not found');
  return ok('Customer validated successfully', { ...input, customerName: 'JOHN DOE' });
});

/** Returns the routes of `bills:pay`, and those of the records of bills. */
export function billRoutes(ledger: Ledger): Routes {
  /** The paid bills, by user. */
  const bills = new Map<string, TransactionLog<PaidBill>>();
  const billsOf = ({ id }: EmulatedUser) => {
    const log = bills.get(id) ?? new TransactionLog<PaidBill>();
    bills.set(id, log);
    return log;
  };

  const pay = (
    user: EmulatedUser,
    biller: Biller,
    customer: string,
    { isSchedule, scheduleData }: Values<typeof SCHEDULING>,
    units = parseAmount(String(biller.amount), NAIRA),
  ): ApiResponse => {
    const amount = toNumber(units, NAIRA);
    if (isSchedule) {
      const when = orBadRequest(scheduleData, 'A scheduled bill needs scheduleData');
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
  const airtime = route({ body: AIRTIME }, (user, input) => {
    const { biller, phoneNumber, amount } = input;
    if (amount < MIN_AIRTIME || amount > MAX_AIRTIME)
      throw new ApiError(400, 'Airtime costs 50 to 50,000 naira');
    return pay(user, billerOf('AIRTIME', biller), phoneNumber, input, amount);
  });
  const data = route({ body: DATA }, (user, input) =>
    pay(user, billerOf('MOBILEDATA', input.biller, input.itemCode), input.phoneNumber, input),
  );
  const electricity = route({ body: ELECTRICITY }, (user, input) =>
    pay(user, billerOf('UTILITYBILLS', input.disco), input.meterNumber, input, input.amount),
  );
  const cable = route({ body: CABLE }, (user, input) =>
    pay(user, billerOf('CABLEBILLS', input.biller, input.itemCode), input.smartcardNumber, input),
  );

  const list = route({ query: RECORDS }, (user, input) => {
    const { page, limit, type, status, billerCode, customer, billerName, search } = input;
    const { rows, total, totalPages, next, previous } = billsOf(user).search(input, {
      equal: { type, status, billerCode, customer },
      containing: [
        { textIn: (bill) => bill.billerName, part: billerName },
        { textIn: (bill) => `${bill.reference} ${bill.txRef}`, part: search },
      ],
    });
    const counts = { page, limit, total, totalPages, hasNext: next, hasPrev: previous };
    return ok<MoneiBillPage>('Bills retrieved successfully', { bills: rows.map(billRecordOf), ...counts });
  });
  const show = (bill: PaidBill | undefined) =>
    ok('Bill retrieved successfully', billRecordOf(orNotFound(bill, 'Bill not found')));

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
      show(billsOf(user).entries.find((bill) => bill.reference === reference)),
    ),
    'GET /bills/records/receipt/:transactionId': route({ params: { transactionId: text } }, (user, input) =>
      show(billsOf(user).entries.find(({ id }) => id === input.transactionId)),
    ),
  };
}

/** Returns an unused reference: `bill`, milliseconds since 1970, `-`, user id (docs.monei.cc/api-reference/bills-payment). */
function freeReference(ledger: Ledger, { id }: EmulatedUser): string {
  let time = Date.now();
  while (ledger.find(id, `bill${time}-${id}`)) time++;
  return `bill${time}-${id}`;
}

function billerOf(category: MoneiBillCategory, name: string, itemCode?: string): Biller {
  const matches = (one: Biller) =>
    one.category === category &&
    equalsIgnoringCase(one.name, name) &&
    one.itemCode === (itemCode ?? one.itemCode);
  return orNotFound(BILLERS.find(matches), `Biller or item not found: ${name}`);
}

function equalsIgnoringCase(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
