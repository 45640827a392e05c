import type {
  MoneiTransaction,
  MoneiTransactionDetails,
  MoneiTransactionPage,
} from '../../../src/api/index.js';
import { orNotFound } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { oneOf, optional, text, withDefault } from './fields.js';
import type { Ledger, TransactionRecord } from './ledger.js';
import { PAGE, RANGES } from './pages.js';
import { idOf, publicUser } from './people.js';
import { ok, type Routes, route } from './route.js';

const LIST = {
  ...PAGE,
  ...RANGES,
  status: optional(oneOf('PENDING', 'SUCCESS', 'FAILED', 'COMPLETED')),
  type: optional(oneOf('DEBIT', 'CREDIT', 'PEER-TRANSFER')),
  currency: optional(text),
  reference: optional(text),
  narration: optional(text),
  sortOrder: withDefault(oneOf('asc', 'desc'), 'desc'),
};

/** Returns the routes of transactions, which need `wallet:read`. */
export function transactionRoutes(ledger: Ledger): Routes {
  const list = route({ query: LIST }, (user, input) => {
    const { page, limit, status, type, currency, reference, narration } = input;
    const { rows, total, totalPages, next, previous } = ledger.history(user.id).search(input, {
      equal: { status, type, currency, reference },
      containing: [{ textIn: (record) => record.narration, part: narration }],
    });
    return ok<MoneiTransactionPage>('Transactions retrieved successfully', {
      transactions: rows.map(listEntryOf),
      pagination: { page, limit, total, totalPages, hasNextPage: next, hasPreviousPage: previous },
    });
  });
  const show = (user: EmulatedUser, record: TransactionRecord | undefined) =>
    ok('Transaction retrieved successfully', detailsOf(user, orNotFound(record, 'Transaction not found')));
  return {
    'GET /transactions': list,
    'GET /transactions/user': list,
    'GET /transactions/:id': route({ params: { id: text } }, (user, { id }) =>
      show(
        user,
        ledger.history(user.id).entries.find((record) => record.id === id),
      ),
    ),
    'GET /transactions/reference/:reference': route({ params: { reference: text } }, (user, { reference }) =>
      show(user, ledger.find(user.id, reference)),
    ),
  };
}

/** Returns the fields of a transaction that the documented list has. */
function listEntryOf({
  nature: _nature,
  fee: _fee,
  totalAmount: _total,
  metadata: _metadata,
  ...entry
}: TransactionRecord): MoneiTransaction {
  return entry;
}

function detailsOf(
  user: EmulatedUser,
  { userId: _userId, ...record }: TransactionRecord,
): MoneiTransactionDetails {
  return {
    ...record,
    user: publicUser(user),
    wallet: { id: idOf(`wallet of ${user.id}`) },
    owner: 'USER',
  };
}
