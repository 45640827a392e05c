import { day, limit, oneOf, optional, queriedInteger, queriedNumber, withDefault } from './fields.js';

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

type Ranges = { [Name in keyof typeof RANGES]: ReturnType<(typeof RANGES)[Name]> };

/** A row of such a list. */
export interface Dated {
  amount: number;
  createdAt: string;
  updatedAt: string;
}

/** Which page, in which order. */
export interface Paging {
  page: number;
  limit: number;
  /** Default: the last row comes first. */
  ascending?: boolean;
}

/** One page of `rows`, which are in ascending order. Costs no more for a long list than for a short one. */
export function pageOf<Row>(rows: readonly Row[], { page, limit, ascending = false }: Paging) {
  const total = rows.length;
  const skipped = (page - 1) * limit;
  const shown = ascending
    ? rows.slice(skipped, skipped + limit)
    : rows.slice(Math.max(0, total - skipped - limit), Math.max(0, total - skipped)).reverse();
  const totalPages = Math.ceil(total / limit);
  return { rows: shown, total, totalPages, next: page < totalPages, previous: page > 1 };
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
   * In ascending order.
   *
   * @param equal what fields must be
   * @param within what texts must contain, in any case
   */
  search(
    { sortBy, ...ranges }: Ranges,
    equal: Partial<Row>,
    within: [(row: Row) => string, string | undefined][] = [],
  ): Row[] {
    const given = <T>(values: T[]) => values.some((value) => value !== undefined);
    const parts = within.flatMap(([textOf, part]) =>
      part === undefined ? [] : [{ textOf, part: part.toLowerCase() }],
    );
    const rows = this.#in(sortBy);
    if (!given(Object.values(ranges)) && !given(Object.values(equal)) && parts.length === 0) return rows;
    const wanted = Object.entries(equal).filter(([, value]) => value !== undefined) as [keyof Row, unknown][];
    const {
      startDate = '',
      endDate = '9999-12-31',
      minAmount = 0,
      maxAmount = Number.POSITIVE_INFINITY,
    } = ranges;
    return rows.filter((row) => {
      const day = row.createdAt.slice(0, 10);
      return (
        wanted.every(([name, value]) => row[name] === value) &&
        parts.every(({ textOf, part }) => textOf(row).toLowerCase().includes(part)) &&
        day >= startDate &&
        day <= endDate &&
        row.amount >= minAmount &&
        row.amount <= maxAmount
      );
    });
  }

  #in(order: Ranges['sortBy']): Row[] {
    if (order === 'createdAt') return this.rows;
    const keyOf = (row: Row) => (order === 'amount' ? row.amount : Date.parse(row.updatedAt));
    const sorted = this.#sorted.get(order) ?? [...this.rows].sort((one, other) => keyOf(one) - keyOf(other));
    this.#sorted.set(order, sorted);
    return sorted;
  }
}
