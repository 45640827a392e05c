import { checkNames } from '../checks.js';
import { LEASE, lockTimeout, PATIENCE, RENEWAL, TRY_AGAIN_AFTER } from './leases.js';
import { loadMutex, type RedisMutex } from './redis-mutex.js';
import type { TokenStore } from './token-store.js';

/** A client of the package `ioredis`. */
export interface IoredisClient {
  /** Sends one command. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A client of the package `redis` (node-redis). */
export interface NodeRedisClient {
  /** Sends one command. */
  sendCommand(args: string[]): Promise<unknown>;
}

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** The app's own client, connected: of `ioredis`, or of `redis` (4 or newer). */
  client: IoredisClient | NodeRedisClient;
  /** What the keys begin with; a colon is added where there is none at its end. Default: `passport-monei:`. */
  prefix?: string | undefined;
  /** The class `Mutex` of the package `redis-semaphore`. Default: it is imported when a lock is first needed. */
  Mutex?: RedisMutex | undefined;
}

const OPTIONS = ['client', 'prefix', 'Mutex'];

/** Sends one command to Redis. */
type Command = (...words: string[]) => Promise<unknown>;

/** Compare and set, or delete, in one step. A second try finds its own work done, which is as good. */
const REPLACE = `
  local stored = redis.call('get', KEYS[1]) or ''
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
 * What can go wrong, and what comes of it:
 * - A process dies with the lock: it opens 10 s later. If Monei had answered the refresh and the answer was not stored
 *   yet, that pair is lost, as with any lost answer: the next refresh is refused, and the user has to reconnect.
 * - A process stops for more than 10 s (a debugger, a frozen machine) and goes on, or Redis fails over and forgets the
 *   lock: somebody else may have refreshed, signed in or disconnected meanwhile. Every write says what it replaces, so
 *   what they stored stays, and what the late one holds is revoked. At worst the user has to reconnect.
 * - Redis fails over and forgets the last write: that pair is lost, as above.
 * - Redis can't be written to for more than 17 s after a refresh: the pair stays in the memory of that process, which
 *   writes it at a later call.
 * - Redis does not answer: whoever needs tokens waits for as long as the client does. Monei does not answer: those who
 *   wait for the lock ask one after the other, and after 60 s fail with the code `lock_timeout`.
 *
 * Redis must not evict these keys (`maxmemory-policy noeviction`), and should write to disk. Clocks of processes have to
 * agree within seconds.
 *
 * `lock` rejects when `redis-semaphore` is not installed.
 *
 * @example
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL }).connect(); // or: new Redis(url) of ioredis
 * const keeper = new TokenKeeper({ connect, store: redisStore({ client }), keys });
 * ```
 *
 * @throws {TypeError} when `client` is none that it can work with, or when another option is wrong or unknown
 */
export function redisStore(options: RedisStoreOptions): TokenStore {
  const { client, prefix = 'passport-monei:', Mutex } = checkNames('redisStore', options, OPTIONS);
  if (typeof prefix !== 'string' || prefix === '') {
    throw new TypeError('passport-monei: `prefix` must be a string that is not empty.');
  }
  if (Mutex !== undefined && typeof Mutex !== 'function') {
    throw new TypeError(
      'passport-monei: `Mutex` must be the class of that name of the package `redis-semaphore`.',
    );
  }
  const command = commandOf(client);
  const lockClient = lockClientOf(command);
  const key = keyMaker(prefix);

  return {
    async load(userId) {
      const value = await command('GET', key(userId));
      return value === null || value === undefined ? undefined : String(value);
    },
    async save(userId, value, replaces) {
      if (replaces !== undefined) {
        return Number(await command('EVAL', REPLACE, '1', key(userId), replaces ?? '', value)) === 1;
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
    async lock(userId, fn, { signal } = {}) {
      const mutex = new (Mutex ?? (await loadMutex()))(lockClient as never, key(userId), {
        lockTimeout: LEASE,
        refreshInterval: RENEWAL,
        acquireTimeout: PATIENCE,
        retryInterval: TRY_AGAIN_AFTER,
        onLockLost: () => {}, // What is written after that says what it replaces.
      });
      if (!(await mutex.tryAcquire(signal))) throw lockTimeout('Redis');
      try {
        return await fn();
      } finally {
        await mutex.release();
      }
    },
  };
}

/** A colon ends the prefix, and there is none after it: no other prefix and user id make the same key. */
function keyMaker(prefix: string): (userId: string) => string {
  const start = prefix.endsWith(':') ? prefix : `${prefix}:`;
  return (userId) => start + userId.replace(/[%:]/g, encodeURIComponent);
}

function commandOf(client: unknown): Command {
  const { call, sendCommand } = (client ?? {}) as Partial<IoredisClient & NodeRedisClient>;
  // ioredis has a `sendCommand` as well, which takes something else.
  if (typeof call === 'function') return (name, ...args) => quiet(call.call(client, name, ...args));
  if (typeof sendCommand === 'function' && isSingle(client)) {
    return (...words) => quiet(sendCommand.call(client, words));
  }
  throw new TypeError(
    'passport-monei: `client` must be a client of the package `redis` (4 or newer, made by createClient(), not in legacy ' +
      'mode) or of `ioredis` (Redis or Cluster), connected.',
  );
}

/** Whether a client of node-redis speaks to one server, and in promises. Those of clusters want more to be told. */
function isSingle(client: unknown): boolean {
  const { options, slots, getMasterNode } = client as Record<string, unknown>;
  const legacy = (options as { legacyMode?: unknown } | undefined)?.legacyMode === true;
  return !legacy && slots === undefined && getMasterNode === undefined;
}

/** Without what ioredis hangs on its errors, the command that failed: tokens are in it. Redis may quote it, too. */
async function quiet(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`passport-monei: Redis: ${reason.replace(/,? with args beginning with.*/s, '')}`);
  }
}

/**
 * The client as the lock library wants it: the methods of ioredis that a mutex uses. Scripts extend and release a lock,
 * the former in a timer, where nobody would catch an error. A lock that Redis can't be asked about counts as still there
 * (1): otherwise the library would not ask again.
 */
function lockClientOf(command: Command): object {
  const words = (args: unknown[]) => args.map(String);
  return {
    // Of a client that gives texts as buffers, too, the library wants "OK" as a text.
    set: async (...args: unknown[]) => String(await command('SET', ...words(args))),
    evalsha: (...args: unknown[]) =>
      command('EVALSHA', ...words(args)).catch((error) => {
        if (String(error).includes('NOSCRIPT')) throw error; // Then the library sends the script itself.
        return 1;
      }),
    eval: (...args: unknown[]) => command('EVAL', ...words(args)).catch(() => 1),
  };
}
