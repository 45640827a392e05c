import { randomUUID } from 'node:crypto';
import type { MoneiTransaction, MoneiTransactionNature } from '../../../src/api/index.js';
import { ApiError } from '../api-error.js';
import { displayName, type EmulatedUser } from '../registrations.js';
import { type Asset, numberOf, textOf } from './assets.js';
import { List } from './pages.js';

/** A user's account, or one outside Monei, which may go below zero: what it lacks is at Monei. */
export type Account = EmulatedUser | 'banks' | 'billers' | 'chains' | 'fees' | 'providers';

/** Takes from one account what it gives to another: so all accounts together hold nothing, always. */
export interface Move {
  from: Account;
  to: Account;
  asset: Asset;
  units: bigint;
  /** For the users concerned. */
  nature?: MoneiTransactionNature;
}

/** What users see beside the amount. */
export interface About {
  reference: string;
  /** Default: to or from whom. */
  narration?: string | undefined;
  fee?: bigint;
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
  /** With the fee. */
  totalAmount: number;
  metadata: Record<string, unknown> | null;
}

/**
 * The emulator's books: who holds what, and how it came about. Each call takes place as a whole, with nothing in between, or
 * not at all.
 */
export class Ledger {
  readonly #balances = new Map<string, Map<Asset, bigint>>();
  readonly #histories = new Map<string, List<Row>>();
  /** By reference: the transactions of everybody concerned. */
  readonly #rows = new Map<string, Row[]>();
  /** By reference: what waits to be completed. */
  readonly #waiting = new Map<string, Move[]>();

  /** In smallest units. */
  balance(account: Account, asset: Asset): bigint {
    return this.#held(account).get(asset) ?? 0n;
  }

  /** Everything that ever was in an account. */
  balances(account: Account): [Asset, bigint][] {
    return [...this.#held(account)];
  }

  /** For each asset, what all accounts hold together: zero. */
  sums(): Map<Asset, bigint> {
    const sums = new Map<Asset, bigint>();
    for (const held of this.#balances.values()) {
      for (const [asset, units] of held) sums.set(asset, (sums.get(asset) ?? 0n) + units);
    }
    return sums;
  }

  /** The transactions of a user. */
  history(userID: string): List<Row> {
    const history = this.#histories.get(userID) ?? new List<Row>();
    this.#histories.set(userID, history);
    return history;
  }

  /** What `userID` sees under a reference. */
  find(userID: string, reference: string): Row | undefined {
    return this.#rows.get(reference)?.find((row) => row.userId === userID);
  }

  /**
   * Moves money, and writes it down for the users concerned.
   *
   * @throws {ApiError} 409 for a reference that was used, 400 where a user has too little
   */
  transfer(about: About, ...moves: Move[]): void {
    this.#checkReference(about);
    this.move(...moves);
    this.#write(about, moves, 'SUCCESS');
  }

  /**
   * Writes down what is to move when `complete` is called.
   *
   * @throws {ApiError} 409 for a reference that was used
   */
  expect(about: About, ...moves: Move[]): void {
    this.#checkReference(about);
    this.#waiting.set(about.reference, moves);
    this.#write(about, moves, 'PENDING');
  }

  /** @throws {Error} when nothing with this reference waits */
  complete(reference: string): void {
    const moves = this.#waiting.get(reference);
    if (!moves) {
      throw new Error(
        `monei-connect-emulator: nothing waits with the reference ${JSON.stringify(reference)}.`,
      );
    }
    this.move(...moves);
    this.#waiting.delete(reference);
    for (const row of this.#rows.get(reference) as Row[]) {
      row.status = 'SUCCESS';
      row.updatedAt = new Date().toISOString();
      this.history(row.userId).changed();
    }
  }

  isWaiting(reference: string): boolean {
    return this.#waiting.has(reference);
  }

  /** Moves money without a trace. No user gives the same asset in two of the moves, so each can be checked by itself. */
  move(...moves: Move[]): void {
    for (const { from, asset, units } of moves) {
      const available = this.balance(from, asset);
      if (typeof from === 'string' || available >= units) continue;
      const [required, left] = [textOf(units, asset), textOf(available, asset)];
      const details = `${required} ${asset.symbol} required, ${left} available`;
      throw new ApiError(400, `Insufficient balance for transaction: ${details}`);
    }
    for (const { from, to, asset, units } of moves) {
      this.#held(from).set(asset, this.balance(from, asset) - units);
      this.#held(to).set(asset, this.balance(to, asset) + units);
    }
  }

  #checkReference({ reference }: About): void {
    if (this.#rows.has(reference))
      throw new ApiError(409, `The reference ${reference} was already processed`);
  }

  #write(about: About, moves: Move[], status: Row['status']): void {
    const rows = moves.flatMap((move) => rowsOf(about, move, status));
    this.#rows.set(about.reference, rows);
    for (const row of rows) this.history(row.userId).add(row);
  }

  #held(account: Account): Map<Asset, bigint> {
    const key = typeof account === 'string' ? account : `user ${account.id}`;
    const held = this.#balances.get(key) ?? new Map();
    this.#balances.set(key, held);
    return held;
  }
}

/** One for each user that a move concerns. */
function rowsOf(
  about: About,
  { from, to, asset, units, nature = 'FIAT_TRANSFER' }: Move,
  status: Row['status'],
): Row[] {
  const now = new Date().toISOString();
  const rowOf = (user: EmulatedUser, type: Row['type'], other: string): Row => ({
    id: randomUUID(),
    userId: user.id,
    amount: numberOf(units, asset),
    type,
    status,
    reference: about.reference,
    currency: asset.symbol,
    narration: about.narration ?? `Transfer ${other}`,
    createdAt: now,
    updatedAt: now,
    deletedDate: null,
    nature,
    fee: numberOf(about.fee ?? 0n, asset),
    totalAmount: numberOf(units + (about.fee ?? 0n), asset),
    metadata: about.metadata ?? null,
  });
  if (typeof from === 'string') return typeof to === 'string' ? [] : [rowOf(to, 'CREDIT', `from ${from}`)];
  if (typeof to === 'string') return [rowOf(from, 'DEBIT', `to ${to}`)];
  return [
    rowOf(from, 'PEER-TRANSFER', `to ${displayName(to)}`),
    rowOf(to, 'PEER-TRANSFER', `from ${displayName(from)}`),
  ];
}
