// Parts of error messages that quote a refused value and say how it differs from the expected one.

/** Quotes a value of a request. Redacts secrets, and keeps at most 200 characters. */
export function quote(text: string): string {
  const safe = redactSecrets(text);
  return JSON.stringify(safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}…` : safe);
}

const MAX_QUOTED = 200;

/** Shortens client secrets and tokens to their prefix. */
export function redactSecrets(text: string): string {
  return text.replace(/(mc[srt]_)[\w-]+/g, '$1…');
}

/** Describes where `actual` begins to differ from the most similar string in `expected`. */
export function explainDifference(actual: string, expected: readonly string[]): string {
  const [first = '', ...others] = expected;
  const similar = others.reduce(
    (best, one) => (commonStartLength(actual, one) > commonStartLength(actual, best) ? one : best),
    first,
  );
  const start = commonStartLength(actual, similar);
  const rest = (text: string) => (start < text.length ? quote(text.slice(start)) : 'nothing');
  return `from character ${start + 1} on: ${rest(actual)} instead of ${rest(similar)}`;
}

function commonStartLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** Returns the string in `known` that is most similar to `text`. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  // Known strings have fewer than 40 characters, and comparing a long text would be slow.
  const short = text.slice(0, 40);
  const distances = known.map((one) => [editDistance(short, one), one] as const);
  return distances.sort(([a], [b]) => a - b)[0]?.[1];
}

/** Returns the number of letters to add, remove or replace (Levenshtein distance). */
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
