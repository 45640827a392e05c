import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty project for each, with nothing but this package, as npm packs it, or this peer in it. */
export interface Installed {
  ours: string;
  google: string;
}

/** Installs both, has them used, and removes them again. */
export async function withInstalled<T>(use: (installed: Installed) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'passport-monei-bench-'));
  try {
    const google = `passport-google-oauth20@${versionOf('passport-google-oauth20')}`;
    return await use({
      ours: install(folder, 'ours', pack(folder)),
      google: install(folder, 'google', google),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tarball. */
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
