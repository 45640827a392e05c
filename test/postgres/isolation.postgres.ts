import { randomBytes } from 'node:crypto';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type pg from 'pg';
import { type PostgresStore, postgresStore, testTokenStore } from '../../src/tokens/index.js';
import { rejection } from '../helpers/rejection.js';
import { until } from '../helpers/until.js';
import { DATABASE_URL, freshTable, openPool } from './postgres-server.js';

for (const isolation of ['read committed', 'repeatable read', 'serializable']) {
  describe(`postgresStore, if the default isolation of its role is ${isolation},`, () => {
    const table = freshTable();
    const role = freshTable();
    let admin: pg.Pool;
    let pools: [pg.Pool, pg.Pool];
    let stores: [PostgresStore, PostgresStore];

    before(async () => {
      admin = openPool(2);
      await postgresStore({ pool: admin, table }).createTable();
      const password = randomBytes(12).toString('hex');
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
      await admin.query(`ALTER ROLE ${role} SET default_transaction_isolation = '${isolation}'`);
      await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`);
      const url = Object.assign(new URL(DATABASE_URL), { username: role, password });
      pools = [openPool(10, url.href), openPool(10, url.href)];
      stores = [postgresStore({ pool: pools[0], table }), postgresStore({ pool: pools[1], table })];
    });
    afterEach(() => admin.query(`TRUNCATE ${table}`));
    after(async () => {
      for (const pool of pools) await pool.end();
      await admin.query(`DROP TABLE ${table}`);
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
    });

    it('runs its statements with that isolation', async () => {
      const { rows } = await pools[0].query('SHOW transaction_isolation');
      expect(rows).to.deep.equal([{ transaction_isolation: isolation }]);
    });

    for (const { name, run } of testTokenStore(() => stores)) it(name, run);

    /** Resolves when a statement of the store waits for a row that another transaction has locked. */
    const isBlocked = () =>
      until(async () => {
        const waiting = `SELECT FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock'`;
        return (await admin.query(waiting, [role])).rowCount === 1;
      });

    const operations: Record<string, (store: PostgresStore) => Promise<unknown>> = {
      'saves tokens': (store) => store.save('ada', 'second'),
      'replaces tokens': (store) => store.save('ada', 'second', 'first'),
      'saves tokens where none are stored': (store) => store.save('ada', 'first', null),
      'deletes tokens': (store) => store.delete('ada', 'first'),
      'takes a lease': (store) => store.lock('ada', async () => true),
    };
    for (const [name, operation] of Object.entries(operations)) {
      it(`${name} while another transaction changes the row`, async () => {
        await stores[0].save('ada', 'first');
        const client = await admin.connect();
        try {
          await client.query('BEGIN');
          await client.query(`UPDATE ${table} SET tokens = tokens`);
          const done = operation(stores[0]);
          await isBlocked();
          await client.query('COMMIT');
          expect(await done).to.equal(true);
        } finally {
          client.release();
        }
      });
    }

    it('loses no update of 20 concurrent callers that read and write under the lock', async () => {
      await stores[0].save('ada', '0');
      // Clients instead of pools: a pool uses timers, and time is fake here.
      const clients = await Promise.all(Array.from({ length: 20 }, (_, n) => pools[n % 2 ? 0 : 1].connect()));
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        let running = clients.length;
        const callers = clients.map(async (client) => {
          const store = postgresStore({ pool: client, table });
          const increment = async () => {
            const value = (await store.load('ada')) ?? '';
            return store.save('ada', `${Number(value) + 1}`, value);
          };
          return store.lock('ada', increment).finally(() => running--);
        });
        const all = Promise.all(callers);
        const tick = async () => {
          await clock.tickAsync(100);
          return running === 0;
        };
        await Promise.race([all, until(tick)]);
        expect(await all).to.deep.equal(clients.map(() => true));
      } finally {
        clock.uninstall();
        for (const client of clients) client.release();
      }
      expect(await stores[0].load('ada')).to.equal('20');
    });
  });
}

describe('postgresStore, if PostgreSQL rolls a statement back,', () => {
  const table = freshTable();
  let pool: pg.Pool;
  before(async () => {
    pool = openPool(1);
    await postgresStore({ pool, table }).createTable();
    await pool.query(`CREATE SEQUENCE ${table}_attempts`); // A rollback does not reset a sequence.
  });
  afterEach(() => pool.query(`DROP FUNCTION ${table}_fail CASCADE; TRUNCATE ${table}`));
  after(async () => {
    await pool.query(`DROP TABLE ${table}; DROP SEQUENCE ${table}_attempts`);
    await pool.end();
  });

  /** Makes the first statements that write to the table fail with `code`. */
  const failFirst = (times: number, code: string) =>
    pool.query(`
      ALTER SEQUENCE ${table}_attempts RESTART;
      CREATE FUNCTION ${table}_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('${table}_attempts') <= ${times} THEN RAISE 'undone' USING ERRCODE = '${code}'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_fail()`);
  const attempts = async () =>
    Number((await pool.query(`SELECT last_value FROM ${table}_attempts`)).rows[0].last_value);

  for (const [problem, code] of [
    ['a serialization failure', '40001'],
    ['a deadlock', '40P01'],
  ] as const) {
    it(`repeats the statement after ${problem}`, async () => {
      await failFirst(3, code);
      expect(await postgresStore({ pool, table }).save('ada', 'tokens')).to.equal(true);
      expect(await postgresStore({ pool, table }).load('ada')).to.equal('tokens');
      expect(await attempts()).to.equal(4);
    });

    it(`rejects with the code of ${problem} after 20 attempts`, async () => {
      await failFirst(1_000, code);
      const error = await rejection(postgresStore({ pool, table }).save('ada', 'tokens'));
      expect(error).to.include({ code, message: 'passport-monei: PostgreSQL: undone' });
      expect(await attempts()).to.equal(20);
    });
  }
});
