// The tests that a mutant is tried with: those that run in one process, on src. With REDIS_URL, src/tokens/redis-store.ts
// is tried against Redis, too; without it, mutants there survive.
const redis = process.env.REDIS_URL ? ['test/redis/redis-store.redis.ts'] : [];

module.exports = {
  extension: ['ts'],
  spec: ['test/*.test.ts', 'test/{connect,flows,properties,strategy,tokens}/*.test.ts', ...redis],
  // They read documents, and nothing of src.
  ignore: ['test/readme.test.ts', 'test/security.test.ts'],
};
