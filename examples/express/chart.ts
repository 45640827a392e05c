import { type Html, html } from './html.js';

export interface Bar {
  label: string;
  value: number;
  /** The value as text. */
  text: string;
}

const ROW = 48;

/**
 * Draws a bar chart as SVG, without scripts or styles. Its width is in percent and its height in pixels, so that the page
 * does not scale the text.
 *
 * @param title the text for screen readers, which the function completes with the values
 */
export function barChart(title: string, bars: readonly Bar[]): Html {
  const most = Math.max(...bars.map(({ value }) => value));
  const words = bars.map(({ label, text }) => `${label}: ${text}`).join('; ');
  return html`
        <svg class="chart" role="img" aria-label="${title}. ${words}." width="100%" height="${ROW * bars.length}">
          ${bars.map(
            ({ label, value, text }, index) => html`
          <text x="0" y="${index * ROW + 16}">${label}</text>
          <text x="100%" y="${index * ROW + 16}" text-anchor="end">${text}</text>
          <rect x="0" y="${index * ROW + 24}" width="${((100 * value) / most).toFixed(1)}%" height="12" rx="3"></rect>`,
          )}
        </svg>`;
}
