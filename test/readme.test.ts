import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
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

  itRunsTheReadme(() => trial);
});
