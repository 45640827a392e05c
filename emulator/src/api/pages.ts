import {
  day,
  limit,
  oneOf,
  optional,
  queriedInteger,
  queriedNumber,
  type Values,
  withDefault,
} from './fields.js';

/** The query parameters of every list. */
export const PAGE = { page: withDefault(queriedInteger, 1), limit: withDefault(limit, 10) };

/** The query parameters of lists with amounts, to filter and sort them. */
export const RANGES = {
  startDate: optional(day),
  endDate: optional(day),
  minAmount: optional(queriedNumber),
  maxAmount: optional(queriedNumber),
  sortBy: withDefault(oneOf('createdAt', 'amount', 'updatedAt'), 'createdAt'),
};

/** The query of a list with amounts. */
export interface Search extends Values<typeof PAGE>, Values<typeof RANGES> {
  sortOrder: 'asc' | 'desc' | 'ASC' | 'DESC';
}

/** Returns one page of `all`, which is in ascending order. Copies only this page, so a long list takes no longer. */
export function pageOf<Row>(all: readonly Row[], page: number, limit: number, ascending = false) {
  const total = all.length;
  const skipped = (page - 1) * limit;
  const rows = ascending
    ? all.slice(skipped, skipped + limit)
    : all.slice(Math.max(0, total - skipped - limit), Math.max(0, total - skipped)).reverse();
  const totalPages = Math.ceil(total / limit);
  return { rows, total, totalPages, next: page < totalPages, previous: page > 1 };
}
