// Beside .c8rc.json, which leaves out the two files that hold nothing but types.
// With REDIS_URL and DATABASE_URL, coverage is that of all tests. Without them, what needs Redis and PostgreSQL is not
// reached, and coverage falls short.
const redis = process.env.REDIS_URL ? ['test/redis/*.redis.ts'] : [];
const postgres = process.env.DATABASE_URL ? ['test/postgres/*.postgres.ts'] : [];

module.exports = {
  // Mocha would require what it can import: then tsx would make CommonJS of src, and the preload would not see it.
  'node-option': [
    'no-experimental-require-module',
    'import=tsx',
    'import=./test/coverage/preload.mjs',
    'disable-warning=PASSPORT_MONEI_UNKNOWN_SCOPE',
    'disable-warning=PASSPORT_MONEI_SIGN_IN',
  ],
  spec: ['test/**/*.test.ts', 'emulator/test/**/*.test.ts', ...redis, ...postgres],
  timeout: 30_000,
  'forbid-only': true,
  'check-leaks': true,
};
