import { median } from './median.js';

/**
 * Measures the subjects in turn, many times, so that a busy machine slows down all of them. Returns the median of each
 * subject.
 */
export async function inRounds<Name extends string>(
  rounds: number,
  measures: readonly (readonly [Name, () => number | Promise<number>])[],
): Promise<Record<Name, number>> {
  const samples = new Map<Name, number[]>(measures.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of measures) samples.get(name)?.push(await measure());
  }
  const medians = [...samples].map(([name, values]) => [name, median(values)]);
  return Object.fromEntries(medians);
}
