import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The packages that the documentation's apps use, in the versions of this repository. */
const PEERS = ['passport', 'express', 'express-session', 'cookie-session', 'express-rate-limit'];

/** The packages that the tests use. They contain no `@types`, because the package must install those that it needs. */
const TOOLS = ['nock'];
const COMPILERS = {
  'typescript-5.0': 'typescript@5.0',
  'typescript-5': 'typescript@5.9',
  'typescript-6': 'typescript@6',
  'typescript-7': 'typescript@7',
};

const BUNDLERS_AND_RUNNERS = [
  'jest@30',
  'vitest@4',
  '@babel/plugin-transform-modules-commonjs@7',
  'esbuild@0.28',
  'webpack@5',
  'rollup@4',
  '@rollup/plugin-commonjs',
  '@rollup/plugin-json',
  '@rollup/plugin-node-resolve',
  'vite@8',
];

/** The name that a compiler is installed under. */
export type Compiler = keyof typeof COMPILERS;

/** A package of this repository as npm publishes it. */
export interface PackedPackage {
  name: string;
  tarball: string;
  /** The paths in the tarball. */
  paths: string[];
}

/** An empty project with both packed packages installed in it. */
export interface PackedProject {
  folder: string;
  monei: PackedPackage;
  emulator: PackedPackage;
  /** The output of npm to stderr when it installed only the tarballs. */
  complaints: string;
}

let project: PackedProject | undefined;

/** Packs and installs the packages once for all tests of a run. */
export function packedProject(): PackedProject {
  project ??= installPacked(mkdtempSync(join(tmpdir(), 'passport-monei-')));
  return project;
}

after(() => {
  for (const folder of [project?.folder, packed?.folder, tools])
    if (folder) rmSync(folder, { recursive: true });
});

let packed: { folder: string; monei: PackedPackage; emulator: PackedPackage } | undefined;

/** Packs both packages once for all the tests of a run. */
export function packedPackages(): { monei: PackedPackage; emulator: PackedPackage } {
  if (packed) return packed;
  const folder = mkdtempSync(join(tmpdir(), 'passport-monei-tarballs-'));
  // A release keeps the tarballs that were tested, and publishes them.
  const tarballs = resolve(process.env.TARBALLS ?? folder);
  packed = { folder, monei: pack(ROOT, tarballs), emulator: pack(join(ROOT, 'emulator'), tarballs) };
  return packed;
}

function installPacked(folder: string): PackedProject {
  const { monei, emulator } = packedPackages();
  const others = [...PEERS, ...TOOLS].map((name) => `${name}@${versionOf(name)}`);
  const compilers = Object.entries(COMPILERS).map(([alias, name]) => `${alias}@npm:${name}`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', monei.tarball, emulator.tarball];
  const { status, stderr } = spawnSync('npm', install, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  npm(folder, 'install', '--no-audit', '--no-fund', ...others, ...compilers);
  return { folder, monei, emulator, complaints: stderr };
}

function pack(source: string, destination: string): PackedPackage {
  const args = ['--json', '--ignore-scripts', '--pack-destination', destination];
  const [{ name, filename, files }] = JSON.parse(npm(source, 'pack', ...args));
  const paths = files.map(({ path }: { path: string }) => path);
  return { name, tarball: join(destination, filename), paths };
}

let tools: string | undefined;

/** Returns a folder with test runners and bundlers, apart from the project, because they install types. */
export function toolsFolder(): string {
  if (tools) return tools;
  tools = mkdtempSync(join(tmpdir(), 'passport-monei-tools-'));
  writeFileSync(join(tools, 'package.json'), '{ "private": true }');
  npm(tools, 'install', '--no-audit', '--no-fund', ...BUNDLERS_AND_RUNNERS);
  return tools;
}

export function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8' });
}

export function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}
