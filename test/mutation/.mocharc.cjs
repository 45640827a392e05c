// The tests that a mutant is tried with: those that run in one process, on src. With REDIS_URL and DATABASE_URL,
// the stores of src/tokens are tried against Redis and PostgreSQL, too; without them, mutants there survive.
const redis = process.env.REDIS_URL ? ['test/redis/redis-store.redis.ts'] : [];
const postgres = process.env.DATABASE_URL
  ? ['test/postgres/postgres-store.postgres.ts', 'test/postgres/isolation.postgres.ts']
  : [];

module.exports = {
  extension: ['ts'],
  spec: [
    'test/*.test.ts',
    'test/{connect,flows,frameworks,properties,strategy,tokens}/**/*.test.ts',
    ...redis,
    ...postgres,
  ],
  // They read documents, and nothing of src.
  ignore: ['test/readme.test.ts', 'test/security.test.ts'],
};
