export { MissingScopeError } from '../scopes/missing-scope-error.js';
export { TokenKeeper } from './keeper.js';
export type { TokenKeeperOptions } from './keeper-options.js';
export { ReconnectRequiredError } from './reconnect-required-error.js';
export { memoryStore } from './stores/memory-store.js';
export {
  type PostgresPool,
  type PostgresStore,
  type PostgresStoreOptions,
  postgresStore,
} from './stores/postgres-store.js';
export {
  type IoredisClient,
  type NodeRedisClient,
  type RedisStoreOptions,
  redisStore,
} from './stores/redis-store.js';
export { type StoresToTest, type TokenStoreTest, testTokenStore } from './stores/store-contract.js';
export type { LockOptions, TokenStore } from './stores/token-store.js';
export type { TokensToKeep } from './tokens-to-save.js';
