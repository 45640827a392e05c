import { randomUUID } from 'node:crypto';
import type { MoneiTransaction, MoneiTransactionNature } from '../../../src/api/index.js';
import { ApiError } from '../api-error.js';
import { displayName, type EmulatedUser } from '../registrations.js';
import { type Asset, formatAmount, toNumber } from './assets.js';
import { TransactionLog } from './transaction-log.js';

/** The account of a user or of another party. Only another party can have a negative balance. */
export type Account = EmulatedUser | 'banks' | 'billers' | 'chains' | 'fees' | 'providers';

/** An amount that moves from one account to another. The balances of all accounts therefore add up to zero. */
export interface Posting {
  from: Account;
  to: Account;
  asset: Asset;
  units: bigint;
  /** Field `nature` of the transaction of each user. */
  nature?: MoneiTransactionNature;
}

/** The fields of a transaction that its postings do not have. */
export interface TransactionInfo {
  reference: string;
  /** Default: `Transfer to` or `Transfer from` the other account. */
  narration?: string | undefined;
  fee?: bigint;
  metadata?: Record<string, unknown> | undefined;
}

/** A transaction with all its fields. */
export interface TransactionRecord extends MoneiTransaction {
  nature: MoneiTransactionNature;
  currency: string;
  narration: string;
  createdAt: string;
  updatedAt: string;
  deletedDate: null;
  /** The fee, in `currency`. */
  fee: number;
  /** The amount with the fee. */
  totalAmount: number;
  metadata: Record<string, unknown> | null;
}

/** The balances and transactions of all accounts. Each method is synchronous, and makes all its changes or none. */
export class Ledger {
  readonly #balances = new Map<string, Map<Asset, bigint>>();
  readonly #histories = new Map<string, TransactionLog<TransactionRecord>>();
  /** The transactions of all users, by reference. */
  readonly #records = new Map<string, TransactionRecord[]>();
  /** The postings of pending transactions, by reference. */
  readonly #pending = new Map<string, Posting[]>();

  /** Returns a balance in smallest units. */
  balance(account: Account, asset: Asset): bigint {
    return this.#balancesOf(account).get(asset) ?? 0n;
  }

  /** Returns the balance of each asset that the account has ever had. */
  balances(account: Account): [Asset, bigint][] {
    return [...this.#balancesOf(account)];
  }

  /** Returns the sum of all balances of each asset. It is zero. */
  sums(): Map<Asset, bigint> {
    const sums = new Map<Asset, bigint>();
    for (const held of this.#balances.values()) {
      for (const [asset, units] of held) sums.set(asset, (sums.get(asset) ?? 0n) + units);
    }
    return sums;
  }

  /** Returns the transactions of a user. */
  history(userID: string): TransactionLog<TransactionRecord> {
    const history = this.#histories.get(userID) ?? new TransactionLog<TransactionRecord>();
    this.#histories.set(userID, history);
    return history;
  }

  /** Returns the user's transaction with a reference. */
  find(userID: string, reference: string): TransactionRecord | undefined {
    return this.#records.get(reference)?.find((record) => record.userId === userID);
  }

  /**
   * Makes postings, and records a transaction for each user whose account they change.
   *
   * @throws {ApiError} 409 if the reference was used before, 400 if a balance is too low
   */
  transfer(info: TransactionInfo, ...postings: Posting[]): void {
    this.#checkReference(info);
    this.post(...postings);
    this.#write(info, postings, 'SUCCESS');
  }

  /**
   * Records pending transactions. `complete` makes their postings.
   *
   * @throws {ApiError} 409 if the reference was used before
   */
  prepare(info: TransactionInfo, ...postings: Posting[]): void {
    this.#checkReference(info);
    this.#pending.set(info.reference, postings);
    this.#write(info, postings, 'PENDING');
  }

  /**
   * Completes pending transactions.
   *
   * @throws {Error} if no pending transaction has this reference
   */
  complete(reference: string): void {
    const postings = this.#pending.get(reference);
    if (!postings) {
      throw new Error(
        `monei-connect-emulator: there is no pending transaction with the reference ${JSON.stringify(reference)}.`,
      );
    }
    this.post(...postings);
    this.#pending.delete(reference);
    for (const record of this.#records.get(reference) as TransactionRecord[]) {
      record.status = 'SUCCESS';
      record.updatedAt = new Date().toISOString();
      this.history(record.userId).noteChange();
    }
  }

  isPending(reference: string): boolean {
    return this.#pending.has(reference);
  }

  /**
   * Makes postings without recording a transaction. Checks each balance separately, so at most one posting may take an asset from
   * a user.
   *
   * @throws {ApiError} 400 if a balance is too low
   */
  post(...postings: Posting[]): void {
    for (const { from, asset, units } of postings) {
      const available = this.balance(from, asset);
      if (typeof from === 'string' || available >= units) continue;
      const [required, left] = [formatAmount(units, asset), formatAmount(available, asset)];
      const details = `${required} ${asset.symbol} required, ${left} available`;
      throw new ApiError(400, `Insufficient balance for transaction: ${details}`);
    }
    for (const { from, to, asset, units } of postings) {
      this.#balancesOf(from).set(asset, this.balance(from, asset) - units);
      this.#balancesOf(to).set(asset, this.balance(to, asset) + units);
    }
  }

  #checkReference({ reference }: TransactionInfo): void {
    if (this.#records.has(reference))
      throw new ApiError(409, `The reference ${reference} was already processed`);
  }

  #write(info: TransactionInfo, postings: Posting[], status: TransactionRecord['status']): void {
    const records = postings.flatMap((posting) => recordsOf(info, posting, status));
    this.#records.set(info.reference, records);
    for (const record of records) this.history(record.userId).add(record);
  }

  #balancesOf(account: Account): Map<Asset, bigint> {
    const key = typeof account === 'string' ? account : `user ${account.id}`;
    const held = this.#balances.get(key) ?? new Map();
    this.#balances.set(key, held);
    return held;
  }
}

/** Returns a transaction for each of the two accounts that is a user's. */
function recordsOf(
  info: TransactionInfo,
  { from, to, asset, units, nature = 'FIAT_TRANSFER' }: Posting,
  status: TransactionRecord['status'],
): TransactionRecord[] {
  const now = new Date().toISOString();
  const recordOf = (
    user: EmulatedUser,
    type: TransactionRecord['type'],
    other: string,
  ): TransactionRecord => ({
    id: randomUUID(),
    userId: user.id,
    amount: toNumber(units, asset),
    type,
    status,
    reference: info.reference,
    currency: asset.symbol,
    narration: info.narration ?? `Transfer ${other}`,
    createdAt: now,
    updatedAt: now,
    deletedDate: null,
    nature,
    fee: toNumber(info.fee ?? 0n, asset),
    totalAmount: toNumber(units + (info.fee ?? 0n), asset),
    metadata: info.metadata ?? null,
  });
  if (typeof from === 'string') return typeof to === 'string' ? [] : [recordOf(to, 'CREDIT', `from ${from}`)];
  if (typeof to === 'string') return [recordOf(from, 'DEBIT', `to ${to}`)];
  return [
    recordOf(from, 'PEER-TRANSFER', `to ${displayName(to)}`),
    recordOf(to, 'PEER-TRANSFER', `from ${displayName(from)}`),
  ];
}
