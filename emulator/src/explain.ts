// What the emulator tells developers about values that don't fit: what came, what was expected, where they differ.

/** A value from outside, quoted, without secrets, and not longer than a line or two. */
export function quote(text: string): string {
  const safe = withoutSecrets(text);
  return JSON.stringify(safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}…` : safe);
}

const MAX_QUOTED = 200;

/** Leaves only the prefix of what looks like a secret or a token of Monei's. */
export function withoutSecrets(text: string): string {
  return text.replace(/(mc[srt]_)[\w-]+/g, '$1…');
}

/** Where `came` begins to differ from the one of `expected` that is most like it. */
export function explainDifference(came: string, expected: readonly string[]): string {
  const [first = '', ...others] = expected;
  const like = others.reduce(
    (best, one) => (commonStart(came, one) > commonStart(came, best) ? one : best),
    first,
  );
  const start = commonStart(came, like);
  const rest = (text: string) => (start < text.length ? quote(text.slice(start)) : 'nothing');
  return `from character ${start + 1} on: ${rest(came)} instead of ${rest(like)}`;
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** The one of `known` that `text` was most likely meant to be. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  // A longer text is no misspelling, and would cost time.
  const short = text.slice(0, 40);
  const distances = known.map((one) => [editDistance(short, one), one] as const);
  return distances.sort(([a], [b]) => a - b)[0]?.[1];
}

/** How many letters to add, leave out or replace (Levenshtein). */
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
