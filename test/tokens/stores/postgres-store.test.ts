import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { postgresStore } from '../../../src/tokens/index.js';
import { rejection } from '../../helpers/rejection.js';

// What it does with PostgreSQL is tested in test/postgres.
describe('postgresStore, without PostgreSQL,', () => {
  const pool = { query: async () => ({ rows: [], rowCount: 0 }) };

  for (const wrong of [undefined, null, {}, 'postgres://127.0.0.1', { query: true }]) {
    it(`refuses ${JSON.stringify(wrong)} as a pool, and says what it takes`, () => {
      expect(() => postgresStore({ pool: wrong } as never)).to.throw(
        TypeError,
        '`pool` must be an object with `query`',
      );
    });
  }

  it('refuses no options at all in the same way', () => {
    expect(() => postgresStore(undefined as never)).to.throw(TypeError, '`pool`');
  });

  it('refuses an option that it does not know', () => {
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
    it(`takes ${table} as the name of a table`, () => {
      expect(() => postgresStore({ pool, table })).to.not.throw();
    });
  }

  describe('the lock', () => {
    const answering = (rowCount: number) => ({ query: async () => ({ rows: [], rowCount }) });
    let clock: FakeTimers.Clock;
    beforeEach(() => {
      clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.uninstall());

    it('is not waited for any more by a caller who says so', async () => {
      const stop = new AbortController();
      const waiting = rejection(postgresStore({ pool: answering(0) }).lock('ada', async () => {}, stop));
      await clock.tickAsync(150);
      stop.abort(new Error('enough'));
      expect(await waiting).to.equal(stop.signal.reason);
    });

    it('leaves no timer behind', async () => {
      await postgresStore({ pool: answering(1) }).lock('ada', async () => {
        await clock.tickAsync(0);
        expect(clock.countTimers()).to.equal(1);
      });
      expect(clock.countTimers()).to.equal(0);
    });

    it('keeps no process alive that has nothing else to do', async () => {
      clock.uninstall();
      await new Promise(setImmediate); // Mocha sets a timer of its own.
      const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
      const before = timers();
      await postgresStore({ pool: answering(1) }).lock('ada', async () => {
        expect(timers()).to.equal(before);
      });
    });
  });
});
