/**
 * Refuses an option that is a known one misspelt: a check that is silently off is a hole. Other unknown options pass,
 * because apps share their configuration objects.
 *
 * @throws {TypeError} naming the option, and the one that was meant
 */
export function refuseMisspelt(options: object, known: readonly string[]): void {
  for (const name in options) {
    if (known.includes(name)) continue;
    const meant = known.find((one) => isMisspelt(name, one));
    if (meant === undefined) continue;
    throw new TypeError(`passport-monei: there is no option \`${name}\`. Did you mean \`${meant}\`?`);
  }
}

/** A difference of case, of an `s` at the end, or of one letter in five. */
function isMisspelt(name: string, known: string): boolean {
  const allowed = Math.floor(known.length / 5);
  if (Math.abs(name.length - known.length) > Math.max(1, allowed)) return false;
  const [given, meant] = [name.toLowerCase(), known.toLowerCase()];
  return given === `${meant}s` || distance(given, meant) <= allowed;
}

/** How many letters were added, left out, changed, or swapped with the next one. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = one[row - 2] === other[column - 1] && one[row - 1] === other[column - 2];
      current[column] = Math.min(
        Number(above[column]) + 1,
        Number(current[column - 1]) + 1,
        Number(above[column - 1]) + same,
        swapped ? Number(before[column - 2]) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, above] = [above, current];
  }
  return Number(above[other.length]);
}
