import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** The tests that a text names, as links: the id, and the file. */
function testsNamedIn(text: string): string[] {
  const links = text.matchAll(/\[([^\]]+)\]\(((?:emulator\/)?test\/[^)]+)\)/g);
  return [...links].map(([, id, file]) => `${id} in ${file}`);
}

/** The tests and groups of tests whose title begins with an id. */
function testsWithId(): string[] {
  return ['test', 'emulator/test'].flatMap((folder) => {
    const files = readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts')).map((file) => `${folder}/${file}`);
    return sources.flatMap((file) => {
      const titles = read(file).matchAll(/\b(?:it|describe)\(\s*['"`]\[(S\d+)\] /g);
      return [...titles].map(([, id]) => `${id} in ${file.replaceAll('\\', '/')}`);
    });
  });
}

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');

  it('names tests by an id, which exists exactly once, and every id that a test has', () => {
    const existing = testsWithId();
    const ids = existing.map((test) => test.split(' ')[0]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).to.deep.equal([]);
    expect(existing, 'see the rules in test/README.md').to.have.members([...new Set(testsNamedIn(text))]);
  });

  it('names a test for every item of RFC 9700', () => {
    const [, section = ''] = text.split('\n## RFC 9700');
    const items = section.split('\n## ')[0]?.match(/^\| (?!item |-).*$/gm) ?? [];
    expect(items.length).to.be.above(10);
    expect(items.filter((item) => testsNamedIn(item).length === 0)).to.deep.equal([]);
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
