import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { expect } from 'chai';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import webpack from 'webpack';
import { ROOT } from './helpers/packed-project.js';

/** Takes a lock, with a client that answers as Redis does when nobody else is there. */
const APP = `
  import { redisStore } from 'passport-monei/tokens';
  const client = { call: async (name) => (name === 'SET' ? 'OK' : 1) };
  const done = redisStore({ client }).lock('ada', async () => 'worked under the lock');
  done.then(console.log, (error) => console.log(error.message));
`;

/** What many put before ES modules that esbuild makes, because some packages in them call \`require\`. */
const BANNER = "import { createRequire } from 'module'; const require = createRequire(import.meta.url);";

/** Each makes one file, or a folder that begins with it, of an app. */
const BUNDLERS: Record<
  string,
  { file: string; bundle: (entry: string, outfile: string) => Promise<unknown> }
> = {
  'esbuild, as CommonJS': { file: 'app.cjs', bundle: byEsbuild({ format: 'cjs' }) },
  'esbuild, as an ES module': {
    file: 'app.mjs',
    bundle: byEsbuild({ format: 'esm', banner: { js: BANNER } }),
  },
  webpack: { file: 'app.cjs', bundle: byWebpack },
  'Rollup, as an ES module': { file: 'app.mjs', bundle: byRollup('es') },
  'Rollup, as CommonJS': { file: 'app.cjs', bundle: byRollup('cjs') },
};

describe('redisStore in a bundle', () => {
  /** Inside the package, where its own name leads to what was built, and where redis-semaphore is. */
  let inside: string;
  /** Where no package can be found but a copy of this one. */
  let outside: string;
  before(() => {
    inside = mkdtempSync(join(ROOT, 'test/package/.bundles-'));
    outside = mkdtempSync(join(tmpdir(), 'passport-monei-bundles-'));
    for (const part of ['package.json', 'dist']) {
      cpSync(join(ROOT, part), join(outside, 'node_modules/passport-monei', part), { recursive: true });
    }
  });
  after(() => {
    for (const folder of [inside, outside]) rmSync(folder, { recursive: true });
  });

  for (const [name, { file, bundle }] of Object.entries(BUNDLERS)) {
    it(`has its lock with it: ${name}`, async () => {
      expect(await run(inside, file, bundle)).to.equal('worked under the lock\n');
    });

    it(`says what to install where that was missing: ${name}`, async () => {
      expect(await run(outside, file, bundle)).to.equal(
        'passport-monei: redisStore() needs a package for its locks: npm install redis-semaphore\n',
      );
    });
  }

  async function run(
    folder: string,
    file: string,
    bundle: (entry: string, outfile: string) => Promise<unknown>,
  ): Promise<string> {
    const entry = join(folder, 'bundled-app.mjs');
    writeFileSync(entry, APP);
    const out = join(mkdtempSync(join(outside, 'app-')), file);
    await bundle(entry, out);
    return execFileSync(process.execPath, [out], { encoding: 'utf8' });
  }
});

function byEsbuild(options: { format: 'cjs' | 'esm'; banner?: { js: string } }) {
  return (entry: string, outfile: string) =>
    build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', logLevel: 'error', ...options });
}

function byWebpack(entry: string, outfile: string): Promise<void> {
  const [filename = '', ...folders] = outfile.split('/').reverse();
  const output = { path: folders.reverse().join('/'), filename };
  return new Promise((resolve, reject) => {
    webpack({ entry, output, target: 'node', mode: 'production' }, (error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors()) reject(new Error(stats.toString('errors-only')));
      else resolve();
    });
  });
}

function byRollup(format: 'es' | 'cjs') {
  return async (entry: string, file: string) => {
    // Its types are those of a CommonJS module, which it is not here.
    const fromCommonJS = commonjs as unknown as typeof commonjs.default;
    const plugins = [nodeResolve({ exportConditions: ['node'] }), fromCommonJS()];
    const bundled = await rollup({ input: entry, plugins, onwarn: () => {} });
    await bundled.write({ file, format, inlineDynamicImports: true });
    await bundled.close();
  };
}
