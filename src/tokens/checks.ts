/** Returns the error of an invalid argument or option. It does not quote the value, which may be a secret. */
export function invalidValueError(name: string, expected: string): TypeError {
  return new TypeError(`passport-monei: \`${name}\` must be ${expected}.`);
}

/**
 * Returns the options of `owner`, a class or function. Refuses unknown ones, because a misspelled option would be
 * ignored.
 *
 * @throws {TypeError} naming the unknown option
 */
export function requireKnownOptions<T extends object>(
  owner: string,
  options: T,
  known: readonly string[],
): Partial<T> {
  const given: Partial<T> = options ?? {};
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw new TypeError(`passport-monei: ${owner} has no option \`${unknown}\`, only ${known.join(', ')}.`);
}

/**
 * Returns `value` if it is an object with these methods.
 *
 * @throws {TypeError} naming the methods
 */
export function requireMethods<T extends object>(
  name: string,
  value: T | undefined,
  methods: (keyof T & string)[],
): T {
  const missing = methods.find((method) => typeof value?.[method] !== 'function');
  if (value && missing === undefined) return value;
  throw invalidValueError(name, `an object with ${methods.map((method) => `\`${method}\``).join(', ')}`);
}

/**
 * Returns `userId` if it is a string that every store keeps unchanged.
 *
 * @throws {TypeError}
 */
export function requireUserId(userId: unknown): string {
  // All users without an id would share one entry. So would users whose ids differ only in lone surrogates, because
  // databases replace these.
  if (typeof userId === 'string' && userId !== '' && !/\p{Surrogate}/u.test(userId)) return userId;
  throw invalidValueError(
    'userId',
    'a string that is not empty, without lone surrogates. Check where it comes from',
  );
}
