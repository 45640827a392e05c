import { type Figure, SUBJECTS } from './figure.js';

const ROW = 26;
const [LABELS, BARS, VALUES] = [110, 380, 110];

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .name { font-weight: bold }
    .bar { fill: #8c959f }
    .ours { fill: #1a7f37 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #3fb950 } }
  `;

/** Returns a comparison as a bar chart in SVG, with a bar from zero for each subject. */
export function chartOf({ name, format, values }: Figure): string {
  const bars = SUBJECTS.flatMap((subject) => {
    const value = values[subject];
    return value === undefined ? [] : [{ subject, value }];
  });
  const longest = Math.max(...bars.map(({ value }) => value), 0);
  const rows = bars.map(({ subject, value }, index) => {
    const length = longest > 0 ? Math.round((Math.max(value, 0) / longest) * BARS) : 0;
    const y = 30 + index * ROW;
    return [
      `  <text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${subject}</text>`,
      `  <rect class="bar ${subject === 'ours' ? 'ours' : ''}" x="${LABELS}" y="${y}" width="${length}" height="20"/>`,
      `  <text x="${LABELS + length + 8}" y="${y + 15}">${format(value)}</text>`,
    ].join('\n');
  });
  const [width, height] = [LABELS + BARS + VALUES, 34 + bars.length * ROW];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
  <title>${name}: ${bars.map(({ subject, value }) => `${subject} ${format(value)}`).join(', ')}</title>
  <style>${STYLE}</style>
  <text class="name" x="8" y="18">${name}</text>
${rows.join('\n')}
</svg>
`;
}

/** Whether bars would show a difference of at least a tenth, between values that are not noise around zero. */
export function isComparison({ values }: Figure): boolean {
  const all = Object.values(values);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least >= 0 && most - least > most / 10;
}
