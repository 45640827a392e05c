import type { MoneiTransaction, MoneiTransactionDetails, MoneiTransactionPage } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { day, limit, oneOf, optional, queriedInteger, queriedNumber, text, withDefault } from './fields.js';
import type { Ledger, Row } from './ledger.js';
import { idOf, publicUser } from './people.js';
import { ok, type Routes, route } from './route.js';

const LIST = {
  page: withDefault(queriedInteger, 1),
  limit: withDefault(limit, 10),
  status: optional(oneOf('PENDING', 'SUCCESS', 'FAILED', 'COMPLETED')),
  type: optional(oneOf('DEBIT', 'CREDIT', 'PEER-TRANSFER')),
  minAmount: optional(queriedNumber),
  maxAmount: optional(queriedNumber),
  currency: optional(text),
  narration: optional(text),
  reference: optional(text),
  startDate: optional(day),
  endDate: optional(day),
  sortBy: withDefault(oneOf('createdAt', 'amount', 'updatedAt'), 'createdAt'),
  sortOrder: withDefault(oneOf('asc', 'desc'), 'desc'),
};

/** The transactions of `wallet:read`. */
export function transactionRoutes(ledger: Ledger): Routes {
  const list = route({ query: LIST }, ({ user, query: { page, limit, sortBy, sortOrder, ...filters } }) => {
    const paging = { page, limit, ascending: sortOrder === 'asc' };
    const { rows, total, totalPages } = ledger.history(user.id).page(filters, sortBy, paging);
    return ok('Transactions retrieved successfully', {
      transactions: rows.map(listed),
      pagination: {
        page,
        limit,
        total,
        totalPages,
        hasNextPage: page < totalPages,
        hasPreviousPage: page > 1,
      },
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
      show(user, ledger.history(user.id).find(params.id)),
    ),
    'GET /transactions/reference/:reference': route({ params: { reference: text } }, ({ user, params }) =>
      show(user, ledger.find(user.id, params.reference)),
    ),
  };
}

/** The documented list has no `nature`. */
function listed({ nature: _nature, fee: _fee, metadata: _metadata, ...row }: Row): MoneiTransaction {
  return row;
}

function detailed(user: EmulatedUser, { userId: _userId, ...row }: Row): MoneiTransactionDetails {
  return {
    ...row,
    user: publicUser(user),
    wallet: { id: idOf(`wallet of ${user.id}`) },
    totalAmount: row.amount + row.fee,
    owner: 'USER',
  };
}
