import { cleanText } from '../../connect/redaction.js';

/**
 * Returns an error to throw in place of the error of a database client. It has the same `code`, and the message without
 * the values of the statement or command, which may be tokens.
 */
export function databaseError(database: string, error: unknown, values: readonly string[]): Error {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  // Some errors have no message: Node's AggregateError has only a code, and TimeoutError of node-redis only its class.
  const reason = message || code || (error instanceof Error ? error.constructor.name : error);
  const text = cleanText(String(reason), values);
  return Object.assign(new Error(`passport-monei: ${database}: ${text}`), code !== undefined && { code });
}
