import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { SnippetRunner } from '../helpers/try-snippets.js';
import { REDIS_URL } from './redis-server.js';

describe('docs/snippets/redis.mjs', () => {
  let runner: SnippetRunner;

  before(() => {
    // Inside the package, where its own name leads to the build.
    const folder = mkdtempSync(fileURLToPath(new URL('.readme-', import.meta.url)));
    runner = new SnippetRunner(folder, new URL('../helpers/monei-by-nock.mjs', import.meta.url).href);
  });
  after(() => rmSync(runner.folder, { recursive: true }));

  for (const kind of ['mjs', 'cjs'] as const) {
    const how = kind === 'mjs' ? 'import' : 'require()';
    it(`stores tokens in Redis, with ${how}`, async () => {
      const printed = await runner.run('redis.mjs', kind, { REDIS_URL });
      expect(printed).to.deep.include({ stdout: 'tokens\n', stderr: '' });
    });
  }
});
