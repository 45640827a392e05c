import type { TokenStore } from './token-store.js';

/** Tokens in the memory of this process: for development and tests. They are gone when it ends. */
export function memoryStore(): TokenStore {
  const values = new Map<string, string>();
  /** By user: settles when the last one in the line is done. */
  const lines = new Map<string, Promise<unknown>>();
  const isCurrent = (userId: string, value: string | null | undefined) =>
    value === undefined || (values.get(userId) ?? null) === value;

  return {
    async load(userId) {
      return values.get(userId);
    },
    async save(userId, value, replaces) {
      if (!isCurrent(userId, replaces)) return false;
      values.set(userId, value);
      return true;
    },
    async delete(userId, replaces) {
      if (!isCurrent(userId, replaces)) return false;
      values.delete(userId);
      return true;
    },
    async lock(userId, fn) {
      const turn = (lines.get(userId) ?? Promise.resolve()).then(fn);
      // Stryker disable BlockStatement,ConditionalExpression: who is left in here takes up memory, which nobody can see
      const line = turn
        .catch(() => {})
        .then(() => {
          if (lines.get(userId) === line) lines.delete(userId);
        });
      // Stryker restore BlockStatement,ConditionalExpression
      lines.set(userId, line);
      return turn;
    },
  };
}
