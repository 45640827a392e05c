import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MONEI_SCOPES } from '../src/index.js';
import { countSnippets } from './helpers/readme.js';
import { itRunsTheReadme, ReadmeTrial } from './helpers/try-readme.js';

describe('the README', () => {
  let folder: string;
  let trial: ReadmeTrial;

  before(() => {
    // Inside the package, where its own name leads to what was built.
    folder = mkdtempSync(fileURLToPath(new URL('.readme-', import.meta.url)));
    trial = new ReadmeTrial(folder, new URL('helpers/monei-by-nock.mjs', import.meta.url).href);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('has no snippet that is not run, here or by the tests with Redis', () => {
    const { named, all } = countSnippets();
    expect(named).to.equal(all).and.to.be.above(5);
  });

  it('lists the routes that each scope opens', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| `(\w+:\w+)` \| (.*) \|$/gm)];
    const listed = rows.map(([, scope, routes]) => [scope, routes]);
    expect(listed).to.deep.equal(
      Object.entries(MONEI_SCOPES).map(([scope, { routes }]) => [
        scope,
        routes.map((route) => `\`${route}\``).join(', '),
      ]),
    );
  });

  itRunsTheReadme(() => trial);
});
