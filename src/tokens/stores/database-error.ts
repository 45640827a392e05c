import { cleanText } from '../../connect/redaction.js';

/**
 * Returns an error to pass on in place of one that a database client rejected with: its `code`, and its message without
 * the values of the statement or command, which may be tokens.
 */
export function databaseError(database: string, error: unknown, values: readonly string[]): Error {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  // Some errors have no message: Node's AggregateError has a code, and TimeoutError of node-redis the name of its class.
  const reason = message || code || (error instanceof Error ? error.constructor.name : error);
  const text = cleanText(String(reason), values);
  return Object.assign(new Error(`passport-monei: ${database}: ${text}`), code !== undefined && { code });
}
