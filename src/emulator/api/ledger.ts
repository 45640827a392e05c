import { randomUUID } from 'node:crypto';
import type { MoneiTransaction, MoneiTransactionNature, MoneiTransactionType } from '../../api-types.js';
import { ApiError } from '../api-error.js';
import { type Asset, numberOf, textOf } from './assets.js';
import { History } from './history.js';

/** The accounts outside Monei, which may go below zero: what they lack is at Monei. */
export type Outside = 'banks' | 'billers' | 'chains' | 'fees' | 'providers';

/** The account of a user, by id, or one outside. */
export type Account = { user: string } | Outside;

/** Takes from one account what it gives to another: so all accounts together hold nothing, always. */
export interface Move {
  from: Account;
  to: Account;
  asset: Asset;
  units: bigint;
}

/** What a user sees of a movement. */
export interface Entry {
  userID: string;
  asset: Asset;
  units: bigint;
  type: MoneiTransactionType;
  nature: MoneiTransactionNature;
  narration: string;
  reference: string;
  fee?: bigint | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** A transaction as it is kept. */
export interface Row extends MoneiTransaction {
  nature: MoneiTransactionNature;
  currency: string;
  narration: string;
  createdAt: string;
  updatedAt: string;
  deletedDate: null;
  /** In `currency`. */
  fee: number;
  metadata: Record<string, unknown> | null;
}

interface Movement {
  moves: Move[];
  entries: Entry[];
  /** `true`: nothing moves before `complete`. Then there is one entry. */
  later?: boolean;
}

/**
 * The emulator's books: who holds what, and how it came about. Whatever happens is one call of `post`, which takes place as
 * a whole, with nothing in between, or not at all.
 */
export class Ledger {
  readonly #balances = new Map<string, Map<Asset, bigint>>();
  readonly #histories = new Map<string, History>();
  /** By reference: the transactions of everybody concerned. */
  readonly #rows = new Map<string, Row[]>();
  readonly #pending = new Map<string, { moves: Move[]; row: Row }>();

  /** In smallest units. */
  balance(account: Account, asset: Asset): bigint {
    return this.#accountOf(account).get(asset) ?? 0n;
  }

  /** Everything in an account that is not zero. */
  balances(account: Account): [Asset, bigint][] {
    return [...this.#accountOf(account)].filter(([, units]) => units !== 0n);
  }

  /** For each asset, what all accounts hold together: zero. */
  sums(): Map<Asset, bigint> {
    const sums = new Map<Asset, bigint>();
    for (const account of this.#balances.values()) {
      for (const [asset, units] of account) sums.set(asset, (sums.get(asset) ?? 0n) + units);
    }
    return sums;
  }

  history(userID: string): History {
    const history = this.#histories.get(userID) ?? new History();
    this.#histories.set(userID, history);
    return history;
  }

  /**
   * Moves money, and writes it down.
   *
   * @throws {ApiError} 409 for a reference that was used, 400 where a user has too little
   */
  post({ moves, entries, later = false }: Movement): void {
    for (const { reference } of entries) {
      if (this.#rows.has(reference))
        throw new ApiError(409, `The reference ${reference} was already processed`);
    }
    if (!later) this.#move(moves);
    const now = new Date().toISOString();
    for (const entry of entries) {
      const row = rowOf(entry, now, later ? 'PENDING' : 'SUCCESS');
      this.history(entry.userID).add(row);
      this.#rows.set(entry.reference, [...(this.#rows.get(entry.reference) ?? []), row]);
      if (later) this.#pending.set(entry.reference, { moves, row });
    }
  }

  /** @throws {Error} when nothing with this reference waits */
  complete(reference: string): void {
    const waiting = this.#pending.get(reference);
    if (!waiting) {
      throw new Error(
        `passport-monei/emulator: nothing waits with the reference ${JSON.stringify(reference)}.`,
      );
    }
    const { moves, row } = waiting;
    this.#move(moves);
    this.#pending.delete(reference);
    row.status = 'SUCCESS';
    row.updatedAt = new Date().toISOString();
    this.history(row.userId).changed();
  }

  /** What `userID` sees under a reference. */
  find(userID: string, reference: string): Row | undefined {
    return this.#rows.get(reference)?.find((row) => row.userId === userID);
  }

  /** All of them have to be possible before the first one takes place: each takes something else from a user. */
  #move(moves: Move[]): void {
    for (const { from, asset, units } of moves) {
      const available = this.balance(from, asset);
      if (typeof from !== 'string' && available < units) {
        const [required, left] = [textOf(units, asset), textOf(available, asset)];
        throw new ApiError(
          400,
          `Insufficient balance for transaction: ${required} ${asset.symbol} required, ${left} available`,
        );
      }
    }
    for (const { from, to, asset, units } of moves) {
      this.#accountOf(from).set(asset, this.balance(from, asset) - units);
      this.#accountOf(to).set(asset, this.balance(to, asset) + units);
    }
  }

  #accountOf(account: Account): Map<Asset, bigint> {
    const key = typeof account === 'string' ? account : `user:${account.user}`;
    const found = this.#balances.get(key) ?? new Map();
    this.#balances.set(key, found);
    return found;
  }
}

function rowOf(
  { userID, asset, units, fee = 0n, metadata, ...entry }: Entry,
  now: string,
  status: Row['status'],
): Row {
  return {
    id: randomUUID(),
    userId: userID,
    amount: numberOf(units, asset),
    type: entry.type,
    status,
    reference: entry.reference,
    currency: asset.symbol,
    narration: entry.narration,
    createdAt: now,
    updatedAt: now,
    deletedDate: null,
    nature: entry.nature,
    fee: numberOf(fee, asset),
    metadata: metadata ?? null,
  };
}
