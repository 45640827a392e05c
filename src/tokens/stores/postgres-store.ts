import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { cleanText } from '../../connect/redaction.js';
import { checkNames, withMethods, wrong } from '../checks.js';
import { LEASE, lockTimeout, PATIENCE, RENEWAL, TRY_AGAIN_AFTER } from './leases.js';
import type { TokenStore } from './token-store.js';

/** A `Pool` of the package `pg` (8 or newer). */
export interface PostgresPool {
  /** Runs one statement on any connection of the pool. */
  query(
    text: string,
    values: (string | null)[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
}

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /** The app's own pool. */
  pool: PostgresPool;
  /**
   * The name of the table, with its schema or without: lower-case letters, digits and underscores.
   * Default: `passport_monei_tokens`.
   */
  table?: string | undefined;
}

/** Tokens in PostgreSQL. */
export interface PostgresStore extends TokenStore {
  /** Creates the table, if it is not there. */
  createTable(): Promise<void>;
}

const TABLE_NAME = /^[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})?$/;

/** The SQLSTATE of a table that is not there. */
const UNDEFINED_TABLE = '42P01';

/**
 * Tokens in PostgreSQL, on the app's own pool. Each step is one statement, and no connection is held between them, so a pool
 * of one connection will do, and so will PgBouncer in transaction mode.
 *
 * The lock is a lease in the user's row: who has it, and until when, by the clock of the database. What can go wrong:
 * - A process dies with the lock: it opens 10 s later. If Monei had answered the refresh and the answer was not stored
 *   yet, that pair is lost: the next refresh is refused, and the user has to reconnect.
 * - A process stops for more than 10 s and goes on: somebody else may have the lock by then. Every write says what it
 *   replaces, so what they stored stays, and what the late one holds is revoked.
 * - The database can't be written to for more than 17 s after a refresh: the pair stays in the memory of that process, which
 *   writes it at a later call.
 * - Monei does not answer: those who wait for the lock ask one after the other, and after 60 s fail with the code
 *   `lock_timeout`.
 *
 * Listen to the pool's `error` event, as `pg` asks for: otherwise a restart of the database ends the process.
 *
 * @example
 * ```ts
 * const store = postgresStore({ pool: new pg.Pool() });
 * await store.createTable(); // once, or in a migration of your own
 * const keeper = new TokenKeeper({ connect, store, keys });
 * ```
 *
 * @throws {TypeError} when `pool` has no `query`, when `table` is no such name, or for an unknown option
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const { pool, table = 'passport_monei_tokens' } = checkNames('postgresStore', options, ['pool', 'table']);
  const database = withMethods('pool', pool, ['query']);
  const sql = statements(quoted(table));
  const query = (text: string, ...values: (string | null)[]) => ask(database, text, values);
  /** Whether a statement changed a row. */
  const changed = async (text: string, ...values: (string | null)[]) =>
    (await query(text, ...values)).rowCount === 1;

  const takeLease = async (userId: string, holder: string, signal?: AbortSignal) => {
    const end = Date.now() + PATIENCE;
    while (!(await changed(sql.take, userId, holder))) {
      if (Date.now() >= end) throw lockTimeout('PostgreSQL');
      await wait(TRY_AGAIN_AFTER, undefined, { signal }).catch(() => {});
      signal?.throwIfAborted();
    }
  };

  const load = async (userId: string) => {
    const { rows } = await query(sql.load, userId);
    return (rows[0]?.tokens ?? undefined) as string | undefined;
  };

  return {
    load,
    async createTable() {
      // Of two that create it at the same time, PostgreSQL lets one fail. That one finds it there at its second try.
      await query(sql.create).catch(() => query(sql.create));
    },
    async save(userId, value, replaces) {
      if (replaces === undefined) return changed(sql.save, userId, value);
      if (replaces === null) return changed(sql.add, userId, value);
      return changed(sql.replace, userId, value, replaces);
    },
    async delete(userId, replaces) {
      const cleared = await changed(sql.clear, userId, replaces ?? null);
      await query(sql.sweep, userId);
      return cleared || replaces === undefined || (await load(userId)) === undefined;
    },
    async lock(userId, fn, { signal } = {}) {
      const holder = randomUUID();
      await takeLease(userId, holder, signal);
      const done = new AbortController();
      renewUntil(done.signal, () => query(sql.renew, userId, holder));
      try {
        return await fn();
      } finally {
        done.abort();
        // A lease that can't be given back ends by itself.
        await query(sql.giveBack, userId, holder)
          .then(({ rows }) => (rows.some(({ empty }) => empty) ? query(sql.sweep, userId) : undefined))
          .catch(() => {});
      }
    },
  };
}

