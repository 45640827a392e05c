/** An argument or option that is of no use, by its name. Its value stays out of the error: it may be a secret. */
export function wrong(name: string, what: string): TypeError {
  return new TypeError(`passport-monei: \`${name}\` must be ${what}.`);
}
