import type { AssumptionResult } from './assumption.js';

/** An assumption with its result. */
export interface Reported extends AssumptionResult {
  topic: string;
  name: string;
  source: string;
}

/** Counts the results by outcome. */
function countsOf(results: readonly Reported[]) {
  const count = (outcome: Reported['outcome']) => results.filter((one) => one.outcome === outcome).length;
  return { holds: count('holds'), differs: count('differs'), notTried: count('not tried') };
}

/** Returns the exit code: 0 if nothing differs, 1 if something does, 2 if nothing was tried. */
export function exitCodeOf(results: readonly Reported[]): number {
  const { holds, differs } = countsOf(results);
  if (differs > 0) return 1;
  return holds > 0 ? 0 : 2;
}

/** Returns the results as a JSON text for a bug report. */
export function jsonReport(apiURL: string, results: readonly Reported[]): string {
  return JSON.stringify({ apiURL, counts: countsOf(results), assumptions: results }, undefined, 2);
}

/** Returns the results as a table, by topic. */
export function textReport(results: readonly Reported[]): string {
  const lines: string[] = [];
  for (const [index, { topic, outcome, name, expected, seen, reason, source }] of results.entries()) {
    if (topic !== results[index - 1]?.topic) lines.push('', topic);
    lines.push(`  ${outcome.padEnd(9)}  ${name}`);
    const detail = (title: string, text: string) => lines.push(`${' '.repeat(13)}${title}: ${text}`);
    if (outcome === 'not tried') detail('why', String(reason));
    if (outcome !== 'differs') continue;
    detail('expected', String(expected));
    detail('seen', String(seen));
    detail('source', source);
  }
  const { holds, differs, notTried } = countsOf(results);
  lines.push('', `holds: ${holds}, differs: ${differs}, not tried: ${notTried}`);
  if (differs > 0) {
    lines.push(
      'Please report what differs: the issue form "the real Monei differs" takes the output of --json as it is.',
    );
  }
  return lines.join('\n').trimStart();
}
