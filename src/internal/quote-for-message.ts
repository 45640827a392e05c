/** Text that begins like a client secret, an access token or a refresh token of Monei. */
const PREFIXED_SECRET = /mc[srt]_[\w.~+/=%-]*/g;

/** Returns `value` as JSON for an error message, without anything that looks like a secret of Monei. */
export function quoteForMessage(value: unknown): string {
  return (JSON.stringify(value) ?? describeType(value)).replace(PREFIXED_SECRET, '[redacted]');
}

/** Returns what kind of value it is, for an error message that must not show the value. */
export function describeType(value: unknown): string {
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
