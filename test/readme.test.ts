import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { MONEI_SCOPES } from '../src/index.js';
import { countCode, pages, quotes, readSnippet, snippetNames } from './helpers/readme.js';
import { itRunsTheSnippets, SnippetRunner, TRIED } from './helpers/try-snippets.js';

const ROOT = new URL('../', import.meta.url);
const run = promisify(execFile);

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  const text = heading.replace(/[`_*]/g, '').toLowerCase();
  return `#${text.replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-')}`;
}

describe('the README and the pages of docs/', () => {
  let folder: string;
  let runner: SnippetRunner;

  before(() => {
    // Inside the package, where its own name leads to what was built.
    folder = mkdtempSync(fileURLToPath(new URL('.readme-', import.meta.url)));
    runner = new SnippetRunner(folder, new URL('helpers/monei-by-nock.mjs', import.meta.url).href);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('quote all code from files, and quote each file of docs/snippets', () => {
    expect(quotes()).to.have.lengthOf(countCode()).and.lengthOf.above(15);
    const quoted = new Set(quotes().map(({ file }) => file));
    expect(snippetNames().filter((name) => !quoted.has(`docs/snippets/${name}`))).to.deep.equal([]);
  });

  it('have a test that runs each file of docs/snippets', () => {
    expect(snippetNames()).to.have.members(TRIED);
  });

  it('are short where they have to be: the README has at most 200 lines', () => {
    expect(pages().get('README.md')?.split('\n')).to.have.lengthOf.at.most(201);
  });

  it('quote code as it is in the file', () => {
    for (const { page, file, code } of quotes()) {
      expect(readFileSync(new URL(file, ROOT), 'utf8')).to.include(code, `${page}: ${file}`);
    }
  });

  it('have links that lead to a file, and to a heading in it', () => {
    const others = ['SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((path): [string, string] => [
      path,
      readFileSync(new URL(path, ROOT), 'utf8'),
    ]);
    for (const [path, text] of [...pages(), ...others]) {
      for (const [, link = ''] of text.matchAll(/(?:\]\(|src=")([^)"]+)[)"]/g)) {
        if (/^https?:/.test(link)) continue;
        const target = new URL(link, new URL(path, ROOT));
        expect(existsSync(target), `${path}: ${link}`).to.equal(true);
        if (target.hash) {
          const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm);
          expect([...headings].map(([, heading = '']) => anchorOf(heading))).to.include(
            target.hash,
            `${path}: ${link}`,
          );
        }
      }
    }
  });

  it('have an app in strict TypeScript that compiles', async () => {
    copyFileSync(new URL('docs/snippets/typescript.mts', ROOT), join(folder, 'app.mts'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
          skipLibCheck: false,
          module: 'nodenext',
          target: 'es2022',
          types: ['node'],
        },
        files: ['app.mts'],
      }),
    );
    const compiled = await run('npx', ['tsc', '--project', folder]).catch((error) => error);
    expect(compiled.stdout).to.equal('');
  });

  it('send no value as HTML', () => {
    const code = [...pages().values()]
      .flatMap((page) => page.match(/^```[jt]s\n.*?^```/gms) ?? [])
      .join('\n');
    const values = code.split('\n').filter((line) => /\.send\(.*\$\{/.test(line));
    expect(values).to.have.lengthOf.at.least(3);
    expect(values.filter((line) => !line.includes(".type('text')"))).to.deep.equal([]);
  });

  it('redirect after a sign-in to paths of the app only', () => {
    const [code] = /^function pageOfThisApp.*?^}/ms.exec(readSnippet('app.mjs')) ?? [];
    const pageOfThisApp = new Function('origin', `${code}; return pageOfThisApp;`)('http://localhost:3000');
    const paths: [returnTo: string | undefined, path: string][] = [
      [undefined, '/'],
      ['/send?to=ada#form', '/send?to=ada#form'],
      ['send', '/send'],
      ['http://localhost:3000/send', '/send'],
      ['http://user@localhost:3000/send', '/send'],
      ['https://other.example/', '/'],
      ['//other.example/', '/'],
      ['/\\other.example/', '/'],
      ['/\t/other.example/', '/'],
      ['/.//other.example/', '/other.example/'],
      ['http://localhost:3000//other.example/', '/other.example/'],
      ['javascript:alert(1)', '/'],
      ['http://', '/'],
    ];
    for (const [returnTo, path] of paths) expect(pageOfThisApp({ returnTo }), returnTo).to.equal(path);
    expect(pageOfThisApp(undefined)).to.equal('/');
  });

  it('have an app in JavaScript in which an editor finds no mistake', async () => {
    copyFileSync(new URL('docs/snippets/app.mjs', ROOT), join(folder, 'checked.mjs'));
    const config = join(folder, 'tsconfig.checked.json');
    const options = { checkJs: true, strict: true, noEmit: true, module: 'nodenext', types: ['node'] };
    writeFileSync(config, JSON.stringify({ compilerOptions: options, files: ['checked.mjs'] }));
    const compiled = await run('npx', ['tsc', '--project', config]).catch((error) => error);
    expect(compiled.stdout).to.equal('');
  });

  it('list the routes that each scope opens', () => {
    const page = String(pages().get('docs/partial-grants.md'));
    const rows = [...page.matchAll(/^\| `(\w+:\w+)` \| (.*) \|$/gm)];
    const listed = rows.map(([, scope, routes]) => [scope, routes]);
    expect(listed).to.deep.equal(
      Object.entries(MONEI_SCOPES).map(([scope, { routes }]) => [
        scope,
        routes.map((route) => `\`${route}\``).join(', '),
      ]),
    );
  });

  itRunsTheSnippets(() => runner);
});
