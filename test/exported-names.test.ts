import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const EXPORT = /^export (?:declare |abstract |async )*(?:class|function|interface|type|const) (\w+)/gm;

/** Returns the names that the modules in a folder declare and export. */
function exportedNames(folder: string): string[] {
  const root = new URL(`../${folder}/`, import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const source = readFileSync(new URL(file.replaceAll('\\', '/'), root), 'utf8');
    return [...source.matchAll(EXPORT)].map(([, name = '']) => name);
  });
}

describe('The modules of both packages', () => {
  it('export each name from one module only', () => {
    const names = [...exportedNames('src'), ...exportedNames('emulator/src')];
    expect(names.length).to.be.above(100);
    const repeated = names.filter((name, index) => names.indexOf(name) !== index);
    expect(repeated).to.deep.equal([]);
  });
});
