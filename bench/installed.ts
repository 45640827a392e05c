import { spawnSync } from 'node:child_process';
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.js';
import { type Installed, withInstalled } from './install.js';
import { inRounds } from './rounds.js';

const ROUNDS = 30;

/** Packages of types, which apps do not load. The second one is a dependency of `@types/node`. */
const TYPES = ['@types', 'undici-types'];

/** The size of the blocks of `Stats`, in bytes. */
const BLOCK = 512;

/** Measures the size of the package, and the time to load it. */
export function installedFigures(): Promise<Figure[]> {
  return withInstalled(async (installed) => [
    ...(await loadTime(installed, 'import')),
    ...(await loadTime(installed, 'require')),
    ...sizes(installed),
  ]);
}

/** The entries to load, each with its project. */
const LOADED = {
  google: ['google', 'passport-google-oauth20'],
  github: ['github', 'passport-github2'],
  'openid-client': ['openid-client', 'openid-client'],
  main: ['ours', 'passport-monei'],
  connect: ['ours', 'passport-monei/connect'],
  tokens: ['ours', 'passport-monei/tokens'],
} as const;

/** The ways to load an entry: from an ES module and from CommonJS. */
const WAYS = {
  import: { type: '--input-type=module', code: (specifier: string) => `import '${specifier}'` },
  require: { type: '--input-type=commonjs', code: (specifier: string) => `require('${specifier}')` },
};

/** Measures the time to load an entry in a new process, less that of an empty process, in milliseconds. */
async function loadTime(installed: Installed, way: keyof typeof WAYS): Promise<Figure[]> {
  const { type, code } = WAYS[way];
  const measures = Object.entries(LOADED).map(([name, [project, specifier]]) => {
    return [name as keyof typeof LOADED, () => run(installed[project], type, code(specifier))] as const;
  });
  const { empty, ...times } = await inRounds<'empty' | keyof typeof LOADED>(ROUNDS, [
    ['empty', () => run(installed.ours, type, '')],
    ...measures,
  ]);
  const peers = {
    google: times.google - empty,
    github: times.github - empty,
    'openid-client': times['openid-client'] - empty,
  };
  const figure = (entry: 'main' | 'connect' | 'tokens'): Figure => ({
    name: `time to ${way} ${LOADED[entry][1]}`,
    format: (milliseconds) => `${milliseconds.toFixed(1)} ms`,
    values: { ours: times[entry] - empty, ...peers },
    against: 'google',
  });
  return [figure('main'), figure('connect'), figure('tokens')];
}

function run(cwd: string, type: string, code: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [type, '--eval', code], { cwd });
  if (status !== 0) throw new Error(String(stderr));
  return performance.now() - start;
}

function sizes(installed: Installed): Figure[] {
  const figure = (name: string, sizeOf: (stats: Stats) => number): Figure => ({
    name,
    format: (bytes) => `${(bytes / 1024).toFixed(0)} KiB`,
    values: Object.fromEntries(
      Object.entries(installed).map(([subject, folder]) => [
        subject,
        sum(join(folder, 'node_modules'), sizeOf),
      ]),
    ),
    against: 'google',
  });
  return [
    figure('installed size on disk, without @types', ({ blocks }) => blocks * BLOCK),
    figure('installed length of all files, without @types', (stats) => (stats.isFile() ? stats.size : 0)),
  ];
}

/** Returns the sum of `sizeOf` for all files and folders in a folder, without types and npm's dot files. */
function sum(folder: string, sizeOf: (stats: Stats) => number): number {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || TYPES.includes(entry.name)) continue;
    total += sizeOf(statSync(path)) + (entry.isDirectory() ? sum(path, sizeOf) : 0);
  }
  return total;
}
