import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ReadmeTrial } from '../helpers/try-readme.js';
import { connectRedis, deleteKeys, freshPrefix, REDIS_URL } from './redis-server.js';

describe('the pages of docs/', () => {
  const prefix = freshPrefix();
  let folder: string;
  let trial: ReadmeTrial;

  before(() => {
    // Inside the package, where its own name leads to what was built.
    folder = mkdtempSync(fileURLToPath(new URL('.readme-', import.meta.url)));
    trial = new ReadmeTrial(folder, new URL('../helpers/monei-by-nock.mjs', import.meta.url).href);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    const redis = await connectRedis();
    await deleteKeys(redis, prefix);
    await redis.close();
  });

  for (const kind of ['mjs', 'cjs'] as const) {
    const how = kind === 'mjs' ? 'import' : 'require()';
    it(`have a store for several processes that works, with ${how}`, () =>
      trial.redis(kind, REDIS_URL, prefix));
  }
});
