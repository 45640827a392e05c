import { cleanText } from '../../connect/redaction.js';

/**
 * Returns an error to pass on in place of one that a database client rejected with: its `code`, and its message without
 * the values of the statement or command, which may be tokens.
 */
export function databaseError(database: string, error: unknown, values: readonly string[]): Error {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const reason = cleanText(String(message || (code ?? error)), values);
  return Object.assign(new Error(`passport-monei: ${database}: ${reason}`), code !== undefined && { code });
}
