import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where tools keep what they can get again. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/nodes/', import.meta.url));

/** What the npm package `node` would install in a script, where scripts are allowed. */
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const BINARY = join('node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * The path of a Node of that version (`22`, `20.19.0`), from the cache or from npm.
 *
 * @throws {Error} that names what is missing
 */
export function installNode(version: string): string {
  const folder = join(CACHE, version);
  const binary = join(folder, BINARY);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  // Without it, npm would install into this repository.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `${PACKAGE}@${version}`,
  ];
  try {
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(
      `The package ${PACKAGE}@${version} is missing. It is needed once, and npm could not install it:\n${stderr}`,
    );
  }
  return binary;
}
