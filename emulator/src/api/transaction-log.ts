import { pageOf, type Search } from './pages.js';

/** The fields of an entry that searches filter and sort by. */
interface LogEntry {
  amount: number;
  createdAt: string;
  updatedAt: string;
}

/** Conditions of a search in one kind of log. A condition that is `undefined` is always met. */
interface Conditions<Entry> {
  /** The values that fields must have. */
  equal: Partial<Record<keyof Entry, unknown>>;
  /** Texts that must contain a part, ignoring case. */
  containing: { textIn: (entry: Entry) => string; part: string | undefined }[];
}

/** The transactions or bills of one user, in the order in which they were made. */
export class TransactionLog<Entry extends LogEntry> {
  readonly entries: Entry[] = [];
  /** Sorted copies of the entries, by order. Searches add them, and each change removes all of them. */
  readonly #sorted = new Map<string, Entry[]>();

  add(entry: Entry): void {
    this.entries.push(entry);
    this.noteChange();
  }

  /** Removes the sorted copies. Callers that change an entry must call this. */
  noteChange(): void {
    this.#sorted.clear();
  }

  /** Returns one page of the entries that match a search. */
  search({ sortBy, sortOrder, page, limit, ...ranges }: Search, { equal, containing }: Conditions<Entry>) {
    const {
      startDate = '',
      endDate = '9999-12-31',
      minAmount = 0,
      maxAmount = Number.POSITIVE_INFINITY,
    } = ranges;
    const values = Object.entries(equal).filter(([, value]) => value !== undefined) as [
      keyof Entry,
      unknown,
    ][];
    const matches = (entry: Entry) => {
      const day = entry.createdAt.slice(0, 10);
      return (
        values.every(([name, value]) => entry[name] === value) &&
        containing.every(({ textIn, part = '' }) =>
          textIn(entry).toLowerCase().includes(part.toLowerCase()),
        ) &&
        day >= startDate &&
        day <= endDate &&
        entry.amount >= minAmount &&
        entry.amount <= maxAmount
      );
    };
    const conditions = [...Object.values(ranges), ...values, ...containing.map(({ part }) => part)];
    const sorted = this.#sort(sortBy);
    // Without a condition, no entry is compared, so a long log takes no longer than a short one.
    const matching = conditions.some((one) => one !== undefined) ? sorted.filter(matches) : sorted;
    return pageOf(matching, page, limit, sortOrder.toLowerCase() === 'asc');
  }

  #sort(order: Search['sortBy']): Entry[] {
    if (order === 'createdAt') return this.entries;
    const keyOf = (entry: Entry) => (order === 'amount' ? entry.amount : Date.parse(entry.updatedAt));
    const sorted =
      this.#sorted.get(order) ?? [...this.entries].sort((one, other) => keyOf(one) - keyOf(other));
    this.#sorted.set(order, sorted);
    return sorted;
  }
}
