import { cpuFigures } from './cpu.js';
import { emulatorFigures } from './emulator.js';
import { errorFigures } from './errors.js';
import type { Figure } from './figure.js';
import { heapFigures } from './heap.js';
import { idleFigures } from './idle.js';
import { installedFigures } from './installed.js';
import { instructionFigures } from './instructions.js';
import { writeReport } from './report.js';
import { storeFigures } from './stores.js';
import { tableOf } from './table.js';

const KINDS: Record<string, () => Promise<Figure[]>> = {
  cpu: cpuFigures,
  instructions: instructionFigures,
  heap: heapFigures,
  installed: installedFigures,
  idle: idleFigures,
  errors: errorFigures,
  emulator: emulatorFigures,
  stores: storeFigures,
};

const asked = process.argv.slice(2);
const unknown = asked.find((kind) => !Object.hasOwn(KINDS, kind));
if (unknown) throw new Error(`There is no ${unknown}: name some of ${Object.keys(KINDS).join(', ')}.`);

for (const [kind, measure] of Object.entries(KINDS)) {
  if (asked.length > 0 && !asked.includes(kind)) continue;
  console.error(`Measuring: ${kind} …`);
  const figures = await measure();
  if (figures.length === 0) continue; // A program that it needs is not installed.
  console.log(`\n${tableOf(figures)}\n`);
  writeReport(kind, figures);
}
