import { randomUUID } from 'node:crypto';
import type { MoneiBill, MoneiBillerItem, MoneiBillSchedule } from '../../../src/api/index.js';
import type { EmulatedUser } from '../registrations.js';
import type { Biller } from './billers.js';
import { newReference } from './people.js';

/** A paid bill, as the emulator stores it. */
export interface PaidBill extends MoneiBill {
  amount: number;
  createdAt: string;
  updatedAt: string;
}

/** Creates a bill that is paid now. `amount` is in naira. */
export function newBill(
  user: EmulatedUser,
  biller: Biller,
  customer: string,
  amount: number,
  reference: string,
): PaidBill {
  const now = new Date().toISOString();
  const isPower = biller.category === 'UTILITYBILLS';
  return {
    id: randomUUID(),
    createdAt: now,
    updatedAt: now,
    deletedDate: null,
    userId: user.id,
    reference,
    billerCode: biller.billerCode,
    itemCode: biller.itemCode,
    customer,
    amount,
    type: biller.category,
    status: 'SUCCESS',
    txRef: newReference('CF-EMULATOR-'),
    billerName: biller.name,
    metadata: null,
    token: isPower ? '1234-5678-9012-3456-7890' : null,
    units: isPower ? String(amount / 100) : null,
    validityPeriod: biller.validity,
  };
}

/** Returns a bill for the response to its payment, which has fewer fields than a record. */
export function billOf({ updatedAt: _updatedAt, deletedDate: _deletedDate, ...bill }: PaidBill): MoneiBill {
  return bill;
}

/** Returns a bill for the records. */
export function billRecordOf(bill: PaidBill): MoneiBill {
  return { ...bill, providerData: '{}' };
}

/** Creates a schedule. The emulator never pays a scheduled bill. */
export function scheduleOf(
  { category }: Biller,
  payload: Record<string, unknown>,
  schedule: { executionDate: string; isRecurring: boolean; recurrencePattern?: string | undefined },
): MoneiBillSchedule {
  return {
    id: randomUUID(),
    type: category,
    payload,
    executionDate: schedule.executionDate,
    status: 'PENDING',
    isRecurring: schedule.isRecurring,
    recurrencePattern: schedule.recurrencePattern ?? null,
    nextExecutionDate: schedule.executionDate,
  };
}

export function itemOf(
  { category, name, billerCode, itemCode, item, amount, validity }: Biller,
  index: number,
): MoneiBillerItem {
  return {
    id: index + 1,
    biller_code: billerCode,
    name: item,
    default_commission: 0,
    date_added: '2025-01-15T09:30:00.000Z',
    country: 'NG',
    is_airtime: category === 'AIRTIME',
    biller_name: name,
    item_code: itemCode,
    short_name: item,
    fee: 0,
    commission_on_fee: false,
    reg_expression: '',
    label_name: category === 'AIRTIME' || category === 'MOBILEDATA' ? 'Mobile Number' : 'Customer Number',
    amount,
    is_resolvable: true,
    group_name: category,
    category_name: category,
    is_data: category === 'MOBILEDATA',
    default_commission_on_amount: null,
    commission_on_fee_or_amount: null,
    validity_period: validity,
  };
}
