import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { chartOf, isComparison } from './chart.js';
import type { Figure } from './figure.js';
import { tableOf } from './table.js';

/** The folder `bench`, seen from `bench/dist`. */
const README = new URL('../README.md', import.meta.url);
const CHARTS = new URL('../charts/', import.meta.url);

/** Writes the table of a kind of figures into bench/README.md, between its two comments, with a chart for each comparison. */
export function writeReport(kind: string, figures: Figure[]): void {
  const [start, end] = [`<!-- ${kind} -->`, `<!-- end of ${kind} -->`];
  const readme = readFileSync(README, 'utf8');
  const [from, to] = [readme.indexOf(start) + start.length, readme.indexOf(end)];
  if (from < start.length || to < from) throw new Error(`bench/README.md has no place for ${kind}.`);
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}:`;
  const parts = [machine, tableOf(figures), ...figures.filter(isComparison).map(writeChart)];
  writeFileSync(README, `${readme.slice(0, from)}\n\n${parts.join('\n\n')}\n\n${readme.slice(to)}`);
}

/** Writes a chart, and returns the Markdown that shows it. */
function writeChart(figure: Figure): string {
  const file = `${figure.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`;
  mkdirSync(CHARTS, { recursive: true });
  writeFileSync(new URL(file, CHARTS), chartOf(figure));
  return `![${figure.name}](charts/${file})`;
}
