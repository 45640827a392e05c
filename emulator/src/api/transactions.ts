import type {
  MoneiTransaction,
  MoneiTransactionDetails,
  MoneiTransactionPage,
} from '../../../src/api/index.js';
import { found } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { oneOf, optional, text, withDefault } from './fields.js';
import type { Ledger, Row } from './ledger.js';
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

/** The transactions of `wallet:read`. */
export function transactionRoutes(ledger: Ledger): Routes {
  const list = route({ query: LIST }, (user, asked) => {
    const { page, limit, status, type, currency, reference, narration } = asked;
    const { rows, total, totalPages, next, previous } = ledger
      .history(user.id)
      .page(asked, { status, type, currency, reference }, [[(row) => row.narration, narration]]);
    return ok<MoneiTransactionPage>('Transactions retrieved successfully', {
      transactions: rows.map(listed),
      pagination: { page, limit, total, totalPages, hasNextPage: next, hasPreviousPage: previous },
    });
  });
  const show = (user: EmulatedUser, row: Row | undefined) =>
    ok('Transaction retrieved successfully', detailed(user, found(row, 'Transaction not found')));
  return {
    'GET /transactions': list,
    'GET /transactions/user': list,
    'GET /transactions/:id': route({ params: { id: text } }, (user, { id }) =>
      show(
        user,
        ledger.history(user.id).rows.find((row) => row.id === id),
      ),
    ),
    'GET /transactions/reference/:reference': route({ params: { reference: text } }, (user, { reference }) =>
      show(user, ledger.find(user.id, reference)),
    ),
  };
}

/** The documented list has fewer fields. */
function listed({
  nature: _nature,
  fee: _fee,
  totalAmount: _total,
  metadata: _metadata,
  ...row
}: Row): MoneiTransaction {
  return row;
}

function detailed(user: EmulatedUser, { userId: _userId, ...row }: Row): MoneiTransactionDetails {
  return {
    ...row,
    user: publicUser(user),
    wallet: { id: idOf(`wallet of ${user.id}`) },
    owner: 'USER',
  };
}
