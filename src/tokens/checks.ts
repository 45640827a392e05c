/** An argument or option that is of no use, by its name. Its value stays out of the error: it may be a secret. */
export function invalidValueError(name: string, what: string): TypeError {
  return new TypeError(`passport-monei: \`${name}\` must be ${what}.`);
}

/**
 * The options of `what`, where it knows them all: a misspelt one would be a check that is silently off.
 *
 * @throws {TypeError} naming the option
 */
export function requireKnownOptions<T extends object>(
  what: string,
  options: T,
  known: readonly string[],
): Partial<T> {
  const given: Partial<T> = options ?? {};
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw new TypeError(`passport-monei: ${what} has no option \`${unknown}\`, only ${known.join(', ')}.`);
}

export function requireMethods<T extends object>(
  name: string,
  value: T | undefined,
  methods: (keyof T & string)[],
): T {
  const missing = methods.find((method) => typeof value?.[method] !== 'function');
  if (value && missing === undefined) return value;
  throw invalidValueError(name, `an object with ${methods.map((method) => `\`${method}\``).join(', ')}`);
}

export function requireUserId(userId: unknown): string {
  // All users whose id is missing would share one pair of tokens, and so would those with halves of a character in it.
  if (typeof userId === 'string' && userId !== '' && !/\p{Surrogate}/u.test(userId)) return userId;
  throw invalidValueError(
    'userId',
    'a string of whole characters that is not empty. Check where it comes from',
  );
}
