// Runs the tests on each version of Node that is supported: `npm run test:nodes`, or `npm run test:nodes -- 22.13.0`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installRuntime } from '../helpers/install-runtime.js';
import { entryPoints } from '../package/helpers/entry-points.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The oldest that `package.json` allows, and the newest of each later line. */
const VERSIONS = ['20.19.0', '22', '24'];

const named = process.argv.slice(2);
for (const version of named.length > 0 ? named : VERSIONS) {
  try {
    const node = installRuntime('node', version);
    const exact = run(node, '--version').stdout.trim();
    loadSilently(node);
    console.log(`Node ${exact}: ${runTests(node)}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`Node ${version}: FAILED. ${error instanceof Error ? error.message : error}`);
  }
}

/** Where `require()` of an ES module is new, Node warns about it. */
function loadSilently(node: string): void {
  for (const name of entryPoints()) {
    const { status, stdout, stderr } = run(node, '--eval', `require('${name}')`);
    if (status !== 0 || stdout || stderr)
      throw new Error(`require('${name}') is not silent:\n${stdout}${stderr}`);
  }
}

/** How many tests passed, in how much time. */
function runTests(node: string): string {
  const { status, stdout, stderr } = run(node, 'node_modules/mocha/bin/mocha.js', '--reporter', 'dot');
  const [passing] = /^ *\d+ passing \(.+\)$/m.exec(stdout) ?? [];
  if (status !== 0 || !passing) throw new Error(`Tests fail:\n${stdout}${stderr}`);
  return passing.trim();
}

function run(node: string, ...args: string[]) {
  return spawnSync(node, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
