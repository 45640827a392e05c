import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type pg from 'pg';
import { MoneiConnect } from '../../src/index.js';
import { type PostgresPool, postgresStore, TokenKeeper, testTokenStore } from '../../src/tokens/index.js';
import { deferred } from '../helpers/deferred.js';
import { everythingIn } from '../helpers/everything-in.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';
import { until } from '../helpers/until.js';
import { freshTable, openPool } from './postgres-server.js';

describe('postgresStore', () => {
  const table = freshTable();
  let pool: pg.Pool;
  let second: pg.Pool;

  before(async () => {
    [pool, second] = [openPool(1), openPool(1)];
    await postgresStore({ pool, table }).createTable();
  });
  afterEach(() => pool.query(`TRUNCATE ${table}`));
  after(async () => {
    await pool.query(`DROP TABLE ${table}`);
    await Promise.all([pool.end(), second.end()]);
  });

  const store = () => postgresStore({ pool, table });
  const rows = async () => (await pool.query(`SELECT * FROM ${table}`)).rows;

  /** Returns the pool, with a function that runs before each of its queries. */
  const poolWith = (prepare: (text: string, values: unknown[]) => unknown): PostgresPool => ({
    async query(text, values) {
      await prepare(text, values);
      return pool.query(text, values);
    },
  });

  describe('with two pools of one connection each', () => {
    const stores = () => [store(), postgresStore({ pool: second, table })] as const;
    for (const { name, run } of testTokenStore(stores)) it(name, run);
  });

  describe('its table', () => {
    it('can be created by many processes at once, and again later, and keeps its rows', async () => {
      const name = freshTable();
      const pools = Array.from({ length: 8 }, () => openPool(1));
      try {
        await Promise.all(pools.map((one) => one.query('SELECT 1')));
        await Promise.all(pools.map((one) => postgresStore({ pool: one, table: name }).createTable()));
        const made = postgresStore({ pool, table: name });
        await made.save('ada', 'tokens');
        await made.createTable();
        expect(await made.load('ada')).to.equal('tokens');
      } finally {
        await pool.query(`DROP TABLE ${name}`);
        await Promise.all(pools.map((one) => one.end()));
      }
    });

    it('is created at the second attempt if PostgreSQL refuses the first one, because another process creates it', async () => {
      let tries = 0;
      const failingOnce = poolWith(() => {
        if (++tries === 1) throw new Error('duplicate key value violates unique constraint');
      });
      await postgresStore({ pool: failingOnce, table }).createTable();
      expect(tries).to.equal(2);
    });

    it('is called passport_monei_tokens by default', async () => {
      const texts: string[] = [];
      const watching: PostgresPool = {
        async query(text) {
          texts.push(text);
          return { rows: [], rowCount: 0 };
        },
      };
      await postgresStore({ pool: watching }).createTable();
      await postgresStore({ pool: watching }).load('ada');
      for (const text of texts) expect(text).to.include(' "passport_monei_tokens" ');
    });

    it('may be in a schema, and have a reserved word of SQL as its name', async () => {
      const schema = freshTable();
      await pool.query(`CREATE SCHEMA ${schema}`);
      try {
        const made = postgresStore({ pool, table: `${schema}.user` });
        await made.createTable();
        await made.save('ada', 'tokens');
        expect((await pool.query(`SELECT tokens FROM ${schema}."user"`)).rows).to.deep.equal([
          { tokens: 'tokens' },
        ]);
      } finally {
        await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      }
    });

    it('is named in an error that says how to create it, if it does not exist', async () => {
      const error = await rejection(postgresStore({ pool, table: freshTable() }).load('ada'));
      expect(error)
        .to.be.an('error')
        .with.property(
          'message',
          'passport-monei: PostgreSQL: the table does not exist. Create it with `createTable()` of the store, or in a migration',
        );
      expect(error).to.have.property('code', '42P01');
    });
  });

  it('repeats a write without effect, if the response to the first one was lost', async () => {
    expect(await store().save('ada', 'first', null)).to.equal(true);
    expect(await store().save('ada', 'first', null)).to.equal(true);
    expect(await store().save('ada', 'second', 'first')).to.equal(true);
    expect(await store().save('ada', 'second', 'first')).to.equal(true);
    expect(await store().delete('ada', 'second')).to.equal(true);
    expect(await store().delete('ada', 'second')).to.equal(true);
    expect(await store().delete('ada')).to.equal(true);
  });

  it('resolves with true after deleting, also if another process saves right after that', async () => {
    await store().save('ada', 'first');
    const overtaken = poolWith(async (text) => {
      if (text.includes('DELETE')) await store().save('ada', 'next');
    });
    expect(await postgresStore({ pool: overtaken, table }).delete('ada', 'first')).to.equal(true);
    expect(await store().load('ada')).to.equal('next');
    await store().delete('ada');
    expect(await postgresStore({ pool: overtaken, table }).delete('ada')).to.equal(true);
    expect(await store().load('ada')).to.equal('next');
  });

  it('leaves no row of a user without tokens', async () => {
    await store().save('ada', 'tokens');
    await store().delete('ada');
    expect(await rows()).to.deep.equal([]);
    await store().lock('ada', async () => {});
    expect(await rows()).to.deep.equal([]);
    await store().lock('ada', async () => {
      await store().save('ada', 'tokens');
      await store().delete('ada');
      expect(await rows()).to.have.lengthOf(1);
    });
    expect(await rows()).to.deep.equal([]);
  });

  it('[S24] redacts the tokens that PostgreSQL quotes in errors', async () => {
    await pool.query(`ALTER TABLE ${table} ADD CONSTRAINT short CHECK (length(tokens) < 10)`);
    const failed = await rejection(store().save('ada', 'mct_123456789')).finally(() =>
      pool.query(`ALTER TABLE ${table} DROP CONSTRAINT short`),
    );
    expect(failed).to.be.an('error').with.property('message').that.includes('violates check constraint');
    expect(failed).to.have.property('code', '23514');
    const quoting = poolWith((_text, [, value]) => {
      throw new Error(`invalid input syntax for type uuid: "${value}"`);
    });
    const quoted = await rejection(postgresStore({ pool: quoting, table }).save('ada', 'secret-pair'));
    expect(quoted).to.have.property('message').that.includes('invalid input syntax for type uuid');
    expect(everythingIn(failed) + everythingIn(quoted)).to.not.match(/mct_|secret-pair/);
  });

  it('rejects with the reason if the table does not allow NULL in `tokens`', async () => {
    await store().save('ada', 'tokens');
    await pool.query(`ALTER TABLE ${table} ALTER COLUMN tokens SET NOT NULL`);
    const failed = await rejection(store().delete('ada')).finally(() =>
      pool.query(`ALTER TABLE ${table} ALTER COLUMN tokens DROP NOT NULL`),
    );
    expect(failed).to.be.an('error').with.property('message').that.includes('null value in column "tokens"');
  });

  describe('its lock', () => {
    /** Returns the milliseconds until the lease ends, if there is one. */
    const leftMs = async (userId = 'ada'): Promise<number | undefined> => {
      const ms = 'extract(epoch from lease_until - clock_timestamp()) * 1000';
      const found = await pool.query(`SELECT ${ms} AS ms FROM ${table} WHERE user_id = $1`, [userId]);
      return found.rows[0]?.ms == null ? undefined : Number(found.rows[0].ms);
    };
    const endLeaseIn = (ms: number) =>
      pool.query(`UPDATE ${table} SET lease_until = clock_timestamp() + interval '${ms} milliseconds'`);

    it('is a lease of ten seconds, which is released after use', async () => {
      await store().save('ada', 'tokens');
      await store().lock('ada', async () => {
        expect(await leftMs()).to.be.within(8_000, 10_000);
      });
      expect(await leftMs()).to.equal(undefined);
      expect(await rows()).to.deep.equal([
        { user_id: 'ada', tokens: 'tokens', lease_holder: null, lease_until: null },
      ]);
    });

    it('is taken by a waiting caller when the lease of a crashed holder has ended', async () => {
      const end = `clock_timestamp() + interval '10 s'`;
      await pool.query(`INSERT INTO ${table} VALUES ('ada', 'tokens', 'dead holder', ${end})`);
      let attempts = 0;
      const counting: PostgresPool = {
        query: (text, values) => pool.query(text, values).finally(() => attempts++),
      };
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const done = postgresStore({ pool: counting, table }).lock('ada', async () => 'done');
        await until(async () => attempts === 1);
        expect(await leftMs()).to.be.above(8_000);
        await endLeaseIn(0);
        await clock.tickAsync(100);
        expect(await done).to.equal('done');
      } finally {
        clock.uninstall();
      }
    });

    it('reserves no connection while its holder works', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          store().lock(`user-${n}`, async () => {
            await store().save(`user-${n}`, 'tokens');
          }),
        ),
      );
      await store().lock('ada', async () => {
        expect(pool.idleCount).to.equal(pool.totalCount);
      });
    });

    it('is renewed every three seconds until its holder is done, also after a renewal that failed', async () => {
      let renewals = 0;
      let fails = true;
      const failingOnce = poolWith((text) => {
        if (!text.includes('SET lease_until')) return;
        renewals++;
        if (fails) throw new Error('gone');
      });
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        await postgresStore({ pool: failingOnce, table }).lock('ada', async () => {
          await endLeaseIn(7_000);
          await clock.tickAsync(2_999);
          expect(renewals).to.equal(0);
          await clock.tickAsync(1);
          expect(renewals).to.equal(1);
          fails = false;
          await clock.tickAsync(3_000);
          await until(async () => Number(await leftMs()) > 8_000);
        });
        const times = renewals;
        await clock.tickAsync(30_000);
        expect(renewals).to.equal(times).and.to.equal(2);
      } finally {
        clock.uninstall();
      }
    });

    it('is not released by a holder that has lost it', async () => {
      const [stalledWork, nextWork] = [deferred<void>(), deferred<void>()];
      const stalled = store().lock('ada', () => stalledWork.promise);
      await until(async () => (await leftMs()) !== undefined);
      await endLeaseIn(-1);
      const next = store().lock('ada', () => nextWork.promise);
      await until(async () => Number(await leftMs()) > 0);
      stalledWork.resolve();
      await stalled;
      expect(await leftMs()).to.be.above(0);
      nextWork.resolve();
      await next;
      expect(await rows()).to.deep.equal([]);
    });

    it('lets its holder finish if the database is gone when the lease must be released', async () => {
      let isDown = false;
      const failing = poolWith(() => {
        if (isDown) throw new Error('gone');
      });
      const done = await postgresStore({ pool: failing, table }).lock('ada', async () => {
        isDown = true;
        return 'done';
      });
      expect(done).to.equal('done');
    });

    it('rejects without running the function if the database is gone', async () => {
      const failing = poolWith(() => {
        throw new Error('gone');
      });
      const work = async () => expect.fail('it ran without the lock');
      expect(await rejection(postgresStore({ pool: failing, table }).lock('ada', work)))
        .to.be.an('error')
        .with.property('message', 'passport-monei: PostgreSQL: gone');
    });

    it('is taken although the response was lost', async () => {
      let lost = false;
      const losing: PostgresPool = {
        async query(text, values) {
          const result = await pool.query(text, values);
          if (lost) return result;
          lost = true;
          throw new Error('Connection terminated unexpectedly');
        },
      };
      expect(await postgresStore({ pool: losing, table }).lock('ada', async () => 'done')).to.equal('done');
      expect(lost).to.equal(true);
      expect(await rows()).to.deep.equal([]);
    });
  });

  describe('under a keeper', () => {
    const credentials = { clientID: 'app', clientSecret: 'secret of the app' };
    const tokenResponse = (n: number) => ({
      access_token: `access-${n}`,
      refresh_token: `refresh-${n}`,
      token_type: 'Bearer',
      expires_in: 3600,
      scopes: ['wallet:read'],
    });

    it('keeps tokens that could not be stored, and stores them when the database works again', async () => {
      let refreshes = 0;
      let isDown = false;
      const failing = poolWith(() => {
        if (isDown) throw new Error('gone');
      });
      const monei = await startLoopbackServer((_req, res) => {
        isDown = true;
        res.setHeader('content-type', 'application/json').end(JSON.stringify(tokenResponse(++refreshes)));
      });
      const connect = new MoneiConnect({ ...credentials, tokenURL: monei.url });
      const keeperOn = (on: PostgresPool) =>
        new TokenKeeper({ connect, store: postgresStore({ pool: on, table }), keys: false });
      const keeper = keeperOn(failing);
      const old = { accessToken: 'access-0', refreshToken: 'refresh-0', scopes: [], expiresIn: 0 };
      await keeper.save('ada', old);
      const clock = FakeTimers.install({ now: Date.now(), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
      try {
        let isDone = false;
        const renewed = keeper.accessToken('ada').finally(() => {
          isDone = true;
        });
        await until(async () => isDown);
        while (!isDone) {
          await clock.tickAsync(100);
          await new Promise(setImmediate);
        }
        expect(await renewed).to.equal('access-1');
        isDown = false;
        expect(await store().load('ada')).to.include('access-0');
        await pool.query(`UPDATE ${table} SET lease_until = clock_timestamp()`); // The lease ends at once.
        expect(await keeper.accessToken('ada')).to.equal('access-1');
        expect(await keeperOn(pool).accessToken('ada')).to.equal('access-1');
        expect(refreshes).to.equal(1);
      } finally {
        clock.uninstall();
        await monei.close();
      }
    });
  });
});
