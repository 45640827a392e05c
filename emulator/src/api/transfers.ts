import type {
  MoneiBank,
  MoneiBankAccount,
  MoneiBankTransfer,
  MoneiTransfer,
} from '../../../src/api/index.js';
import { ApiError, orBadRequest, orNotFound } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, toNumber } from './assets.js';
import { accountNumber, currency, matching, naira, object, optional, text } from './fields.js';
import type { Ledger } from './ledger.js';
import { newReference, pinOf, userWithContact } from './people.js';
import { ok, type Routes, route } from './route.js';

/** A few of Monei's about 700 banks. */
export const BANKS: MoneiBank[] = [
  { id: '1', code: '058', name: 'Guaranty Trust Bank' },
  { id: '2', code: '044', name: 'Access Bank' },
  { id: '3', code: '011', name: 'First Bank of Nigeria' },
  { id: '4', code: '033', name: 'United Bank for Africa' },
  { id: '5', code: '057', name: 'Zenith Bank' },
  { id: '6', code: '999992', name: 'OPay' },
];

/**
 * Returns the bank with a code.
 *
 * @throws {ApiError} 400 if it is not in the list
 */
function bankOf(code: string): MoneiBank {
  const bank = BANKS.find((one) => one.code === code);
  return orBadRequest(bank, `Unknown bank code ${code}`);
}

/** Returns a bank account. All account numbers exist and have the same owner. */
export function bankAccount(bankCode: string, accountNumber: string): MoneiBankAccount {
  return { accountName: 'JOHN DOE', accountNumber, bankCode, bankName: bankOf(bankCode).name };
}

const transactionPin = matching(/^\d{4,6}$/, '4 to 6 digits');
const TRANSFER = { receiver: text, amount: naira, transactionPin, currency };
const BANK_TRANSFER = {
  amount: naira,
  bank: text,
  accountNumber,
  transactionPin,
  reference: optional(text),
  narration: optional(matching(/^.{1,100}$/s, 'at most 100 characters')),
  meta: optional(object),
};

/** Returns the routes of `wallet:send` and `wallet:withdraw`, and those of banks. */
export function transferRoutes(ledger: Ledger, users: readonly EmulatedUser[]): Routes {
  return {
    'POST /wallet/payout/transfer': route({ body: TRANSFER }, (user, input) => {
      checkPin(user, input.transactionPin);
      const receiver = orNotFound(
        userWithContact(input.receiver, users),
        'The receiver is not a registered user',
      );
      if (receiver.id === user.id) throw new ApiError(400, 'You cannot send money to yourself');
      const reference = newReference('P2P-');
      const money = { asset: NAIRA, units: input.amount };
      ledger.transfer({ reference }, { from: user, to: receiver, ...money, nature: 'FIAT_P2P' });
      return ok<MoneiTransfer>('Transfer successful', {
        reference,
        status: 'SUCCESS',
        amount: toNumber(input.amount, NAIRA),
        currency: input.currency,
        receiver: input.receiver,
        createdAt: new Date().toISOString(),
      });
    }),
    'POST /wallet/payout/bank-transfer': route({ body: BANK_TRANSFER }, (user, input) => {
      checkPin(user, input.transactionPin);
      const { name } = bankOf(input.bank);
      const { reference = newReference('PO-'), narration = `Withdrawal to ${name}`, meta } = input;
      ledger.transfer(
        { reference, narration, metadata: meta },
        { from: user, to: 'banks', asset: NAIRA, units: input.amount, nature: 'FIAT_WITHDRAWAL' },
      );
      // Monei responds with PENDING. The next request finds the transfer completed.
      const transfer = { reference, status: 'PENDING', amount: toNumber(input.amount, NAIRA) } as const;
      return ok<MoneiBankTransfer>('Transfer initiated successfully', transfer);
    }),
    'GET /wallet/utils/banks': route({}, () => ok('Banks retrieved successfully', BANKS)),
    'GET /wallet/utils/bank-code': route({ query: { bankName: text } }, (_user, { bankName }) => {
      const bank = BANKS.find(({ name }) => name.toLowerCase() === bankName.toLowerCase());
      return ok('Bank code retrieved successfully', orNotFound(bank, 'Bank not found'));
    }),
    'POST /wallet/utils/verify-bank-account': route({ body: { accountNumber, bank: text } }, (_user, input) =>
      ok('Account verified successfully', bankAccount(input.bank, input.accountNumber)),
    ),
  };
}

function checkPin(user: EmulatedUser, given: string): void {
  if (given !== pinOf(user)) throw new ApiError(400, 'Incorrect transaction PIN');
}
