import { invalidValueError, requireKnownOptions } from '../checks.js';
import { databaseError } from './database-error.js';
import { LEASE_MS, withLease } from './leases.js';
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
  /** The beginning of all keys. If it does not end with a colon, one is added. Default: `passport-monei:`. */
  prefix?: string | undefined;
}

/** Sends one command to Redis. */
type SendCommand = (name: string, ...args: string[]) => Promise<unknown>;

// Each script compares and writes in one step, and returns 1 if it wrote. A script that is repeated after a lost
// response finds the result of the first run, and returns 1 as well.

/** Sets the value ARGV[2], if ARGV[1] is stored (empty: if nothing is stored). */
const REPLACE = `
  local stored = redis.call('get', KEYS[1]) or ''
  if stored == ARGV[2] then return 1 end
  if stored ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[2])
  return 1`;

/** Deletes the value, if it is ARGV[1]. */
const DELETE = `
  local stored = redis.call('get', KEYS[1])
  if stored and stored ~= ARGV[1] then return 0 end
  redis.call('del', KEYS[1])
  return 1`;

/** Gives the holder ARGV[1] the lease for ARGV[2] milliseconds, if it is free or the holder has it. */
const TAKE_LEASE = `
  local holder = redis.call('get', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

/** Extends the lease to ARGV[2] milliseconds from now, if the holder ARGV[1] has it. */
const RENEW_LEASE = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('pexpire', KEYS[1], ARGV[2])`;

/**
 * Creates a store in Redis, under the keys `<prefix><user id>`. The lock is a lease under `<prefix><user id>%lease`.
 *
 * Redis must not evict these keys (`maxmemory-policy noeviction`), and should write to disk. docs/keeping-tokens.md
 * says what happens when a process or Redis fails.
 *
 * @example
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL }).connect(); // or: new Redis(url) of ioredis
 * const keeper = new TokenKeeper({ connect, store: redisStore({ client }), keys });
 * ```
 *
 * @throws {TypeError} if `client` is not a supported client, or if an option is invalid or unknown
 */
export function redisStore(options: RedisStoreOptions): TokenStore {
  const { client, prefix = 'passport-monei:' } = requireKnownOptions('redisStore', options, [
    'client',
    'prefix',
  ]);
  if (typeof prefix !== 'string' || prefix === '')
    throw invalidValueError('prefix', 'a string that is not empty');
  const send = commandSender(client);
  const { tokensKey, leaseKey } = keysUnder(prefix);

  /** Sends a command. No error contains any of `values`. */
  const command = async (name: string, args: string[], values = args) => {
    try {
      return await send(name, ...args);
    } catch (error) {
      throw databaseError('Redis', error, values);
    }
  };
  /** Runs a script on a key. Resolves with whether it wrote. */
  const runScript = async (script: string, ...keyAndValues: string[]) =>
    Number(await command('EVAL', [script, '1', ...keyAndValues], keyAndValues)) === 1;

  const leases = {
    database: 'Redis',
    take: (userId: string, holder: string) => runScript(TAKE_LEASE, leaseKey(userId), holder, `${LEASE_MS}`),
    renew: (userId: string, holder: string) =>
      runScript(RENEW_LEASE, leaseKey(userId), holder, `${LEASE_MS}`),
    release: (userId: string, holder: string) => runScript(DELETE, leaseKey(userId), holder),
  };

  return {
    async load(userId) {
      const value = await command('GET', [tokensKey(userId)]);
      return value === null || value === undefined ? undefined : String(value);
    },
    async save(userId, value, replaces) {
      if (replaces !== undefined) return runScript(REPLACE, tokensKey(userId), replaces ?? '', value);
      await command('SET', [tokensKey(userId), value]);
      return true;
    },
    async delete(userId, replaces) {
      if (replaces !== undefined) return runScript(DELETE, tokensKey(userId), replaces);
      await command('DEL', [tokensKey(userId)]);
      return true;
    },
    lock: (userId, fn, options) => withLease(leases, userId, fn, options),
  };
}

/**
 * Returns functions that make the keys of a user. In the user id, a colon becomes `%3A`, and a percent sign `%25`. So
 * the last colon of a key ends the prefix, only lease keys end with `%lease`, and no two keys are equal.
 */
function keysUnder(prefix: string) {
  const start = prefix.endsWith(':') ? prefix : `${prefix}:`;
  const tokensKey = (userId: string) => start + userId.replace(/[%:]/g, encodeURIComponent);
  return { tokensKey, leaseKey: (userId: string) => `${tokensKey(userId)}%lease` };
}

/** Returns a function that sends commands through a client of either package. */
function commandSender(client: unknown): SendCommand {
  const { call, sendCommand } = (client ?? {}) as Partial<IoredisClient & NodeRedisClient>;
  // ioredis has a method `sendCommand`, too, with another argument.
  if (typeof call === 'function') return (name, ...args) => call.call(client, name, ...args);
  if (typeof sendCommand === 'function' && isPlainClient(client)) {
    return (...words) => sendCommand.call(client, words);
  }
  throw new TypeError(
    'passport-monei: `client` must be a client of the package `redis` (4 or newer, made by createClient(), not in legacy ' +
      'mode) or of `ioredis` (Redis or Cluster), connected.',
  );
}

/** Whether a client of node-redis returns promises (not in legacy mode) and is not for a cluster or sentinels. */
function isPlainClient(client: unknown): boolean {
  const { options, slots, getMasterNode } = client as Record<string, unknown>;
  const legacy = (options as { legacyMode?: unknown } | undefined)?.legacyMode === true;
  return !legacy && slots === undefined && getMasterNode === undefined;
}
