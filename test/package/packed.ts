import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { itRunsTheSnippets, SnippetRunner } from '../helpers/try-snippets.js';
import { entryPoints } from './helpers/entry-points.js';
import { type PackedProject, packedProject, ROOT } from './helpers/packed-project.js';

const STAND_IN = 'monei-by-nock.mjs';

/** A secret or token of Monei, a private key, a token of npm or GitHub, or a password in a URL. */
const CREDENTIAL =
  /mc[srt]_\w+|-----BEGIN [A-Z ]*PRIVATE KEY|npm_\w{36}|gh[pousr]_\w{36}|:\/\/[^\s/'"]+:[^\s/'"]+@/g;

/** Installs the packed packages in an empty project, and runs the documentation's snippets there. */
describe('[S45] the packed packages in an empty project', () => {
  let project: PackedProject;
  let runner: SnippetRunner;

  before(() => {
    project = packedProject();
    copyFileSync(join(ROOT, 'test/helpers', STAND_IN), join(project.folder, STAND_IN));
    runner = new SnippetRunner(project.folder, pathToFileURL(join(project.folder, STAND_IN)).href);
  });

  /** Runs Node in the project. */
  const run = (...args: string[]) => {
    const { folder: cwd } = project;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  /** Returns the paths and contents of all packed files, as installed. */
  const contents = () =>
    [project.monei, project.emulator].flatMap(({ name, paths }) =>
      paths.map((path): [path: string, text: string] => [
        path,
        readFileSync(join(project.folder, 'node_modules', name, path), 'utf8'),
      ]),
    );

  it('passport-monei contains only build output and documents', () => {
    const beside = ['package.json', 'README.md', 'SECURITY.md', 'CHANGELOG.md', 'LICENSE'];
    expect(project.monei.paths).to.include.members(beside);
    for (const entry of ['index', 'connect', 'tokens']) {
      const files = ['js', 'mjs', 'd.mts'].map((ending) => `dist/${entry}.${ending}`);
      expect(project.monei.paths).to.include.members(files);
    }
    const built = /^dist\/(\w+\.(js|mjs|d\.mts)|types\/[\w/-]+\.d\.ts|package\.json)$/;
    const others = project.monei.paths.filter(
      (path) => !built.test(path) && !/^docs\/[\w-]+\.md$/.test(path),
    );
    expect(others).to.have.members(beside);
  });

  it('monei-connect-emulator contains only build output and documents', () => {
    const { paths } = project.emulator;
    const beside = [
      'package.json',
      'README.md',
      'LICENSE',
      'bin/monei-connect-emulator.cjs',
      'dist/package.json',
    ];
    const built =
      /^dist\/((emulator\/src|src\/(api|internal|scopes))\/[\w/-]+\.(js|d\.ts)|esm\/\w+\.(mjs|d\.mts))$/;
    expect(paths.filter((path) => !built.test(path))).to.have.members(beside);
  });

  it('monei-connect-emulator depends on no package', () => {
    const manifest = join(project.folder, 'node_modules/monei-connect-emulator/package.json');
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    expect({ ...dependencies, ...peerDependencies }).to.deep.equal({});
  });

  it('are installed without a warning', () => {
    expect(project.complaints).to.equal('');
  });

  it('contain no test, and no source map or link to a missing source', () => {
    const paths = [...project.monei.paths, ...project.emulator.paths];
    const tests = paths.filter((path) => /\b(tests?|specs?|fixtures?|bench)\b/.test(path));
    expect(tests).to.deep.equal([]);
    const mapped = contents().filter(([, text]) =>
      /[#@]\s*sourceMappingURL|\/\/\/\s*<reference path/.test(text),
    );
    expect(mapped.map(([path]) => path)).to.deep.equal([]);
  });

  it('contain no credential except that of the emulator', () => {
    const found = contents().flatMap(([path, text]) =>
      (text.match(CREDENTIAL) ?? []).map((one) => [path, one]),
    );
    expect(found.filter(([, text]) => text !== 'mcs_emulator')).to.deep.equal([]);
  });

  const silence = { status: 0, stdout: '', stderr: '' };
  for (const name of entryPoints()) {
    it(`load ${name} without output, with require()`, () => {
      expect(run('--eval', `require('${name}')`)).to.deep.equal(silence);
    });
    it(`load ${name} without output, with import`, () => {
      expect(run('--input-type=module', '--eval', `import '${name}'`)).to.deep.equal(silence);
    });
  }

  it('export the strategy as the default, in both module systems', () => {
    const same = (loaded: string) => `console.log(${loaded}.default === ${loaded}.MoneiStrategy)`;
    const required = run('--eval', `const monei = require('passport-monei'); ${same('monei')}`);
    const imported = run('--eval', `import('passport-monei').then((monei) => ${same('monei')})`);
    expect([required.stdout, imported.stdout]).to.deep.equal(['true\n', 'true\n']);
  });

  for (const name of entryPoints()) {
    it(`export the classes of ${name} under their own names`, () => {
      const { stdout } = run(
        '--eval',
        `const all = Object.entries(require('${name}'));
        const classes = all.filter(([, value]) => /^class\\b/.test(String(value)));
        for (const [name, value] of classes) console.log(name === value.name ? 'same' : name + ' is ' + value.name);`,
      );
      const others = stdout.split('\n').filter((line) => line && line !== 'same');
      expect(others).to.have.members(
        name === 'passport-monei' ? ['Strategy is MoneiStrategy', 'default is MoneiStrategy'] : [],
      );
    });
  }

  const standalone = [
    ...['passport-monei/connect', 'passport-monei/tokens'],
    ...['monei-connect-emulator', 'monei-connect-emulator/contract'],
  ];
  for (const name of standalone) {
    it(`load ${name} without another package`, () => {
      const { stdout } = run(
        '--eval',
        `require('${name}'); console.log(Object.keys(require.cache).map((file) => file.split('node_modules').pop()).join())`,
      );
      const files = stdout.trim().split(',');
      expect(files).to.have.lengthOf.above(1);
      const [own = ''] = name.split('/');
      expect(files.filter((file) => !file.startsWith(`/${own}/dist/`))).to.deep.equal([]);
    });
  }

  it('have no homepage, repository or bugs field yet', () => {
    for (const { name } of [project.monei, project.emulator]) {
      const manifest = join(project.folder, 'node_modules', name, 'package.json');
      const fields = JSON.parse(readFileSync(manifest, 'utf8'));
      expect(fields).to.not.have.any.keys('homepage', 'bugs', 'repository');
    }
  });

  itRunsTheSnippets(() => runner);
});
