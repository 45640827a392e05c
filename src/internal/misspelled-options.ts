/**
 * Throws if an option is a known one misspelled: it would be ignored, and a check that the app asked for would be off.
 * Other unknown options are left alone: apps share their configuration objects.
 *
 * @throws {TypeError} naming the option, and the known one
 */
export function refuseMisspelled(options: object, known: readonly string[]): void {
  refuseNames(options, known, isMisspelled);
}

/**
 * Throws if an option is a known one in another case, with `_`, or with an `s` too many or too few. Other unknown
 * options are left alone: they may belong to another library.
 *
 * @throws {TypeError} naming the option, and the known one
 */
export function refuseOtherSpelling(options: object, known: readonly string[]): void {
  refuseNames(options, known, (name, one) => bareName(name) === bareName(one));
}

function refuseNames(
  options: object,
  known: readonly string[],
  isMeant: (name: string, known: string) => boolean,
): void {
  for (const name in options) {
    if (known.includes(name)) continue;
    const meant = known.find((one) => isMeant(name, one));
    if (meant === undefined) continue;
    throw new TypeError(`passport-monei: there is no option \`${name}\`. Did you mean \`${meant}\`?`);
  }
}

function bareName(name: string): string {
  return name.toLowerCase().replaceAll('_', '').replace(/s$/, '');
}

/** Whether `name` differs from `known` in case, in an `s` at the end, or in one letter for every five of `known`. */
function isMisspelled(name: string, known: string): boolean {
  const allowed = Math.floor(known.length / 5);
  if (Math.abs(name.length - known.length) > Math.max(1, allowed)) return false;
  const [given, meant] = [name.toLowerCase(), known.toLowerCase()];
  return given === `${meant}s` || editDistance(given, meant) <= allowed;
}

/** Returns how many letters were added, left out, changed, or swapped with the next one. */
function editDistance(one: string, other: string): number {
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
