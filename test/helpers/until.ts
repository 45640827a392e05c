/**
 * Polls until a condition is true that depends on another process.
 *
 * @param patience the time limit, in milliseconds
 */
export async function until(condition: () => Promise<boolean>, patience = 60_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it did not come true within ${patience} ms`);
    await new Promise(setImmediate);
  }
}
