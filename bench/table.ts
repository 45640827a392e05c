import { type Figure, SUBJECTS } from './figure.js';

/** Returns the figures as a table in Markdown, with a column for each subject that has a value. */
export function tableOf(figures: Figure[]): string {
  const subjects = SUBJECTS.filter((subject) => figures.some(({ values }) => subject in values));
  const hasRatio = figures.some(({ against }) => against !== undefined);
  const cellsOf = ({ name, format, values, against }: Figure): string[] => {
    const cells = subjects.map((subject) => (values[subject] === undefined ? '' : format(values[subject])));
    return [name, ...cells, ...(hasRatio ? [ratioOf(values, against)] : [])];
  };
  const rows = [['figure', ...subjects, ...(hasRatio ? ['ratio'] : [])], ...figures.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function ratioOf({ ours = Number.NaN, ...others }: Figure['values'], against: Figure['against']): string {
  if (against === undefined || against === 'ours') return '';
  return `${(ours / (others[against] ?? Number.NaN)).toFixed(2)} × ${against}`;
}
