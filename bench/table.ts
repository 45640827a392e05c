import type { Figure, SubjectName } from './figure.js';

const SUBJECTS: SubjectName[] = ['ours', 'google', 'github', 'node:http', 'node-fetch', 'floor'];

/** The figures as a table in Markdown. */
export function tableOf(figures: Figure[]): string {
  const rows = [['figure', ...SUBJECTS, 'ratio', 'must reach', 'reached'], ...figures.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function cellsOf({ name, format, values, against, mustReach }: Figure): string[] {
  const value = (subject: SubjectName) => values[subject] ?? Number.NaN;
  const shown = SUBJECTS.map((subject) => (subject in values ? format(value(subject)) : ''));
  if (against === undefined) {
    return [name, ...shown, '', `≤ ${format(mustReach)}`, yesOrNo(value('ours') <= mustReach)];
  }
  const ratio = (value('ours') / value(against)).toFixed(2);
  return [name, ...shown, `${ratio} × ${against}`, `≤ ${mustReach}`, yesOrNo(Number(ratio) <= mustReach)];
}

function yesOrNo(reached: boolean): string {
  return reached ? 'yes' : 'no';
}
