import type { MoneiBillCategory } from '../../../src/api/index.js';

/** A service that a bill pays for. */
export interface Biller {
  category: MoneiBillCategory;
  name: string;
  billerCode: string;
  itemCode: string;
  item: string;
  /** The price in naira. 0: the payer chooses the amount. */
  amount: number;
  /** Validity in days. */
  validity: string | null;
}

/** The areas of Nigeria's electricity distribution companies (discos). */
const DISCO_AREAS = ['IKEJA', 'EKO', 'KADUNA', 'YOLA', 'PORT HARCOURT', 'KANO', 'IBADAN', 'ENUGU', 'BENIN'];

/** A few billers of each category. Codes and prices are invented, except those of Glo's airtime, which the documentation has. */
export const BILLERS: Biller[] = [
  ...airtime('MTN', 'BIL099', 'AT099'),
  ...airtime('AIRTEL', 'BIL100', 'AT100'),
  ...airtime('GLO', 'BIL102', 'AT133'),
  ...airtime('9MOBILE', 'BIL103', 'AT134'),
  ...data('MTN', 'BIL104', 'MD104'),
  ...data('AIRTEL', 'BIL105', 'MD105'),
  ...data('GLO', 'BIL106', 'MD106'),
  ...data('9MOBILE', 'BIL107', 'MD107'),
  ...['DSTV', 'GOTV', 'DSTV BOX OFFICE', 'MYTV', 'HiTV', 'STARTIMES'].map((name, index): Biller => {
    const codes = { billerCode: `BIL12${index}`, itemCode: `CB12${index}` };
    return { category: 'CABLEBILLS', name, ...codes, item: `${name} monthly`, amount: 5000, validity: '30' };
  }),
  ...DISCO_AREAS.map((area, index): Biller => {
    const name = `${area} DISCO ELECTRICITY`;
    const codes = { billerCode: `BIL11${index}`, itemCode: `UB11${index}` };
    return { category: 'UTILITYBILLS', name, ...codes, item: `${name} prepaid`, amount: 0, validity: null };
  }),
];

function airtime(name: string, billerCode: string, itemCode: string): Biller[] {
  return [
    { category: 'AIRTIME', name, billerCode, itemCode, item: `${name} airtime`, amount: 0, validity: null },
  ];
}

function data(name: string, billerCode: string, itemCode: string): Biller[] {
  const common = { category: 'MOBILEDATA', name, billerCode } as const;
  return [
    { ...common, itemCode: `${itemCode}1`, item: `${name} 1 GB`, amount: 500, validity: '7' },
    { ...common, itemCode: `${itemCode}5`, item: `${name} 5 GB`, amount: 1500, validity: '30' },
  ];
}
