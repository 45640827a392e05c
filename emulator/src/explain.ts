// Texts for developers about a value that was refused: the value, the expected one, and the first difference.

/** Returns a value of a request in quotes, without secrets, and with at most 200 characters. */
export function quote(text: string): string {
  const safe = redactSecrets(text);
  return JSON.stringify(safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}…` : safe);
}

const MAX_QUOTED = 200;

/** Replaces each text that looks like a secret or a token of Monei's with its prefix. */
export function redactSecrets(text: string): string {
  return text.replace(/(mc[srt]_)[\w-]+/g, '$1…');
}

/** Says where `actual` begins to differ from the most similar one of `expected`. */
export function explainDifference(actual: string, expected: readonly string[]): string {
  const [first = '', ...others] = expected;
  const similar = others.reduce(
    (best, one) => (commonStart(actual, one) > commonStart(actual, best) ? one : best),
    first,
  );
  const start = commonStart(actual, similar);
  const rest = (text: string) => (start < text.length ? quote(text.slice(start)) : 'nothing');
  return `from character ${start + 1} on: ${rest(actual)} instead of ${rest(similar)}`;
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** Returns the one of `known` that is most similar to `text`. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  // A longer text is not a misspelling, and would take time to compare.
  const short = text.slice(0, 40);
  const distances = known.map((one) => [editDistance(short, one), one] as const);
  return distances.sort(([a], [b]) => a - b)[0]?.[1];
}

/** Returns the number of letters to add, remove or replace (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from(other, (_, index) => index + 1);
  for (const [index, letter] of [...one].entries()) {
    let [left, before] = [index + 1, index];
    row = row.map((above, column) => {
      left = Math.min(left + 1, above + 1, before + (letter === other[column] ? 0 : 1));
      before = above;
      return left;
    });
  }
  return row.reduce((_, last) => last, one.length);
}
