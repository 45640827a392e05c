import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect } from 'chai';
import type pg from 'pg';
import { MoneiConnect } from '../../src/index.js';
import { postgresStore, TokenKeeper } from '../../src/tokens/index.js';
import { type Result, startKeeperProcess } from '../helpers/keeper-process.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { until } from '../helpers/until.js';
import { freshTable, openPool } from './postgres-server.js';
import type { PostgresTask } from './token-process.js';

const PROCESSES = 8;
const USERS = 50;
/** The process that is killed, and the number of leases that it has then. Its refreshes get no response. */
const VICTIM = 'process 0';
const ITS_USERS = 10;

describe(`${PROCESSES} processes with two connections each that need the tokens of ${USERS} users, all expired`, function () {
  this.timeout(60_000);

  const userIds = Array.from({ length: USERS }, (_, n) => `user-${n}`);
  const credentials = { clientID: 'app', clientSecret: 'secret of the app' };
  const key = randomBytes(32);
  const table = freshTable();
  const started: ChildProcess[] = [];
  /** For each process that survived: its result for each user. */
  const results: Result[][] = [];
  /** The number of refreshes by refresh token: each token works once. */
  const refreshes = new Map<string, number>();
  let pool: pg.Pool;
  let monei: LoopbackServer;

  before(async () => {
    pool = openPool(2);
    let cutOff = 0;
    monei = await startLoopbackServer((req, res) => {
      if (req.headers['x-process'] === VICTIM) {
        cutOff++; // The request gets no response.
        return;
      }
      const { refresh_token: old } = JSON.parse(monei.seen.at(-1)?.body ?? '');
      const times = (refreshes.get(old) ?? 0) + 1;
      refreshes.set(old, times);
      const renewed = { access_token: `${old}-renewed`, refresh_token: `${old}-next`, token_type: 'Bearer' };
      res
        .writeHead(times === 1 ? 200 : 401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...renewed, expires_in: 3600, scopes: [] }));
    });
    const store = postgresStore({ pool, table });
    await store.createTable();
    const connect = new MoneiConnect({ ...credentials, tokenURL: monei.url });
    const keeper = new TokenKeeper({ connect, store, keys: [key] });
    for (const userId of userIds) {
      await keeper.save(userId, { accessToken: 'old', refreshToken: userId, scopes: [], expiresIn: 0 });
    }

    const victim = await startProcess(VICTIM, userIds.slice(0, ITS_USERS));
    const others = await Promise.all(
      Array.from({ length: PROCESSES - 1 }, (_, n) => startProcess(`process ${n + 1}`, userIds)),
    );
    const reports = others.map(async (child) => (await once(child, 'message'))[0] as Result[]);
    victim.send('go');
    await until(async () => cutOff === ITS_USERS);
    for (const child of others) child.send('go');
    await until(async () => refreshes.size === USERS - ITS_USERS);
    victim.kill('SIGKILL');
    results.push(...(await Promise.all(reports)));
  });
  after(async () => {
    for (const child of started) child.kill('SIGKILL');
    await monei.close();
    await pool.query(`DROP TABLE ${table}`);
    await pool.end();
  });

  async function startProcess(name: string, users: string[]): Promise<ChildProcess> {
    const task: PostgresTask = {
      table,
      key: key.toString('hex'),
      credentials,
      tokenURL: monei.url,
      name,
      userIds: users,
    };
    const child = await startKeeperProcess(new URL('token-process.ts', import.meta.url), task);
    started.push(child);
    return child;
  }

  it('sends one refresh for each user to Monei, also for users whose lease the killed process had', () => {
    expect([...refreshes].sort()).to.deep.equal(userIds.map((userId) => [userId, 1]).sort());
  });

  it('gives every process the same new token for each user', () => {
    const expected = userIds.map((userId) => ({ userId, token: `${userId}-renewed` }));
    expect(results).to.deep.equal(Array.from({ length: PROCESSES - 1 }, () => expected));
  });
});
