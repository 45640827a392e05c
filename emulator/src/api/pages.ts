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

/** What every list can be asked for. */
export const PAGE = { page: withDefault(queriedInteger, 1), limit: withDefault(limit, 10) };

/** What lists with amounts can be filtered and sorted by. */
export const RANGES = {
  startDate: optional(day),
  endDate: optional(day),
  minAmount: optional(queriedNumber),
  maxAmount: optional(queriedNumber),
  sortBy: withDefault(oneOf('createdAt', 'amount', 'updatedAt'), 'createdAt'),
};

/** What was asked for: which rows, in which order, and which page of them. */
export interface Search extends Values<typeof PAGE>, Values<typeof RANGES> {
  sortOrder: 'asc' | 'desc' | 'ASC' | 'DESC';
}

/** A row of such a list. */
export interface Dated {
  amount: number;
  createdAt: string;
  updatedAt: string;
}

/** One page of `all`, which are in ascending order. Costs no more for a long list than for a short one. */
export function pageOf<Row>(all: readonly Row[], page: number, limit: number, ascending = false) {
  const total = all.length;
  const skipped = (page - 1) * limit;
  const rows = ascending
    ? all.slice(skipped, skipped + limit)
    : all.slice(Math.max(0, total - skipped - limit), Math.max(0, total - skipped)).reverse();
  const totalPages = Math.ceil(total / limit);
  return { rows, total, totalPages, next: page < totalPages, previous: page > 1 };
}

/** The rows of one user, in the order in which they came. */
export class List<Row extends Dated> {
  readonly rows: Row[] = [];
  /** In other orders. Made when somebody asks, and thrown away with the next change. */
  readonly #sorted = new Map<string, Row[]>();

  add(row: Row): void {
    this.rows.push(row);
    this.changed();
  }

  changed(): void {
    this.#sorted.clear();
  }

  /**
   * The rows that fit a search, a page of them.
   *
   * @param equal what fields must be, if anything
   * @param within what texts must contain, in any case, if anything
   */
  page(
    { sortBy, sortOrder, page, limit, ...ranges }: Search,
    equal: Partial<Record<keyof Row, unknown>>,
    within: [textOf: (row: Row) => string, part: string | undefined][],
  ) {
    const {
      startDate = '',
      endDate = '9999-12-31',
      minAmount = 0,
      maxAmount = Number.POSITIVE_INFINITY,
    } = ranges;
    const wanted = Object.entries(equal).filter(([, value]) => value !== undefined) as [keyof Row, unknown][];
    const fits = (row: Row) => {
      const day = row.createdAt.slice(0, 10);
      return (
        wanted.every(([name, value]) => row[name] === value) &&
        within.every(([textOf, part = '']) => textOf(row).toLowerCase().includes(part.toLowerCase())) &&
        day >= startDate &&
        day <= endDate &&
        row.amount >= minAmount &&
        row.amount <= maxAmount
      );
    };
    const asked = [...Object.values(ranges), ...wanted, ...within.map(([, part]) => part)];
    const rows = this.#in(sortBy);
    // Where nothing is asked, no row has to be looked at.
    const fitting = asked.some((one) => one !== undefined) ? rows.filter(fits) : rows;
    return pageOf(fitting, page, limit, sortOrder.toLowerCase() === 'asc');
  }

  #in(order: Search['sortBy']): Row[] {
    if (order === 'createdAt') return this.rows;
    const keyOf = (row: Row) => (order === 'amount' ? row.amount : Date.parse(row.updatedAt));
    const sorted = this.#sorted.get(order) ?? [...this.rows].sort((one, other) => keyOf(one) - keyOf(other));
    this.#sorted.set(order, sorted);
    return sorted;
  }
}
