import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The tests that a text names, as links: the title, and the file. */
const testsIn = (text: string) => [...text.matchAll(/\[([^\]]+)\]\(((?:emulator\/)?test\/[^)]+)\)/g)];

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');

  it('names tests that exist', () => {
    const gone = testsIn(text).filter(([, title = '', file = '']) => !hasTest(read(file), title));
    expect(gone.map(([link]) => link)).to.deep.equal([]);
  });

  it('names a test for every item of RFC 9700', () => {
    const [, section = ''] = text.split('\n## RFC 9700');
    const items = section.split('\n## ')[0]?.match(/^\| (?!item |-).*$/gm) ?? [];
    expect(items.length).to.be.above(10);
    expect(items.filter((item) => testsIn(item).length === 0)).to.deep.equal([]);
  });

  it('is right that the lock file pins every package with its hash', () => {
    const packages = Object.entries<{ integrity?: string; link?: true }>(
      JSON.parse(read('package-lock.json')).packages,
    );
    // Five entries are our own: the root, the workspaces `docs` and `emulator`, and the links to them.
    const foreign = packages.filter(([path, { link }]) => path.includes('node_modules/') && !link);
    expect(foreign).to.have.lengthOf(packages.length - 5);
    expect(foreign.filter(([, { integrity }]) => !integrity)).to.deep.equal([]);
  });
});

/** Whether a test or a group of tests has this title, or one that begins with it: `title ${name}`. */
function hasTest(source: string, title: string): boolean {
  const escaped = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\b(?:it|describe)\\(\\s*(['\`])${escaped}(?:\\1,| \\$\\{)`).test(source);
}
