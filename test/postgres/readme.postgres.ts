import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type pg from 'pg';
import { postgresStore, type TokenStore, testTokenStore } from '../../src/tokens/index.js';
import { pages, readSnippet } from '../helpers/readme.js';
import { SnippetRunner } from '../helpers/try-snippets.js';
import { DATABASE_URL, freshTable, openPool } from './postgres-server.js';

type SqlStore = (query: (sql: string, values: unknown[]) => unknown) => TokenStore;

describe('the pages of docs/', () => {
  const schema = freshTable();
  const url = `${DATABASE_URL}?options=-csearch_path%3D${schema}`;
  const page = pages().get('docs/keeping-tokens.md') ?? '';
  let runner: SnippetRunner;
  let pools: [pg.Pool, pg.Pool];

  before(async () => {
    // Inside the package, where its own name leads to what was built.
    const folder = mkdtempSync(fileURLToPath(new URL('.readme-', import.meta.url)));
    runner = new SnippetRunner(folder, new URL('../helpers/monei-by-nock.mjs', import.meta.url).href);
    pools = [openPool(1, url), openPool(1, url)];
    await pools[0].query(`CREATE SCHEMA ${schema}`);
  });
  after(async () => {
    rmSync(runner.folder, { recursive: true });
    await pools[0].query(`DROP SCHEMA ${schema} CASCADE`);
    for (const pool of pools) await pool.end();
  });

  for (const kind of ['mjs', 'cjs'] as const) {
    const how = kind === 'mjs' ? 'import' : 'require()';
    it(`have a store in PostgreSQL that works, with ${how}`, async () => {
      const printed = await runner.run('postgres.mjs', kind, { DATABASE_URL: url });
      expect(printed).to.deep.include({ stdout: 'tokens\n', stderr: '' });
    });
  }

  it('show the SQL that createTable() runs', async () => {
    const ran: string[] = [];
    const pool = { query: async (text: string) => ({ rows: [], rowCount: ran.push(text) }) };
    await postgresStore({ pool }).createTable();
    const plain = (text = '') => text.replace(/[";]/g, '').replace(/\s+/g, ' ').trim();
    const [, shown] = /```sql\n(.*?)```/s.exec(page) ?? [];
    expect(plain(shown)).to.equal(plain(ran[0]));
  });

  it('show the SQL of a journal that lets one of two processes begin a payment', async () => {
    const [, sql = ''] = /```sql\n(.*?)```/s.exec(pages().get('docs/payments.md') ?? '') ?? [];
    const [create = '', begin = '', replace = ''] = sql.replace(/^--.*$/gm, '').split(';');
    await pools[0].query(create);
    const changedRows = async (text: string, ...values: (string | null)[]) =>
      (await pools[0].query(text, values)).rowCount;
    expect(await changedRows(begin, 'salary-ada', 'paying', null)).to.equal(1);
    expect(await changedRows(begin, 'salary-ada', 'paying', null)).to.equal(0);
    expect(await changedRows(replace, 'salary-ada', 'paid', null, 'paying')).to.equal(1);
    expect(await changedRows(replace, 'salary-ada', 'unclear', 'not found', 'paying')).to.equal(0);
  });

  describe('show a store of one’s own, which', () => {
    before(async () => {
      for (const [, sql = ''] of readSnippet('own-store.mjs').matchAll(/^\/\/ (CREATE TABLE .*);$/gm))
        await pools[0].query(sql);
    });

    const stores = async () => {
      const { sqlStore }: { sqlStore: SqlStore } = await import(
        pathToFileURL(runner.write('own-store.mjs')).href
      );
      const storeOn = (pool: pg.Pool) => sqlStore((sql, values) => pool.query(sql, values));
      return [storeOn(pools[0]), storeOn(pools[1])] as const;
    };
    for (const { name, run } of testTokenStore(stores)) it(name, run);
  });
});
