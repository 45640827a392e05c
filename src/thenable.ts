/** Whether a value is a promise, or something that can be waited for like one (a database query, say). */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return 'then' in value && typeof value.then === 'function';
}

/** Has `failed` called if what an async function gave is a promise that rejects. */
export function onRejection(result: unknown, failed: (error: unknown) => void): void {
  // Stryker disable next-line ConditionalExpression: what is no promise would be waited for to no effect
  if (isThenable(result)) Promise.resolve(result).catch(failed);
}
