import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { TOPICS } from '../../src/contract/topics.js';

const PAGE = new URL('../../../docs/emulator.md', import.meta.url);
const LINE = 120;
const LIST = /(?<=<!-- contract -->\n)[\s\S]*(?=<!-- \/contract -->)/;

/** Returns the list of assumptions as the page has it. */
function listOfAssumptions(): string {
  const topics = Object.entries(TOPICS).map(([topic, assumptions]) => {
    const items = assumptions.map(({ name, source }) => {
      const item = `- ${name} *(${source})*`;
      return item.length <= LINE ? item : `- ${name}\n  *(${source})*`;
    });
    return `**${topic}**\n\n${items.join('\n')}\n`;
  });
  return `\n${topics.join('\n')}\n`;
}

describe('docs/emulator.md', () => {
  it('lists the assumptions of the contract (UPDATE_DOCS=1 writes them)', () => {
    const page = readFileSync(PAGE, 'utf8');
    if (process.env.UPDATE_DOCS)
      writeFileSync(
        PAGE,
        page.replace(LIST, () => listOfAssumptions()),
      );
    const [list] = LIST.exec(readFileSync(PAGE, 'utf8')) ?? [];
    expect(list).to.equal(listOfAssumptions());
  });
});
