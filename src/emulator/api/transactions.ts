import type { MoneiTransaction, MoneiTransactionDetails, MoneiTransactionPage } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { oneOf, optional, text, withDefault } from './fields.js';
import type { Ledger, Row } from './ledger.js';
import { PAGE, pageOf, RANGES } from './pages.js';
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
  const list = route({ query: LIST }, ({ user, query }) => {
    const { page, limit, sortOrder, status, type, currency, reference, narration, ...ranges } = query;
    const found = ledger
      .history(user.id)
      .search(ranges, { status, type, currency, reference } as Partial<Row>, [
        [(row) => row.narration, narration],
      ]);
    const { rows, total, totalPages, next, previous } = pageOf(found, {
      page,
      limit,
      ascending: sortOrder === 'asc',
    });
    return ok('Transactions retrieved successfully', {
      transactions: rows.map(listed),
      pagination: { page, limit, total, totalPages, hasNextPage: next, hasPreviousPage: previous },
    } satisfies MoneiTransactionPage);
  });
  const show = (user: EmulatedUser, row: Row | undefined) => {
    if (!row) throw new ApiError(404, 'Transaction not found');
    return ok('Transaction retrieved successfully', detailed(user, row));
  };
  return {
    'GET /transactions': list,
    'GET /transactions/user': list,
    'GET /transactions/:id': route({ params: { id: text } }, ({ user, params }) =>
      show(user, ledger.get(user.id, params.id)),
    ),
    'GET /transactions/reference/:reference': route({ params: { reference: text } }, ({ user, params }) =>
      show(user, ledger.find(user.id, params.reference)),
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
