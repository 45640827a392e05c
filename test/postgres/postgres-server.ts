import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Where the PostgreSQL server of these tests listens. */
export const DATABASE_URL = process.env.DATABASE_URL ?? '';

const HELP = `
These tests need a PostgreSQL server, and DATABASE_URL has to say where it listens. On Debian:

  apt-get install postgresql
  DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres npm run test:postgres
`;

/** Mocha runs this before everything else: without a server, nobody shall have to guess from 30 failed tests. */
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
    return `No PostgreSQL server answers at DATABASE_URL: ${error instanceof Error ? error.message : error}`;
  } finally {
    await pool.end();
  }
}

/** A pool of the package `pg`, of so many connections. */
export function openPool(max: number, connectionString = DATABASE_URL): pg.Pool {
  return new pg.Pool({ connectionString, max, connectionTimeoutMillis: 5_000 }).on('error', () => {});
}

/** The table of one suite: nothing that anybody else put there is touched. */
export function freshTable(): string {
  return `passport_monei_test_${randomBytes(6).toString('hex')}`;
}
