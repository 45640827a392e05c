import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { itRunsTheReadme, ReadmeTrial } from '../helpers/try-readme.js';
import { entryPoints } from './helpers/entry-points.js';
import { type PackedProject, packedProject, ROOT } from './helpers/packed-project.js';

const STAND_IN = 'monei-by-nock.mjs';

/** A secret or a token of Monei's, a private key, a token of a registry or of GitHub, a password in a URL. */
const CREDENTIAL =
  /mc[srt]_\w+|-----BEGIN [A-Z ]*PRIVATE KEY|npm_\w{36}|gh[pousr]_\w{36}|:\/\/[^\s/'"]+:[^\s/'"]+@/g;

/** What a newcomer does: the packed package in an empty project, and the README's snippets pasted into it. */
describe('the packed package in an empty project', () => {
  let project: PackedProject;
  let trial: ReadmeTrial;

  before(() => {
    project = packedProject();
    copyFileSync(join(ROOT, 'test/helpers', STAND_IN), join(project.folder, STAND_IN));
    trial = new ReadmeTrial(project.folder, pathToFileURL(join(project.folder, STAND_IN)).href);
  });

  /** Runs a program of one line in the project. */
  const run = (...args: string[]) => {
    const { folder: cwd } = project;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  /** Every packed file, as installed. */
  const contents = () =>
    project.paths.map((path): [path: string, text: string] => [
      path,
      readFileSync(join(project.folder, 'node_modules/passport-monei', path), 'utf8'),
    ]);

  it('holds what was built, and nothing else', () => {
    const beside = ['package.json', 'README.md', 'SECURITY.md', 'CHANGELOG.md', 'LICENSE'];
    expect(project.paths).to.include.members(beside);
    for (const folder of ['dist', 'dist/connect', 'dist/emulator', 'dist/tokens']) {
      const files = ['cjs', 'mjs', 'd.cts', 'd.mts'].map((ending) => `${folder}/index.${ending}`);
      expect(project.paths).to.include.members(files);
    }
    const built = /^dist\/[\w/-]+\.(cjs|mjs|d\.cts|d\.mts)$/;
    const others = project.paths.filter((path) => !built.test(path) && !/^docs\/[\w-]+\.md$/.test(path));
    expect(others).to.have.members(beside);
  });

  it('is installed without a word from npm', () => {
    expect(project.complaints).to.equal('');
  });

  it('holds no test, and no map or link to a source that is not there', () => {
    const tests = project.paths.filter((path) => /\b(tests?|specs?|fixtures?|bench)\b/.test(path));
    expect(tests).to.deep.equal([]);
    const mapped = contents().filter(([, text]) =>
      /[#@]\s*sourceMappingURL|\/\/\/\s*<reference path/.test(text),
    );
    expect(mapped.map(([path]) => path)).to.deep.equal([]);
  });

  it('holds no credential but the emulator’s, which everybody may know', () => {
    const found = contents().flatMap(([path, text]) =>
      (text.match(CREDENTIAL) ?? []).map((one) => [path, one]),
    );
    expect(found.map(([, text]) => text)).to.deep.equal(['mcs_emulator']);
  });

  it('runs the emulator, as `npx monei-connect-emulator`', async () => {
    const command = join(project.folder, 'node_modules/.bin/passport-monei');
    const child = spawn(command, ['emulator', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const [text] = await once(child.stdout, 'data');
    const [, url = ''] = /^The Monei emulator runs at (\S+),/.exec(String(text)) ?? [];
    expect((await fetch(`${url}/api/v1/user/me`)).status).to.equal(401);
    child.kill('SIGINT');
    expect(await ended).to.deep.equal([0, null]);
  });

  const silence = { status: 0, stdout: '', stderr: '' };
  for (const name of entryPoints()) {
    it(`loads ${name} without a word, with require()`, () => {
      expect(run('--eval', `require('${name}')`)).to.deep.equal(silence);
    });
    it(`loads ${name} without a word, with import`, () => {
      expect(run('--input-type=module', '--eval', `import '${name}'`)).to.deep.equal(silence);
    });
  }

  it('has the strategy as its default export, in both module systems', () => {
    const same = (loaded: string) => `console.log(${loaded}.default === ${loaded}.MoneiStrategy)`;
    const required = run('--eval', `const monei = require('passport-monei'); ${same('monei')}`);
    const imported = run('--eval', `import('passport-monei').then((monei) => ${same('monei')})`);
    expect([required.stdout, imported.stdout]).to.deep.equal(['true\n', 'true\n']);
  });

  for (const name of entryPoints()) {
    it(`has classes in ${name} that are called what they are exported as`, () => {
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

  for (const name of ['passport-monei/connect', 'passport-monei/tokens', 'monei-connect-emulator']) {
    it(`loads ${name} without another package`, () => {
      const { stdout } = run(
        '--eval',
        `require('${name}'); console.log(Object.keys(require.cache).map((file) => file.split('node_modules').pop()).join())`,
      );
      const files = stdout.trim().split(',');
      expect(files).to.have.lengthOf.above(1);
      expect(files.filter((file) => !/^.passport-monei.dist/.test(file))).to.deep.equal([]);
    });
  }

  it('names no home page, repository or place for bugs before there is one', () => {
    const manifest = join(project.folder, 'node_modules/passport-monei/package.json');
    expect(JSON.parse(readFileSync(manifest, 'utf8'))).to.not.have.any.keys('homepage', 'bugs', 'repository');
  });

  it('says which package Redis needs where it is not installed', () => {
    const { stdout } = run(
      '--eval',
      `const { redisStore } = require('passport-monei/tokens');
      redisStore({ client: { call() {} } }).lock('ada', () => {}).catch((error) => console.log(error.message))`,
    );
    expect(stdout).to.include('npm install redis-semaphore');
  });

  itRunsTheReadme(() => trial);
});
