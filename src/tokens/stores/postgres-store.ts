import { invalidValueError, requireKnownOptions, requireMethods } from '../checks.js';
import { databaseError } from './database-error.js';
import { LEASE_MS, withLease } from './leases.js';
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
   * The name of the table, with or without its schema: lower-case letters, digits and underscores.
   * Default: `passport_monei_tokens`.
   */
  table?: string | undefined;
}

/** A store in PostgreSQL. */
export interface PostgresStore extends TokenStore {
  /** Creates the table, if it does not exist. */
  createTable(): Promise<void>;
}

const TABLE_NAME = /^[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})?$/;

/** The SQLSTATE of a statement whose table does not exist. */
const UNDEFINED_TABLE = '42P01';
const NO_TABLE =
  'passport-monei: PostgreSQL: the table does not exist. Create it with `createTable()` of the store, or in a migration';

/** The SQLSTATEs of a serialization failure and a deadlock. The statement changed nothing, and can be repeated. */
const RETRYABLE: unknown[] = ['40001', '40P01'];

/** The largest number of attempts to run a statement. */
const MAX_ATTEMPTS = 20;

/**
 * Creates a store in PostgreSQL, on the app's own pool. Each step is one statement, and no connection is reserved
 * between them, so a pool of one connection is enough, and PgBouncer in transaction mode works. The lock is a lease in
 * the user's row. The clock of the database decides when it ends.
 *
 * The pool needs a listener for `error`, as `pg` documents. Without it, a restart of the database ends the process.
 * docs/keeping-tokens.md says what happens when a process or the database fails.
 *
 * @example
 * ```ts
 * const store = postgresStore({ pool: new pg.Pool() });
 * await store.createTable(); // once, or in a migration of your own
 * const keeper = new TokenKeeper({ connect, store, keys });
 * ```
 *
 * @throws {TypeError} if `pool` has no `query`, or if an option is invalid or unknown
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const { pool, table = 'passport_monei_tokens' } = requireKnownOptions('postgresStore', options, [
    'pool',
    'table',
  ]);
  const database = requireMethods('pool', pool, ['query']);
  const sql = buildStatements(quoteTableName(table));
  const query = async (text: string, ...values: (string | null)[]) => {
    const result = await runStatement(database, text, values);
    const rowCount: unknown = result?.rowCount;
    // pg counts the rows of each statement except CREATE TABLE.
    if (typeof rowCount === 'number' || (rowCount === null && text === sql.create)) return result;
    throw invalidValueError('pool', 'a pool of the package `pg`: the results of this one have no `rowCount`');
  };
  /** Resolves with whether the statement changed a row. */
  const changesRow = async (text: string, ...values: (string | null)[]) =>
    (await query(text, ...values)).rowCount === 1;

  const leases = {
    database: 'PostgreSQL',
    take: (userId: string, holder: string) => changesRow(sql.takeLease, userId, holder),
    renew: (userId: string, holder: string) => query(sql.renewLease, userId, holder),
    async release(userId: string, holder: string) {
      const { rows } = await query(sql.releaseLease, userId, holder);
      if (rows[0]?.empty) await query(sql.deleteEmptyRow, userId);
    },
  };
  const load = async (userId: string) => {
    const { rows } = await query(sql.load, userId);
    return (rows[0]?.tokens ?? undefined) as string | undefined;
  };

  return {
    load,
    async createTable() {
      // If two processes create the table at the same time, PostgreSQL may refuse one, whose second attempt finds the
      // table.
      await query(sql.create).catch(() => query(sql.create));
    },
    async save(userId, value, replaces) {
      if (replaces === undefined) return changesRow(sql.save, userId, value);
      if (replaces === null) return changesRow(sql.add, userId, value);
      return changesRow(sql.replace, userId, value, replaces);
    },
    async delete(userId, replaces) {
      const cleared = await changesRow(sql.clear, userId, replaces ?? null);
      await query(sql.deleteEmptyRow, userId);
      return cleared || replaces === undefined || (await load(userId)) === undefined;
    },
    lock: (userId, fn, options) => withLease(leases, userId, fn, options),
  };
}

/** Runs one statement. Repeats it if other transactions keep PostgreSQL from running it. */
async function runStatement(
  pool: PostgresPool,
  text: string,
  values: (string | null)[],
  attempt = 1,
): ReturnType<PostgresPool['query']> {
  try {
    return await pool.query(text, values);
  } catch (error) {
    const code = Object(error).code;
    if (attempt < MAX_ATTEMPTS && RETRYABLE.includes(code)) {
      return runStatement(pool, text, values, attempt + 1);
    }
    if (code === UNDEFINED_TABLE) throw Object.assign(new Error(NO_TABLE), { code });
    throw databaseError('PostgreSQL', error, values.map(String));
  }
}

/** Returns the name of a table in quotes, so that it may be a reserved word of SQL. */
function quoteTableName(table: unknown): string {
  if (typeof table === 'string' && TABLE_NAME.test(table)) return `"${table.replace('.', '"."')}"`;
  throw invalidValueError(
    'table',
    'a name of lower-case letters, digits and underscores, with or without `schema.` before it',
  );
}

/**
 * Returns the SQL of each operation. A row has a user's tokens, if any are stored, and the lease. `clock_timestamp()`
 * is the time when a row is read. `now()` would be the time when the statement began to wait for the row.
 */
function buildStatements(table: string) {
  const leaseEnd = `clock_timestamp() + interval '${LEASE_MS} milliseconds'`;
  const isFree = '(kept.lease_until IS NULL OR kept.lease_until <= clock_timestamp())';
  return {
    // The collation "C" compares bytes, so an update of the system's locales cannot break the index.
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
    // An `add` or `replace` that is repeated after a lost response finds its own tokens, and changes the row again.
    add: `
      INSERT INTO ${table} AS kept (user_id, tokens) VALUES ($1, $2)
      ON CONFLICT (user_id) DO UPDATE SET tokens = excluded.tokens
      WHERE kept.tokens IS NULL OR kept.tokens = excluded.tokens`,
    replace: `UPDATE ${table} SET tokens = $2 WHERE user_id = $1 AND tokens IN ($2, $3)`,
    clear: `UPDATE ${table} SET tokens = NULL WHERE user_id = $1 AND tokens = coalesce($2, tokens)`,
    // A row without tokens stays while a lease is in it.
    deleteEmptyRow: `DELETE FROM ${table} AS kept WHERE user_id = $1 AND tokens IS NULL AND ${isFree}`,
    takeLease: `
      INSERT INTO ${table} AS kept (user_id, lease_holder, lease_until) VALUES ($1, $2, ${leaseEnd})
      ON CONFLICT (user_id) DO UPDATE SET lease_holder = excluded.lease_holder, lease_until = ${leaseEnd}
      WHERE ${isFree} OR kept.lease_holder = excluded.lease_holder`,
    renewLease: `UPDATE ${table} SET lease_until = ${leaseEnd} WHERE user_id = $1 AND lease_holder = $2`,
    releaseLease: `
      UPDATE ${table} SET lease_holder = NULL, lease_until = NULL WHERE user_id = $1 AND lease_holder = $2
      RETURNING tokens IS NULL AS empty`,
  };
}
