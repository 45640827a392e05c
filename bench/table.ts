import { type Figure, SUBJECTS } from './figure.js';

/** The figures as a table in Markdown, with a column for each subject that one of them has. */
export function tableOf(figures: Figure[]): string {
  const subjects = SUBJECTS.filter((subject) => figures.some(({ values }) => subject in values));
  const cellsOf = ({ name, format, values, against, mustReach }: Figure): string[] => {
    const shown = subjects.map((subject) => (values[subject] === undefined ? '' : format(values[subject])));
    const { ours = Number.NaN } = values;
    if (against === undefined)
      return [name, ...shown, '', `≤ ${format(mustReach)}`, yesOrNo(ours <= mustReach)];
    const ratio = (ours / (values[against] ?? Number.NaN)).toFixed(2);
    return [name, ...shown, `${ratio} × ${against}`, `≤ ${mustReach}`, yesOrNo(Number(ratio) <= mustReach)];
  };
  const rows = [['figure', ...subjects, 'ratio', 'must reach', 'reached'], ...figures.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function yesOrNo(reached: boolean): string {
  return reached ? 'yes' : 'no';
}
