import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure, SubjectName } from './figure.js';
import { Worker } from './worker.js';

const STRATEGIES: SubjectName[] = ['ours', 'google', 'github'];
/** The number of sign-ins before the counted ones, after which V8 has optimized the code. */
const WARM_UP = 8000;
const COUNTED = 2000;

/** Counts the instructions of a sign-in with Valgrind's tool callgrind. Returns no figure if it is not installed. */
export async function instructionFigures(): Promise<Figure[]> {
  if (spawnSync('valgrind', ['--version']).status !== 0) return [];
  const server = new Worker('near-server.js');
  try {
    const api = await server.ask<string>();
    const values: Figure['values'] = {};
    for (const name of STRATEGIES) {
      const before = await countInstructions(name, api, WARM_UP);
      values[name] = ((await countInstructions(name, api, WARM_UP + COUNTED)) - before) / COUNTED;
    }
    const format = (instructions: number) => `${Math.round(instructions / 1000)},000`;
    return [{ name: 'instructions per whole sign-in', format, values, against: 'google' }];
  } finally {
    server.stop();
  }
}

/** Returns the instructions of a process that signs in `count` times. */
async function countInstructions(name: SubjectName, api: string, count: number): Promise<number> {
  const worker = fileURLToPath(new URL('instructions-worker.js', import.meta.url));
  const valgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];
  const args = [...valgrind, process.execPath, worker, name, api, String(count)];
  const { stderr } = await promisify(execFile)('valgrind', args);
  const [, collected] = /Collected : (\d+)/.exec(stderr) ?? [];
  if (collected === undefined) throw new Error(`Valgrind printed no count:\n${stderr}`);
  return Number(collected);
}
