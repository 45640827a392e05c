import type { TokenStore } from './token-store.js';

/** Creates a store in the memory of this process, for development and tests. */
export function memoryStore(): TokenStore {
  const values = new Map<string, string>();
  /** For each user, a promise that settles when the last caller in the queue is done. */
  const queues = new Map<string, Promise<unknown>>();
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
      const turn = (queues.get(userId) ?? Promise.resolve()).then(fn);
      // Stryker disable BlockStatement,ConditionalExpression: a queue that stays takes up memory, which no test can see
      const queue = turn
        .catch(() => {})
        .then(() => {
          if (queues.get(userId) === queue) queues.delete(userId);
        });
      // Stryker restore BlockStatement,ConditionalExpression
      queues.set(userId, queue);
      return turn;
    },
  };
}
