import { createRequire } from 'node:module';
import type { TokenStore } from './token-store.js';

/** A client of the package `ioredis`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A client of the package `redis` (node-redis). */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** The app's own client, connected: of `ioredis`, or of `redis` (4 or newer). */
  client: IoredisClient | NodeRedisClient;
  /** What the keys begin with. Default: `passport-monei:`. */
  prefix?: string | undefined;
}

/** Sends one command to Redis. */
type Command = (...words: string[]) => Promise<unknown>;

/** A lock opens by itself this long after its holder was last heard of. It reports every `RENEWAL`. All in ms. */
const LEASE = 10_000;
const RENEWAL = 3_000;

/** Longer than a holder that dies at the worst moment, and the one after it, can take. */
const PATIENCE = 60_000;
const TRY_AGAIN_AFTER = 100;

/** Compare and set, or delete, in one step. A second try finds its own work done, which is as good. */
const REPLACE = `
  local stored = redis.call('get', KEYS[1])
  if stored == ARGV[2] then return 1 end
  if stored ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[2])
  return 1`;
const DELETE = `
  local stored = redis.call('get', KEYS[1])
  if stored and stored ~= ARGV[1] then return 0 end
  redis.call('del', KEYS[1])
  return 1`;

/**
 * Tokens in Redis, under `<prefix><user id>`, with a lock that holds across processes: that of the package
 * `redis-semaphore`, which has to be installed beside this one. Its keys are `mutex:<prefix><user id>`.
 *
 * What can go wrong with the lock, and what comes of it:
 * - A process dies with it: it opens 10 s later. If Monei had answered the refresh and the answer was not stored yet,
 *   that pair is lost, as with any lost answer: the next one is refused, and the user has to reconnect.
 * - A process stops for more than 10 s (a debugger, a frozen machine) and goes on: somebody else has refreshed in the
 *   meantime, or was refused. Its own refresh is refused, or its write is (it replaces exactly the pair that was
 *   refreshed): what is stored stays. At worst the user has to reconnect.
 * - Redis fails over and forgets the lock, or the last write: as above.
 *
 * Two refreshes with one token never leave a dead pair behind as if it were good. Redis must not evict these keys
 * (`maxmemory-policy noeviction`), and should write to disk.
 *
 * @throws {TypeError} when `client` is none
 * @throws {Error} when `redis-semaphore` is not installed
 */
export function redisStore(options: RedisStoreOptions): TokenStore {
  const { client, prefix = 'passport-monei:' }: Partial<RedisStoreOptions> = options ?? {};
  const command = commandOf(client);
  const { Mutex } = lockLibrary();
  const lockClient = lockClientOf(command);
  const key = (userId: string) => prefix + userId;

  return {
    async load(userId) {
      const value = await command('GET', key(userId));
      return value === null || value === undefined ? undefined : String(value);
    },
    async save(userId, value, replaces) {
      if (replaces !== undefined) {
        return Number(await command('EVAL', REPLACE, '1', key(userId), replaces, value)) === 1;
      }
      await command('SET', key(userId), value);
      return true;
    },
    async delete(userId, replaces) {
      if (replaces !== undefined)
        return Number(await command('EVAL', DELETE, '1', key(userId), replaces)) === 1;
      await command('DEL', key(userId));
      return true;
    },
    async lock(userId, fn) {
      const mutex = new Mutex(lockClient, key(userId), {
        lockTimeout: LEASE,
        refreshInterval: RENEWAL,
        acquireTimeout: PATIENCE,
        retryInterval: TRY_AGAIN_AFTER,
        onLockLost: () => {}, // What is written after that says what it replaces.
      });
      if (!(await mutex.tryAcquire()))
        throw new Error(`passport-monei: waited ${PATIENCE} ms for a lock in Redis.`);
      try {
        return await fn();
      } finally {
        await mutex.release();
      }
    },
  };
}

function commandOf(client: unknown): Command {
  const { call, sendCommand } = (client ?? {}) as Partial<IoredisClient & NodeRedisClient>;
  // ioredis has a `sendCommand` as well, which takes something else.
  if (typeof call === 'function') return (name, ...args) => call.call(client, name, ...args);
  if (typeof sendCommand === 'function') return (...words) => sendCommand.call(client, words);
  throw new TypeError(
    'passport-monei: `client` must be a client of the package `redis` (4 or newer) or `ioredis`, connected to Redis.',
  );
}

/** Found when the store is made, because later would be in the middle of a sign-in. */
function lockLibrary(): typeof import('redis-semaphore') {
  try {
    return createRequire(import.meta.url)('redis-semaphore');
  } catch (cause) {
    throw new Error(
      'passport-monei: redisStore() needs a package for its locks: npm install redis-semaphore',
      {
        cause,
      },
    );
  }
}

type LockClient = ConstructorParameters<typeof import('redis-semaphore').Mutex>[0];

/**
 * The client as the lock library wants it: the methods of ioredis that a mutex uses. Scripts extend and release a lock,
 * the former in a timer, where nobody would catch an error: Redis out of reach is a lock that was not extended.
 */
function lockClientOf(command: Command): LockClient {
  const words = (args: unknown[]) => args.map(String);
  const client = {
    set: (...args: unknown[]) => command('SET', ...words(args)),
    evalsha: (...args: unknown[]) =>
      command('EVALSHA', ...words(args)).catch((error) => {
        if (String(error).includes('NOSCRIPT')) throw error; // Then the library sends the script itself.
        return 0;
      }),
    eval: (...args: unknown[]) => command('EVAL', ...words(args)).catch(() => 0),
  };
  return client as unknown as LockClient;
}
