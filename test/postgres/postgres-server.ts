import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The address of the PostgreSQL server of these tests. */
export const DATABASE_URL = process.env.DATABASE_URL ?? '';

const HELP = `
These tests need a PostgreSQL server. DATABASE_URL is its address, with a superuser. On Debian:

  apt-get install postgresql
  DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres npm run test:postgres
`;

/** Runs before all tests. Fails with instructions if there is no server. */
export async function mochaGlobalSetup(): Promise<void> {
  const problem = DATABASE_URL ? await whyUnreachable() : 'DATABASE_URL is not set.';
  if (problem === undefined) return;
  console.error(`${problem}\n${HELP}`);
  process.exit(1);
}

async function whyUnreachable(): Promise<string | undefined> {
  const pool = openPool(1);
  try {
    await pool.query('SELECT 1');
    return undefined;
  } catch (error) {
    return `No PostgreSQL server responds at DATABASE_URL: ${error instanceof Error ? error.message : error}`;
  } finally {
    await pool.end();
  }
}

/** Opens a pool of the package `pg`. */
export function openPool(max: number, connectionString = DATABASE_URL): pg.Pool {
  return new pg.Pool({ connectionString, max, connectionTimeoutMillis: 5_000 }).on('error', () => {});
}

/** Returns a random name for a table, role or schema of one suite, so that no other data in the database is touched. */
export function freshTable(): string {
  return `passport_monei_test_${randomBytes(6).toString('hex')}`;
}
