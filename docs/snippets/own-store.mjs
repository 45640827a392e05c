import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

// CREATE TABLE monei_tokens (user_id text PRIMARY KEY, value text NOT NULL);
// CREATE TABLE monei_locks (user_id text PRIMARY KEY, holder text NOT NULL, until bigint NOT NULL);

/** @param query takes SQL and its values, and resolves with `{ rows, rowCount }`: how many rows it changed */
export function sqlStore(query) {
  const changed = async (sql, ...values) => (await query(sql, values)).rowCount === 1;
  const insert = 'INSERT INTO monei_tokens (user_id, value) VALUES ($1, $2) ON CONFLICT (user_id) DO';
  const remove = 'DELETE FROM monei_tokens WHERE user_id = $1';
  const take = `INSERT INTO monei_locks (user_id, holder, until) VALUES ($1, $2, $3)
    ON CONFLICT (user_id) DO UPDATE SET holder = $2, until = $3
    WHERE monei_locks.until < $4 OR monei_locks.holder = $2`;
  const renew = 'UPDATE monei_locks SET until = $3 WHERE user_id = $1 AND holder = $2';
  const giveBack = 'DELETE FROM monei_locks WHERE user_id = $1 AND holder = $2';
  const leaseEnd = () => Date.now() + 10_000;

  return {
    async load(userId) {
      const { rows } = await query('SELECT value FROM monei_tokens WHERE user_id = $1', [userId]);
      return rows[0]?.value;
    },
    // `replaces`: the text that has to be stored now, or null for none. Compare and write in one statement.
    async save(userId, value, replaces) {
      if (replaces === undefined) return changed(`${insert} UPDATE SET value = $2`, userId, value);
      if (replaces === null) return changed(`${insert} NOTHING`, userId, value);
      const update = 'UPDATE monei_tokens SET value = $2 WHERE user_id = $1 AND value = $3';
      return changed(update, userId, value, replaces);
    },
    async delete(userId, replaces) {
      if (replaces !== undefined) return changed(`${remove} AND value = $2`, userId, replaces);
      await query(remove, [userId]);
      return true;
    },
    // A lease: it ends by itself when its holder dies. `fn` runs without a connection.
    async lock(userId, fn, { signal } = {}) {
      const holder = randomUUID();
      const patience = Date.now() + 60_000;
      while (!(await changed(take, userId, holder, leaseEnd(), Date.now()))) {
        if (Date.now() > patience) throw new Error('no lock within 60 s');
        await wait(100);
        signal?.throwIfAborted(); // the caller no longer waits
      }
      const renewing = setInterval(() => query(renew, [userId, holder, leaseEnd()]).catch(() => {}), 3_000);
      try {
        return await fn();
      } finally {
        clearInterval(renewing);
        await query(giveBack, [userId, holder]).catch(() => {});
      }
    },
  };
}
