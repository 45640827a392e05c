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
  return { rows: shown, total, totalPages: Math.ceil(total / limit) };
}

/** Whether a time is within days (`YYYY-MM-DD`), both included. */
export function isBetween(time: string, startDate: string | undefined, endDate: string | undefined): boolean {
  const day = time.slice(0, 10);
  return day >= (startDate ?? '') && day <= (endDate ?? '9999-12-31');
}

/** Whether `text` has `part` in it, in any case. */
export function contains(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}
