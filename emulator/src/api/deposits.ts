import type { MoneiDeposit, MoneiPaymentLink } from '../../../src/api/index.js';
import { ApiError, orNotFound } from '../api-error.js';
import { displayName, type EmulatedUser } from '../registrations.js';
import { NAIRA, toNumber } from './assets.js';
import { currency, matching, naira, nested, object, oneOf, optional, text, type Values } from './fields.js';
import type { Ledger } from './ledger.js';
import { accountNumberOf, newReference } from './people.js';
import { ok, type Routes, route } from './route.js';

/** Time to pay a deposit, in milliseconds. This is an assumption about Monei. */
const PAYMENT_WINDOW_MS = 30 * 60 * 1000;

const METHOD = oneOf('BANK_TRANSFER', 'USSD', 'CARD');
type Method = ReturnType<typeof METHOD>;

const NATURE = {
  BANK_TRANSFER: 'FIAT_DEPOSIT',
  USSD: 'FIAT_USSD_DEPOSIT',
  CARD: 'FIAT_CARD_DEPOSIT',
} as const;

const COMMON = { amount: naira, reference: optional(text), currency, narration: optional(text) };
const CARD = nested({
  cardNumber: matching(/^\d{12,19}$/, '12 to 19 digits'),
  cvv: matching(/^\d{3,4}$/, '3 or 4 digits'),
  expiryMonth: matching(/^(0?[1-9]|1[0-2])$/, 'a month'),
  expiryYear: matching(/^(\d\d)?\d\d$/, 'a year'),
  cardHolderName: text,
});
const DEPOSIT = { ...COMMON, card: optional(CARD), ussd: optional(nested({ bankCode: text })) };
const PAYMENT_LINK = {
  ...COMMON,
  redirectUrl: optional(text),
  customization: optional(nested({ title: optional(text) })),
  customer: optional(object),
};

/** Returns the routes of `wallet:deposit`, and that of the status of a deposit. */
export function depositRoutes(ledger: Ledger): Routes {
  const deposits = new Map<string, Omit<MoneiDeposit, 'status'>>();

  const start = (
    user: EmulatedUser,
    { amount, reference = newReference('DEP-'), narration = 'Deposit' }: Values<typeof COMMON>,
    method: Method,
    details: Partial<MoneiDeposit>,
  ) => {
    // The payer pays a fee of 2.2 % in addition, rounded down to whole kobo.
    const fee = (amount * 22n) / 1000n;
    const money = { from: 'banks', asset: NAIRA } as const;
    ledger.prepare(
      { reference, narration, fee },
      { ...money, to: user, units: amount, nature: NATURE[method] },
      { ...money, to: 'fees', units: fee },
    );
    const deposit = {
      amount: toNumber(amount, NAIRA),
      totalAmount: toNumber(amount + fee, NAIRA),
      moneiFee: toNumber(fee, NAIRA),
      reference,
      currency: 'NGN',
      narration,
      ...details,
    };
    deposits.set(reference, deposit);
    return { ...deposit, status: 'PENDING' } satisfies MoneiDeposit;
  };

  const closedRoute = route({}, () => {
    throw new ApiError(403, 'This route is not open to apps of Monei Connect');
  });

  return {
    'POST /wallet/deposit': route({ query: { method: METHOD }, body: DEPOSIT }, (user, input) => {
      const { method, card, ussd } = input;
      if (method === 'CARD' && !card) throw new ApiError(400, 'A deposit by card needs card');
      if (method === 'USSD' && !ussd) throw new ApiError(400, 'A deposit by USSD needs ussd');
      return ok('Deposit initiated successfully', start(user, input, method, detailsOf(user, method)));
    }),
    'POST /wallet/deposit/payment-link': route({ body: PAYMENT_LINK }, (user, input) => {
      const { redirectUrl, customer } = input;
      const details = { ...(redirectUrl && { redirectUrl }), ...(customer && { customer }) };
      const { reference } = start(user, input, 'BANK_TRANSFER', details);
      const link = `https://checkout.monei.cc/pay/${encodeURIComponent(reference)}`;
      return ok<MoneiPaymentLink>('Payment link created successfully', { link });
    }),
    'GET /wallet/deposit/status/:reference': route({ params: { reference: text } }, (user, { reference }) => {
      const deposit = orNotFound(deposits.get(reference), 'Deposit not found');
      const { status } = orNotFound(ledger.find(user.id, reference), 'Deposit not found');
      return ok<MoneiDeposit>('Deposit status retrieved successfully', { ...deposit, status });
    }),
    'POST /wallet/deposit/payment-method': closedRoute,
    'POST /wallet/deposit/authorize': closedRoute,
    'POST /wallet/virtual-account': closedRoute,
  };
}

function detailsOf(user: EmulatedUser, method: Method): Partial<MoneiDeposit> {
  switch (method) {
    case 'BANK_TRANSFER':
      return {
        accountNumber: accountNumberOf(user),
        bankName: 'Indulge MFB',
        accountName: displayName(user),
        expiry_datetime: new Date(Date.now() + PAYMENT_WINDOW_MS).toISOString(),
        note: 'Transfer exactly totalAmount to this account',
      };
    case 'USSD':
      return {
        nextAction: { type: 'payment_Instructions', payment_instruction: { note: 'Dial *000*000#' } },
      };
    case 'CARD':
      return { nextAction: { type: 'requires_pin' } };
  }
}
