import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { postgresStore } from '../../../src/tokens/index.js';
import { rejection } from '../../helpers/rejection.js';

// Tests that need PostgreSQL are in test/postgres.
describe('postgresStore, without PostgreSQL,', () => {
  const pool = { query: async () => ({ rows: [], rowCount: 0 }) };

  for (const invalid of [undefined, null, {}, 'postgres://127.0.0.1', { query: true }]) {
    it(`refuses ${JSON.stringify(invalid)} as a pool, and names the supported ones`, () => {
      expect(() => postgresStore({ pool: invalid } as never)).to.throw(
        TypeError,
        '`pool` must be an object with `query`',
      );
    });
  }

  it('refuses to be called without options', () => {
    expect(() => postgresStore(undefined as never)).to.throw(TypeError, '`pool`');
  });

  it('rejects with the code lock_timeout if the lock is not free within 60 s', async () => {
    const clock = FakeTimers.install({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const work = async () => expect.fail('it ran without the lock');
      const reason = rejection(postgresStore({ pool }).lock('ada', work));
      await clock.tickAsync(60_000);
      const error = await reason;
      expect(error).to.have.property('code', 'lock_timeout');
      expect(error).to.have.property('message').that.includes('Check that Monei and PostgreSQL respond.');
    } finally {
      clock.uninstall();
    }
  });

  it('refuses an unknown option', () => {
    expect(() => postgresStore({ pool, tabel: 'tokens' } as never)).to.throw(
      TypeError,
      'passport-monei: postgresStore has no option `tabel`, only pool, table.',
    );
  });

  const names = [
    ...['', 'Tokens', '1st', 'tokens; DROP TABLE users', 'to kens', 'tokens"', 'tokens\n', '\ntokens'],
    ...['a.b.c', '.tokens', 'tokens.', 'kundenübersicht', 'a'.repeat(64), `a.${'b'.repeat(64)}`, 7, null],
  ];
  for (const table of names) {
    it(`refuses ${JSON.stringify(table)} as the name of a table`, () => {
      expect(() => postgresStore({ pool, table } as never)).to.throw(TypeError, '`table` must be a name of');
    });
  }

  for (const table of ['tokens', '_t0kens_2', 'app.tokens', `${'a'.repeat(63)}.${'b'.repeat(63)}`]) {
    it(`accepts ${table} as the name of a table`, () => {
      expect(() => postgresStore({ pool, table })).to.not.throw();
    });
  }

  describe('with a pool that is not of pg', () => {
    /** Values with which the pools of other packages resolve, instead of pg's result. */
    const others: Record<string, () => unknown> = {
      'a DataSource of TypeORM': () => [],
      'a DataSource of TypeORM that updates': () => [[], 1],
      PGlite: () => ({ rows: [], fields: [], affectedRows: 0 }),
      'a pool with callbacks': () => undefined,
      'a pool that counts no rows': () => ({ rows: [], rowCount: null }),
    };
    for (const [name, result] of Object.entries(others)) {
      it(`names the option pool at the first statement: ${name}`, async () => {
        const store = postgresStore({ pool: { query: async () => result() } as never });
        const firsts = [
          () => store.load('ada'),
          () => store.save('ada', 'tokens'),
          () => store.save('ada', 'tokens', 'old tokens'),
          () => store.delete('ada'),
          () => store.lock('ada', async () => expect.fail('it ran without the lock')),
        ];
        for (const first of firsts) {
          expect(await rejection(first()))
            .to.be.an.instanceof(TypeError)
            .with.property(
              'message',
              'passport-monei: `pool` must be a pool of the package `pg`: the results of this one have no `rowCount`.',
            );
        }
      });
    }

    it('names the option pool when it creates the table, for which pg itself counts no rows', async () => {
      const typeORM = { query: async () => [] };
      expect(await rejection(postgresStore({ pool: typeORM as never }).createTable())).to.be.instanceof(
        TypeError,
      );
      const pg = { query: async () => ({ rows: [], rowCount: null }) };
      await postgresStore({ pool: pg }).createTable();
    });
  });

  describe('when another transaction makes a statement fail', () => {
    /** Returns a pool that fails a number of times with this SQLSTATE, and then succeeds. */
    const failing = (code: string, times: number) => {
      let sent = 0;
      const query = async () => {
        if (++sent <= times) throw Object.assign(new Error('could not serialize access'), { code });
        return { rows: [{ tokens: 'tokens' }], rowCount: 1 };
      };
      return { store: postgresStore({ pool: { query } }), sent: () => sent };
    };

    for (const code of ['40001', '40P01']) {
      it(`repeats a statement after the SQLSTATE ${code}, 20 times at most`, async () => {
        const passing = failing(code, 19);
        expect(await passing.store.load('ada')).to.equal('tokens');
        const stuck = failing(code, 100);
        expect(await rejection(stuck.store.load('ada'))).to.include({
          code,
          message: 'passport-monei: PostgreSQL: could not serialize access',
        });
        expect(stuck.sent()).to.equal(20);
      });
    }

    it('does not repeat a statement after an error without a SQLSTATE', async () => {
      for (const failure of [undefined, new Error('gone')]) {
        let sent = 0;
        const query = () => {
          sent++;
          return Promise.reject(failure);
        };
        const error = await rejection(postgresStore({ pool: { query } }).load('ada'));
        expect(error)
          .to.be.an('error')
          .with.property('message')
          .that.matches(/^passport-monei: PostgreSQL: (undefined|gone)$/);
        expect(sent).to.equal(1);
      }
    });

    it('does not repeat a statement after another SQLSTATE', async () => {
      const { store, sent } = failing('23514', 1);
      expect(await rejection(store.load('ada'))).to.have.property('code', '23514');
      expect(sent()).to.equal(1);
    });
  });
});
