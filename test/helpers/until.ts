/**
 * Asks again and again until a condition is true, because it is up to another process.
 *
 * @param patience milliseconds
 */
export async function until(condition: () => Promise<boolean>, patience = 60_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it did not come true within ${patience} ms`);
    await new Promise(setImmediate);
  }
}
