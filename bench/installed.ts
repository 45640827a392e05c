import { spawnSync } from 'node:child_process';
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.js';
import { type Installed, withInstalled } from './install.js';
import { inRounds } from './rounds.js';

const ROUNDS = 30;

/** Nobody runs them. The second one comes with `@types/node`. */
const TYPES = ['@types', 'undici-types'];

/** In which `Stats` counts what a file takes on the disk, in bytes. */
const BLOCK = 512;

/** What the package costs before anybody signs in: room, and time to load. */
export function installedFigures(): Promise<Figure[]> {
  return withInstalled(async (installed) => [...(await loadTime(installed)), ...sizes(installed)]);
}

/** Time that `import` takes in a fresh process, in milliseconds. */
async function loadTime({ ours, google }: Installed): Promise<Figure[]> {
  const { empty, ...whole } = await inRounds(ROUNDS, [
    ['empty', () => run(ours, '')],
    ['ours', () => run(ours, "import 'passport-monei'")],
    ['google', () => run(google, "import 'passport-google-oauth20'")],
  ]);
  const lessEmpty = { ours: whole.ours - empty, google: whole.google - empty };
  const format = (milliseconds: number) => `${milliseconds.toFixed(1)} ms`;
  const limit = { against: 'google', mustReach: 1.1 } as const;
  return [
    { name: 'time of a fresh process that loads the package', format, values: whole, ...limit },
    { name: 'the same, less an empty process', format, values: lessEmpty, ...limit },
  ];
}

function run(cwd: string, code: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { cwd });
  if (status !== 0) throw new Error(String(stderr));
  return performance.now() - start;
}

function sizes({ ours, google }: Installed): Figure[] {
  const figure = (name: string, sizeOf: (stats: Stats) => number): Figure => ({
    name,
    format: (bytes) => `${(bytes / 1024).toFixed(0)} KiB`,
    values: {
      ours: sum(join(ours, 'node_modules'), sizeOf),
      google: sum(join(google, 'node_modules'), sizeOf),
    },
    against: 'google',
    mustReach: 1.5,
  });
  return [
    figure('installed size on disk, without @types', ({ blocks }) => blocks * BLOCK),
    figure('the same, as the length of all files', (stats) => (stats.isFile() ? stats.size : 0)),
  ];
}

/** Of all files and folders in this one, but for types, and for what npm keeps for itself in dot files. */
function sum(folder: string, sizeOf: (stats: Stats) => number): number {
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || TYPES.includes(entry.name)) continue;
    total += sizeOf(statSync(path)) + (entry.isDirectory() ? sum(path, sizeOf) : 0);
  }
  return total;
}