/** A renewal that fails is tried again when the next one is due. What is written after a lease was lost says what it replaces. */
async function renewUntil(done: AbortSignal, renew: () => Promise<unknown>): Promise<void> {
  for (;;) {
    await wait(RENEWAL, undefined, { signal: done, ref: false }).catch(() => {});
    if (done.aborted) return;
    await renew().catch(() => {});
  }
}

/** Runs one statement. Errors of PostgreSQL may quote what is stored, so only their code and a cleaned message are passed on. */
async function ask(pool: PostgresPool, text: string, values: (string | null)[]) {
  try {
    return await pool.query(text, values);
  } catch (error) {
    const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
    const reason =
      code === UNDEFINED_TABLE
        ? 'the table is not there. Create it with `createTable()` of the store, or in a migration'
        : cleanText(message || String(code ?? error), values.map(String));
    throw Object.assign(new Error(`passport-monei: PostgreSQL: ${reason}`), { code });
  }
}

/** So that no word that SQL reserves is in the way. */
function quoted(table: unknown): string {
  if (typeof table === 'string' && TABLE_NAME.test(table)) {
    return table
      .split('.')
      .map((part) => `"${part}"`)
      .join('.');
  }
  throw wrong(
    'table',
    'a name of lower-case letters, digits and underscores, with `schema.` before it or without',
  );
}

/**
 * A row is one user: the tokens, if there are any, and the lease. `clock_timestamp()` is the time at which a row is looked
 * at; `now()` would be when the statement began to wait for it.
 */
function statements(table: string) {
  const end = `clock_timestamp() + interval '${LEASE} milliseconds'`;
  const isFree = '(kept.lease_until IS NULL OR kept.lease_until <= clock_timestamp())';
  return {
    // "C" compares bytes: an update of the system's languages can't break the index.
    create: `
      CREATE TABLE IF NOT EXISTS ${table} (
        user_id text COLLATE "C" PRIMARY KEY,
        tokens text,
        lease_holder text,
        lease_until timestamptz
      )`,
    load: `SELECT tokens FROM ${table} WHERE user_id = $1`,
    save: `
      INSERT INTO ${table} (user_id, tokens) VALUES ($1, $2)
      ON CONFLICT (user_id) DO UPDATE SET tokens = excluded.tokens`,
    // A second try of these two finds its own work done, which is as good.
    add: `
      INSERT INTO ${table} AS kept (user_id, tokens) VALUES ($1, $2)
      ON CONFLICT (user_id) DO UPDATE SET tokens = excluded.tokens
      WHERE kept.tokens IS NULL OR kept.tokens = excluded.tokens`,
    replace: `UPDATE ${table} SET tokens = $2 WHERE user_id = $1 AND tokens IN ($2, $3)`,
    clear: `UPDATE ${table} SET tokens = NULL WHERE user_id = $1 AND tokens = coalesce($2, tokens)`,
    // A row stays for as long as somebody has the lock.
    sweep: `DELETE FROM ${table} AS kept WHERE user_id = $1 AND tokens IS NULL AND ${isFree}`,
    take: `
      INSERT INTO ${table} AS kept (user_id, lease_holder, lease_until) VALUES ($1, $2, ${end})
      ON CONFLICT (user_id) DO UPDATE SET lease_holder = excluded.lease_holder, lease_until = ${end}
      WHERE ${isFree}`,
    renew: `UPDATE ${table} SET lease_until = ${end} WHERE user_id = $1 AND lease_holder = $2`,
    giveBack: `
      UPDATE ${table} SET lease_holder = NULL, lease_until = NULL WHERE user_id = $1 AND lease_holder = $2
      RETURNING tokens IS NULL AS empty`,
  };
}
