import { createDecipheriv, createSecretKey } from 'node:crypto';
import { MoneiConnect } from 'passport-monei';
import { memoryStore, postgresStore, redisStore, TokenKeeper, type TokenStore } from 'passport-monei/tokens';
import pg from 'pg';
import { createClient } from 'redis';
import { answer } from './worker.js';

export type StoreName = 'memoryStore' | 'redisStore' | 'postgresStore';

/** `floor` is one GET or SELECT with AES-GCM, for the same users. `wait` has `callers` for the token of one user. */
export type StoreQuestion =
  | { kind: 'save'; users: number; expiresIn: number }
  | { kind: 'ours' | 'floor'; count: number }
  | { kind: 'wait'; callers: number }
  | { kind: 'memory'; users: number }
  | { kind: 'clean up' };

/** One call: its CPU in microseconds, the calls per second, and the round trips to the database. */
export interface GoodTokenAnswer {
  cpu: number;
  rate: number;
  roundTrips: number;
}

const KEY = Buffer.alloc(32, 7);
const CLIENT_ID = 'mc_bench';

const [name, table = '', tokenURL = ''] = process.argv.slice(2) as [StoreName, string, string];
const secretKey = createSecretKey(KEY);
let roundTrips = 0;

const connect = new MoneiConnect({ clientID: CLIENT_ID, clientSecret: 'mcs_bench', tokenURL });
const { store, read, cleanUp } = await open();
const keeper = new TokenKeeper({ connect, store, keys: [KEY] });

answer(async (question: StoreQuestion) => {
  switch (question.kind) {
    case 'save':
      for (let i = 0; i < question.users; i++) await keeper.save(userOf(i), pair(question.expiresIn));
      return;
    case 'ours':
      return goodToken(question.count, (userId) => keeper.accessToken(userId));
    case 'floor':
      return goodToken(question.count, async (userId) => decrypt(userId, await read(userId)));
    case 'wait':
      await Promise.all(Array.from({ length: question.callers }, () => keeper.accessToken(userOf(0))));
      return Date.now();
    case 'memory':
      return memory(question.users);
    case 'clean up':
      return cleanUp();
  }
});

async function goodToken(
  count: number,
  call: (userId: string) => Promise<unknown>,
): Promise<GoodTokenAnswer> {
  roundTrips = 0;
  const start = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) await call(userOf(i % 100));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  return { cpu: (user + system) / count, rate: count / seconds, roundTrips: roundTrips / count };
}

/** Returns the heap in bytes for each user in `memoryStore`. */
async function memory(users: number): Promise<number> {
  const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: [KEY] });
  const before = heap();
  for (let i = 0; i < users; i++) await keeper.save(userOf(i), pair(3600));
  const bytes = (heap() - before) / users;
  await keeper.scopes(userOf(0)); // A later use, so that the store is not collected before.
  return bytes;
}

/** A store, its floor, and the function that deletes its data. */
async function open() {
  if (name === 'redisStore') return openRedis();
  if (name === 'postgresStore') return openPostgres();
  return { store: memoryStore(), read: async () => '', cleanUp: async () => {} };
}

async function openRedis() {
  const client = await createClient({ url: process.env.REDIS_URL ?? '' }).connect();
  const counting = {
    sendCommand(words: string[]) {
      roundTrips++;
      return client.sendCommand(words);
    },
  };
  const keyOf = (userId: string) => `${table}:${userId}`;
  return {
    store: redisStore({ client: counting, prefix: table }) as TokenStore,
    read: async (userId: string) => String(await client.get(keyOf(userId))),
    cleanUp: async () => {
      for await (const keys of client.scanIterator({ MATCH: `*${table}:*`, COUNT: 1000 })) {
        if (keys.length > 0) await client.unlink(keys);
      }
    },
  };
}

async function openPostgres() {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
  const counting = {
    query(text: string, values: (string | null)[]) {
      roundTrips++;
      return pool.query(text, values);
    },
  };
  const store = postgresStore({ pool: counting, table });
  await store.createTable();
  const sql = `SELECT tokens FROM ${table} WHERE user_id = $1`;
  return {
    store: store as TokenStore,
    read: async (userId: string) => String((await pool.query(sql, [userId])).rows[0].tokens),
    cleanUp: async () => {
      await pool.query(`DROP TABLE ${table}`);
    },
  };
}

/** Decrypts with AES-GCM only, without checks of the content and the time. */
function decrypt(userId: string, value: string): Buffer {
  const bytes = Buffer.from(value.slice(2), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', secretKey, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.concat([Buffer.of(0xff), Buffer.from(JSON.stringify([CLIENT_ID, userId]))]));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
}

function userOf(i: number): string {
  return `user-${i}`;
}

function pair(expiresIn: number) {
  const text = (prefix: string) => prefix + 'a1b2c3d4e5f6'.repeat(5);
  return {
    accessToken: text('mct_'),
    refreshToken: text('mcr_'),
    expiresIn,
    scopes: ['profile:read', 'wallet:read', 'wallet:send'],
  };
}

function heap(): number {
  if (!globalThis.gc) throw new Error('This needs --expose-gc.');
  for (let i = 0; i < 3; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
