import type { Row } from './ledger.js';
import { contains, isBetween, type Paging, pageOf } from './pages.js';

export type SortBy = 'createdAt' | 'amount' | 'updatedAt';

/** Whom to show of a user's transactions. */
export interface Filters {
  status?: string | undefined;
  type?: string | undefined;
  currency?: string | undefined;
  reference?: string | undefined;
  minAmount?: number | undefined;
  maxAmount?: number | undefined;
  narration?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

/** The transactions of one user, in the order in which they took place. */
export class History {
  readonly rows: Row[] = [];
  readonly #byID = new Map<string, Row>();
  /** In other orders. Made when somebody asks, and thrown away with the next change. */
  readonly #sorted = new Map<SortBy, Row[]>();

  add(row: Row): void {
    this.rows.push(row);
    this.#byID.set(row.id, row);
    this.changed();
  }

  changed(): void {
    this.#sorted.clear();
  }

  find(id: string): Row | undefined {
    return this.#byID.get(id);
  }

  page(filters: Filters, sortBy: SortBy, paging: Paging) {
    const rows = this.#in(sortBy);
    const filtered = Object.values(filters).some((value) => value !== undefined);
    return pageOf(filtered ? rows.filter((row) => passes(row, filters)) : rows, paging);
  }

  #in(order: SortBy): Row[] {
    if (order === 'createdAt') return this.rows;
    const sorted = this.#sorted.get(order) ?? [...this.rows].sort(BY[order]);
    this.#sorted.set(order, sorted);
    return sorted;
  }
}

const BY = {
  amount: (one: Row, other: Row) => one.amount - other.amount,
  updatedAt: (one: Row, other: Row) => Date.parse(one.updatedAt) - Date.parse(other.updatedAt),
};

function passes(
  row: Row,
  { minAmount, maxAmount, narration, startDate, endDate, ...equal }: Filters,
): boolean {
  for (const name of ['status', 'type', 'currency', 'reference'] as const) {
    if (equal[name] !== undefined && row[name] !== equal[name]) return false;
  }
  return (
    row.amount >= (minAmount ?? 0) &&
    row.amount <= (maxAmount ?? Number.POSITIVE_INFINITY) &&
    contains(row.narration, narration) &&
    isBetween(row.createdAt, startDate, endDate)
  );
}
