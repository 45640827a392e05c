// Runs the tests on each supported line of Node: `npm run test:nodes`, or `npm run test:nodes -- 22.13.0`.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installRuntime } from '../helpers/install-runtime.js';
import { entryPoints } from '../package/helpers/entry-points.js';
import versions from './versions.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The package tests take minutes, so they run on these alone. */
const OLDEST_AND_NEWEST = [versions[0], versions.at(-1)];

const named = process.argv.slice(2);
for (const version of named.length > 0 ? named : versions) {
  try {
    const node = installRuntime('node', version);
    const exact = run(node, '--version').stdout.trim();
    loadSilently(node);
    console.log(`Node ${exact}: ${runTests(node)}`);
    if (!OLDEST_AND_NEWEST.includes(version)) continue;
    const packageTests = runTests(node, '--config', 'test/package/.mocharc.json', '--no-package');
    console.log(`Node ${exact}, package tests: ${packageTests}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`Node ${version}: FAILED. ${error instanceof Error ? error.message : error}`);
  }
}

/** Throws if an entry point prints a warning: Node prints one where `require()` of an ES module is new. */
function loadSilently(node: string): void {
  for (const name of entryPoints()) {
    const { status, stdout, stderr } = run(node, '--throw-deprecation', '--eval', `require('${name}')`);
    if (status !== 0 || stdout || stderr)
      throw new Error(`require('${name}') is not silent:\n${stdout}${stderr}`);
  }
}

/** Returns the number of tests that passed, with their time. */
function runTests(node: string, ...options: string[]): string {
  const { status, stdout, stderr } = run(
    node,
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'dot',
    ...options,
  );
  const [passing] = /^ *\d+ passing \(.+\)$/m.exec(stdout) ?? [];
  if (status !== 0 || !passing) throw new Error(`Tests fail:\n${stdout}${stderr}`);
  return passing.trim();
}

/** Runs a program with this Node, which is first in the PATH for the programs that it starts, npm among them. */
function run(node: string, ...args: string[]) {
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  return spawnSync(node, args, { cwd: ROOT, encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
}
