import type { MoneiBillCategory, MoneiBillPage, MoneiElectricityOperator } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, numberOf, unitsOf } from './assets.js';
import { billOf, itemOf, newBill, type PaidBill, recordOf, scheduleOf } from './bill-answers.js';
import { BILLERS, type Biller } from './billers.js';
import {
  customer,
  flag,
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
import { List, PAGE, pageOf, RANGES } from './pages.js';
import { ok, type Reply, type Routes, route } from './route.js';

const CATEGORY = oneOf('AIRTIME', 'MOBILEDATA', 'CABLEBILLS', 'UTILITYBILLS');
/** What airtime may cost, in kobo (docs.monei.cc/bill-payments/overview). */
const AIRTIME = { least: 50_00n, most: 50_000_00n };

const LATER = {
  isSchedule: optional(flag),
  scheduleData: optional(
    nested({ executionDate: time, isRecurring: withDefault(flag, false), recurrencePattern: optional(text) }),
  ),
  saveBeneficiary: optional(flag),
  beneficiaryName: optional(text),
};

type Later = Partial<Values<typeof LATER>>;

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
    to: string,
    { isSchedule, scheduleData }: Later,
    units = unitsOf(String(biller.amount), NAIRA),
  ): Reply => {
    if (isSchedule) {
      if (!scheduleData) throw new ApiError(400, 'A scheduled bill needs scheduleData');
      return ok(
        'Bill scheduled successfully',
        scheduleOf(biller, { customer: to, amount: numberOf(units, NAIRA) }, scheduleData),
      );
    }
    const bill = newBill(user, biller, to, numberOf(units, NAIRA), freeReference(ledger, user));
    ledger.transfer(
      { reference: bill.reference, narration: `${biller.item} for ${to}`, metadata: { billId: bill.id } },
      { from: user, to: 'billers', asset: NAIRA, units, nature: 'FIAT_TRANSFER' },
    );
    billsOf(user).add(bill);
    return ok('Bill paid successfully', billOf(bill));
  };

  const items = route({ params: { category: CATEGORY, billerName: text } }, ({ params }) => {
    const found = BILLERS.filter(
      (one) => one.category === params.category && sameText(one.name, params.billerName),
    );
    if (found.length === 0) throw new ApiError(404, 'Biller not found');
    return ok('Biller items retrieved successfully', found.map(itemOf));
  });
  const operators = route({}, () => {
    const all = BILLERS.filter(({ category }) => category === 'UTILITYBILLS');
    const data = all.map(({ name, itemCode, billerCode }) => ({
      name,
      code: itemCode,
      billerCode,
    })) satisfies MoneiElectricityOperator[];
    // The capital letter is Monei's own.
    return {
      status: 200,
      body: { StatusCode: 200, message: 'Electricity operators retrieved successfully', data, errors: {} },
    };
  });
  const validate = route({ body: { customer, billerCode: text, itemCode: optional(text) } }, ({ body }) => {
    const fits = (one: Biller) =>
      one.billerCode === body.billerCode && one.itemCode === (body.itemCode ?? one.itemCode);
    if (!BILLERS.some(fits)) throw new ApiError(404, 'Biller not found');
    return ok('Customer validated successfully', { ...body, customerName: 'JOHN DOE' });
  });
  const airtime = route(
    { body: { phoneNumber: customer, biller: text, amount: naira, ...LATER } },
    ({ user, body }) => {
      const { least, most } = AIRTIME;
      if (body.amount < least || body.amount > most)
        throw new ApiError(400, 'Airtime costs 50 to 50,000 naira');
      return pay(user, billerOf('AIRTIME', body.biller), body.phoneNumber, body, body.amount);
    },
  );
  const data = route(
    { body: { phoneNumber: customer, biller: text, itemCode: text, ...LATER } },
    ({ user, body }) => pay(user, billerOf('MOBILEDATA', body.biller, body.itemCode), body.phoneNumber, body),
  );
  const electricity = route(
    { body: { meterNumber: customer, disco: text, amount: naira, ...LATER } },
    ({ user, body }) => pay(user, billerOf('UTILITYBILLS', body.disco), body.meterNumber, body, body.amount),
  );
  const cable = route(
    { body: { smartcardNumber: customer, biller: text, itemCode: text, ...LATER } },
    ({ user, body }) =>
      pay(user, billerOf('CABLEBILLS', body.biller, body.itemCode), body.smartcardNumber, body),
  );

  const show = (bill: PaidBill | undefined) => {
    if (!bill) throw new ApiError(404, 'Bill not found');
    return ok('Bill retrieved successfully', recordOf(bill));
  };

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
    'GET /bills/records': route({ query: RECORDS }, ({ user, query }) => {
      const { page, limit, sortOrder, type, status, billerCode, customer, billerName, search, ...ranges } =
        query;
      const found = billsOf(user).search(
        ranges,
        { type, status, billerCode, customer } as Partial<PaidBill>,
        [
          [(bill) => bill.billerName, billerName],
          [(bill) => `${bill.reference} ${bill.txRef}`, search],
        ],
      );
      const { rows, total, totalPages, next, previous } = pageOf(found, {
        page,
        limit,
        ascending: sortOrder === 'ASC',
      });
      const counts = { page, limit, total, totalPages, hasNext: next, hasPrev: previous };
      return ok('Bills retrieved successfully', {
        bills: rows.map(recordOf),
        ...counts,
      } satisfies MoneiBillPage);
    }),
    'GET /bills/records/reference/:reference': route({ params: { reference: text } }, ({ user, params }) =>
      show(billsOf(user).rows.find(({ reference }) => reference === params.reference)),
    ),
    'GET /bills/records/receipt/:transactionId': route(
      { params: { transactionId: text } },
      ({ user, params }) => show(billsOf(user).rows.find(({ id }) => id === params.transactionId)),
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
  const found = BILLERS.find(fits);
  if (!found) throw new ApiError(404, `Biller or item not found: ${name}`);
  return found;
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
