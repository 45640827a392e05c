import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The other packages. The last one is a client library that includes a strategy. */
const PEERS = {
  google: `passport-google-oauth20@${versionOf('passport-google-oauth20')}`,
  github: `passport-github2@${versionOf('passport-github2')}`,
  'openid-client': 'openid-client@6',
};

/** The folders of projects with one package each: this one as npm packs it, or another. */
export type Installed = Record<'ours' | keyof typeof PEERS, string>;

/** Installs the packages, calls `use` with the folders, and removes them. */
export async function withInstalled<T>(use: (installed: Installed) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'passport-monei-bench-'));
  try {
    const projects = Object.entries({ ours: pack(folder), ...PEERS }).map(([name, what]) => [
      name,
      install(folder, name, what),
    ]);
    return await use(Object.fromEntries(projects));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Packs this package, and returns the path of the tarball. */
function pack(folder: string): string {
  const [{ filename }] = JSON.parse(
    npm('.', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  );
  return join(folder, filename);
}

function install(folder: string, name: string, what: string): string {
  const project = mkdtempSync(join(folder, name));
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  npm(project, 'install', '--no-audit', '--no-fund', '--prefer-offline', what);
  return project;
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8' });
}

function versionOf(name: string): string {
  return createRequire(import.meta.url)(`${name}/package.json`).version;
}
