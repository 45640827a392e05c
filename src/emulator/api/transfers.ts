import type { MoneiBank, MoneiBankAccount, MoneiBankTransfer, MoneiTransfer } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, numberOf } from './assets.js';
import { accountNumber, naira, object, oneOf, optional, pin, text, withDefault } from './fields.js';
import type { Ledger } from './ledger.js';
import { newReference, type People, pinOf } from './people.js';
import { ok, type Routes, route } from './route.js';

/** Some of about 700. */
const BANKS: MoneiBank[] = [
  { id: '1', code: '058', name: 'Guaranty Trust Bank' },
  { id: '2', code: '044', name: 'Access Bank' },
  { id: '3', code: '011', name: 'First Bank of Nigeria' },
  { id: '4', code: '033', name: 'United Bank for Africa' },
  { id: '5', code: '057', name: 'Zenith Bank' },
  { id: '6', code: '999992', name: 'OPay' },
];

/** @throws {ApiError} 400 for a bank that is not in the list */
function bankOf(code: string): MoneiBank {
  const bank = BANKS.find((one) => one.code === code);
  if (!bank) throw new ApiError(400, `Unknown bank code ${code}`);
  return bank;
}

/** Every account number has an owner, the same for all. */
export function bankAccount(bankCode: string, number: string): MoneiBankAccount {
  return { accountName: 'JOHN DOE', accountNumber: number, bankCode, bankName: bankOf(bankCode).name };
}

export function allBanks(): MoneiBank[] {
  return BANKS;
}

/** `wallet:send`, `wallet:withdraw`, and the banks. */
export function transferRoutes(ledger: Ledger, people: People): Routes {
  return {
    'POST /wallet/payout/transfer': route(
      {
        body: {
          receiver: text,
          amount: naira,
          transactionPin: pin,
          currency: withDefault(oneOf('NGN'), 'NGN'),
        },
      },
      ({ user, body }) => {
        checkPin(user, body.transactionPin);
        const receiver = people.find(body.receiver);
        if (!receiver) throw new ApiError(404, 'The receiver is not a registered user');
        if (receiver.id === user.id) throw new ApiError(400, 'You cannot send money to yourself');
        const reference = newReference('P2P-');
        const money = { asset: NAIRA, units: body.amount };
        ledger.transfer({ reference }, { from: user, to: receiver, ...money, nature: 'FIAT_P2P' });
        return ok('Transfer successful', {
          reference,
          status: 'SUCCESS',
          amount: numberOf(body.amount, NAIRA),
          currency: body.currency,
          receiver: body.receiver,
          createdAt: new Date().toISOString(),
        } satisfies MoneiTransfer);
      },
    ),
    'POST /wallet/payout/bank-transfer': route(
      {
        body: {
          amount: naira,
          bank: text,
          accountNumber,
          transactionPin: pin,
          reference: optional(text),
          narration: optional(text),
          meta: optional(object),
        },
      },
      ({ user, body }) => {
        checkPin(user, body.transactionPin);
        const { name } = bankOf(body.bank);
        const reference = body.reference ?? newReference('PO-');
        ledger.transfer(
          { reference, narration: body.narration ?? `Withdrawal to ${name}`, metadata: body.meta },
          { from: user, to: 'banks', asset: NAIRA, units: body.amount, nature: 'FIAT_WITHDRAWAL' },
        );
        // As Monei answers. It has arrived by the time of the next call.
        const answer = { reference, status: 'PENDING', amount: numberOf(body.amount, NAIRA) } as const;
        return ok('Transfer initiated successfully', answer satisfies MoneiBankTransfer);
      },
    ),
    'GET /wallet/utils/banks': route({}, () => ok('Banks retrieved successfully', BANKS)),
    'GET /wallet/utils/bank-code': route({ query: { bankName: text } }, ({ query }) => {
      const bank = BANKS.find(({ name }) => name.toLowerCase() === query.bankName.toLowerCase());
      if (!bank) throw new ApiError(404, 'Bank not found');
      return ok('Bank code retrieved successfully', bank);
    }),
    'POST /wallet/utils/verify-bank-account': route({ body: { accountNumber, bank: text } }, ({ body }) =>
      ok('Account verified successfully', bankAccount(body.bank, body.accountNumber)),
    ),
  };
}

function checkPin(user: EmulatedUser, given: string): void {
  if (given !== pinOf(user)) throw new ApiError(400, 'Incorrect transaction PIN');
}
