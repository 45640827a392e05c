import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { type Compiler, type PackedProject, packedProject, ROOT } from './helpers/packed-project.js';
import { writeApp } from './helpers/write-app.js';

const COMPILERS: Record<string, Compiler> = {
  'TypeScript 5.0': 'typescript-5.0',
  'TypeScript 5.9': 'typescript-5',
  'TypeScript 6': 'typescript-6',
  'TypeScript 7': 'typescript-7',
};

/** Errors that only the packed package has, and not its sources. */
const PUBLIC_ONLY = `
  import { MoneiConnect } from 'passport-monei';
  const connect = new MoneiConnect({ clientID: 'mc_1', clientSecret: 'mcs_1' });
  // @ts-expect-error for the strategy only
  connect.requestTokens('code', {});
  // @ts-expect-error for the strategy only
  connect.requestUser('token');
  // @ts-expect-error for the strategy only
  new MoneiConnect({ clientID: 'mc_1', clientSecret: 'mcs_1' }, () => null);
  // @ts-expect-error only the entry points can be imported
  import { SessionStateStore } from 'passport-monei/dist/state.js';
`;

/** TypeScript with `require()`. */
const REQUIRED = `
  import monei = require('passport-monei');
  import emulator = require('monei-connect-emulator');
  import tokens = require('passport-monei/tokens');
  const options = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/' };
  const verify: monei.MoneiVerifyFunction = async (_accessToken, _refreshToken, { id }) => ({ id });
  const strategy: monei.MoneiStrategy = new monei.default(options, verify);
  const keeper = new tokens.TokenKeeper({ connect: strategy.connect, store: tokens.memoryStore(), keys: false });
  const opened: Promise<emulator.MoneiEmulator> = emulator.startEmulator();
  // @ts-expect-error a module is not a class
  new monei(options, verify);
  export = { keeper, opened };
`;

/** JavaScript whose types TypeScript infers from `require()`. */
const SCRIPT = `
  const { MoneiStrategy, requireScopes } = require('passport-monei');
  const { startEmulator } = require('monei-connect-emulator');
  const { TokenKeeper, memoryStore } = require('passport-monei/tokens');
  const options = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/', scope: ['wallet:read'] };
  const strategy = new MoneiStrategy(options, async (_accessToken, _refreshToken, { id }) => id.length);
  const keeper = new TokenKeeper({ connect: strategy.connect, store: memoryStore(), keys: false });
  requireScopes(['wallet:read'], { granted: () => keeper.scopes('1') });
  startEmulator().then(({ url }) => url.length);
  // @ts-expect-error a typing error
  startEmulator({ prot: 3000 });
`;

interface Setting {
  extension: string;
  options: object;
  more: Record<string, string>;
  /** The compilers that have this setting. Default: all. */
  only?: Compiler[];
}

const SETTINGS: Record<string, Setting> = {
  'ES modules in Node': { extension: 'mts', options: { module: 'nodenext' }, more: {} },
  'CommonJS in Node': {
    extension: 'cts',
    options: { module: 'nodenext', allowJs: true, checkJs: true },
    more: { 'required.cts': REQUIRED, 'script.cjs': SCRIPT },
  },
  'Node 16': { extension: 'cts', options: { module: 'node16' }, more: { 'required.cts': REQUIRED } },
  'CommonJS before that': {
    extension: 'ts',
    options: {
      module: 'commonjs',
      moduleResolution: 'node10',
      esModuleInterop: true,
      allowJs: true,
      checkJs: true,
    },
    more: { 'required.ts': REQUIRED, 'script.js': SCRIPT },
    only: ['typescript-5.0', 'typescript-5'],
  },
  'a bundler': { extension: 'ts', options: { module: 'esnext', moduleResolution: 'bundler' }, more: {} },
};

/** Compiles in a project that has only the packages and the types that they install. */
describe('an app in TypeScript that uses the packed packages', () => {
  let project: PackedProject;
  before(() => {
    project = packedProject();
  });

  for (const [name, compiler] of Object.entries(COMPILERS)) {
    for (const [setting, { extension, options, more, only }] of Object.entries(SETTINGS)) {
      if (only && !only.includes(compiler)) continue;
      it(`compiles with ${name} in strict mode, with the settings of ${setting}`, () => {
        const app = join(project.folder, `${compiler}-${setting}`);
        writeApp(app, { ...consumers(extension), ...more }, options);
        expect(compile(project, compiler, app)).to.equal('');
      });
    }
  }
});

/** Returns this repository's type tests with the imports of an app, and the tests of the package. */
function consumers(extension: string): Record<string, string> {
  const files = ['test/types', 'emulator/test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.types.ts'))
      .map((file) => join(ROOT, folder, file)),
  );
  const sources = files.map((file) => [
    basename(file).replace('types.ts', extension),
    asConsumer(readFileSync(file, 'utf8')),
  ]);
  return { ...Object.fromEntries(sources), [`public-only.${extension}`]: PUBLIC_ONLY };
}

/** Returns `source` with the specifiers of an app: `passport-monei/tokens` in place of `../../src/tokens/index.js`. */
function asConsumer(source: string): string {
  return source
    .replace(/'\.\.\/\.\.\/src((?:\/\w+)?)\/index\.js'/g, "'passport-monei$1'")
    .replace(/'\.\.\/src((?:\/\w+)?)\/index\.js'/g, "'monei-connect-emulator$1'");
}

/** Returns the output of the compiler. */
function compile({ folder }: PackedProject, compiler: Compiler, app: string): string {
  const tsc = join(folder, 'node_modules', compiler, 'bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '--project', app], { encoding: 'utf8' });
  const output = stdout + stderr;
  // The current types of Node are too new for this compiler. Errors in other files count.
  return compiler === 'typescript-5.0'
    ? output.replace(/^\S*node_modules\/(@types\/node|typescript-5.0)\/.*\n( .*\n)*/gm, '')
    : output;
}
