export { MissingScopeError } from '../missing-scope-error.js';
export type { FetchFunction } from './fetch.js';
export { TokenKeeper, type TokenKeeperOptions } from './keeper.js';
export { memoryStore } from './memory-store.js';
export {
  type PostgresPool,
  type PostgresStore,
  type PostgresStoreOptions,
  postgresStore,
} from './postgres-store.js';
export { ReconnectRequiredError } from './reconnect-required-error.js';
export type { RedisMutex } from './redis-mutex.js';
export {
  type IoredisClient,
  type NodeRedisClient,
  type RedisStoreOptions,
  redisStore,
} from './redis-store.js';
export { type StoresToTest, type TokenStoreTest, testTokenStore } from './store-contract.js';
export type { LockOptions, TokenStore } from './token-store.js';
export type { TokensToKeep } from './tokens-to-keep.js';
