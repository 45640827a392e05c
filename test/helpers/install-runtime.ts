import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder for the caches of tools. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/runtimes/', import.meta.url));

const SYSTEM = process.platform === 'win32' ? 'windows' : process.platform;
const EXE = process.platform === 'win32' ? '.exe' : '';
const ARCHITECTURE = process.arch === 'arm64' ? 'aarch64' : process.arch;
const DENO_SYSTEM = { linux: `linux-${process.arch}-glibc`, win32: `win32-${process.arch}` }[
  process.platform as string
];

/**
 * The packages with the binaries for this machine. The packages with the plain names only select one of them in a
 * script.
 */
const RUNTIMES = {
  node: {
    name: `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    binary: `bin/node${EXE}`,
  },
  bun: { name: `@oven/bun-${SYSTEM}-${ARCHITECTURE}`, binary: `bin/bun${EXE}` },
  deno: { name: `@deno/${DENO_SYSTEM ?? `${process.platform}-${process.arch}`}`, binary: `deno${EXE}` },
};

/**
 * Returns the path of Node, Bun or Deno in a version (`22`, `20.19.0`, `latest`), from the cache or from npm.
 *
 * @throws {Error} that names what is missing
 */
export function installRuntime(runtime: keyof typeof RUNTIMES, version: string): string {
  const { name, binary } = RUNTIMES[runtime];
  const folder = join(CACHE, `${runtime}-${version}`);
  const path = join(folder, 'node_modules', name, binary);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  // Without this file, npm would install into this repository.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`];
  try {
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(
      `The package ${name}@${version} is missing. It is needed once, and npm could not install it:\n${stderr}`,
    );
  }
  return path;
}
