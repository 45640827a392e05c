import { describeType } from './quote-for-message.js';

/**
 * Returns `value` if it is a string that is not empty.
 *
 * @param name the name of the value in the error, such as "the option `clientSecret`". The error does not show the
 * value.
 * @throws {TypeError}
 */
export function requireString(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') {
    throw new TypeError(
      `passport-monei: ${name} is missing. Check where it comes from: an environment variable may not be set.`,
    );
  }
  if (typeof value === 'string') return value;
  throw new TypeError(`passport-monei: ${name} must be a string, not ${describeType(value)}.`);
}

/**
 * Returns `value` if it is a string that is not empty, without white space or quotation marks around it.
 *
 * @throws {TypeError}
 */
export function requireTrimmedString(name: string, value: unknown): string {
  const text = requireString(name, value);
  if (text !== text.trim()) {
    throw new TypeError(`passport-monei: ${name} begins or ends with white space: trim it.`);
  }
  if (/^(["'`]).*\1$/s.test(text)) {
    throw new TypeError(
      `passport-monei: ${name} has quotation marks around it: remove them. ` +
        '`docker run --env-file` keeps quotation marks.',
    );
  }
  return text;
}

/**
 * Returns `value` if it is a boolean, and `false` if it is undefined.
 *
 * @throws {TypeError}
 */
export function requireFlag(name: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`passport-monei: ${name} must be true or false.`);
}
