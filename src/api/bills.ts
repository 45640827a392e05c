import type { MoneiDates } from './common.js';

/** The kind of a bill. */
export type MoneiBillCategory = 'AIRTIME' | 'MOBILEDATA' | 'CABLEBILLS' | 'UTILITYBILLS';

/** A row of `GET /bills/discovery/biller-items/:category/:billerName`. */
export interface MoneiBillerItem {
  id: number;
  biller_code: string;
  name: string;
  default_commission: number;
  date_added: string;
  country: string;
  is_airtime: boolean;
  biller_name: string;
  item_code: string;
  short_name: string;
  /** Naira. */
  fee: number;
  commission_on_fee: boolean;
  reg_expression: string;
  label_name: string;
  /** Naira. If it is 0, the payer chooses the amount. */
  amount: number;
  is_resolvable: boolean;
  group_name: string;
  category_name: string;
  is_data: boolean | null;
  default_commission_on_amount: number | null;
  commission_on_fee_or_amount: number | null;
  validity_period: string | null;
}

/** A row of `GET /bills/discovery/electricity-operators`. The envelope has `StatusCode` in place of `statusCode`. */
export interface MoneiElectricityOperator {
  name: string;
  code: string;
  billerCode: string;
}

/** A paid bill: `POST /bills/pay/…` (docs.monei.cc/api-reference/bills-payment). */
export interface MoneiBill extends MoneiDates {
  id: string;
  userId: string;
  reference: string;
  billerCode: string;
  itemCode: string;
  /** The phone, meter or smartcard number. */
  customer: string;
  /** Naira. A string in the list of records, according to the SDK for Python. */
  amount: number | string;
  type: MoneiBillCategory;
  status: 'PENDING' | 'SUCCESS' | 'FAILED';
  txRef: string;
  billerName: string;
  metadata: Record<string, unknown> | null;
  /** The code to type into the meter, for electricity. */
  token: string | null;
  units: string | null;
  /** For data. */
  validityPeriod: string | null;
  /** Only in the list of records. */
  providerData?: string | null;
}

/** The response for a bill to be paid later (`isSchedule`). Monei does not document it. */
export interface MoneiBillSchedule {
  id: string;
  type: MoneiBillCategory;
  payload: Record<string, unknown>;
  executionDate: string;
  status: string;
  isRecurring: boolean;
  recurrencePattern: string | null;
  nextExecutionDate: string | null;
}

/** `GET /bills/records` (docs.monei.cc/api-reference/bill-records). */
export interface MoneiBillPage {
  bills: MoneiBill[];
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  hasNext: boolean;
  hasPrev: boolean;
}

/** Fields that every bill payment may have in addition: a later date, and a name under which to save the receiver. */
export interface MoneiBillOptions {
  isSchedule?: boolean;
  scheduleData?: {
    /** ISO 8601. */
    executionDate: string;
    isRecurring?: boolean;
    recurrencePattern?: string;
  };
  saveBeneficiary?: boolean;
  beneficiaryName?: string;
}

/** Body of `POST /bills/pay/airtime`. Bills take no reference, so paying one twice pays twice. */
export interface MoneiAirtimeRequest extends MoneiBillOptions {
  phoneNumber: string;
  /** A name, such as `mtn`. */
  biller: string;
  /** Naira, 50 to 50,000. */
  amount: number;
}

/** Body of `POST /bills/pay/data`. */
export interface MoneiDataRequest extends MoneiBillOptions {
  phoneNumber: string;
  /** A name, such as `mtn`. */
  biller: string;
  /** `item_code` of a `MoneiBillerItem`. */
  itemCode: string;
}

/** Body of `POST /bills/pay/electricity`. */
export interface MoneiElectricityRequest extends MoneiBillOptions {
  meterNumber: string;
  /** Naira. */
  amount: number;
  /** The name of a `MoneiElectricityOperator`. */
  disco: string;
}

/** Body of `POST /bills/pay/cable-tv`. */
export interface MoneiCableTvRequest extends MoneiBillOptions {
  smartcardNumber: string;
  /** A name, such as `dstv`. */
  biller: string;
  /** `item_code` of a `MoneiBillerItem`. */
  itemCode: string;
}
