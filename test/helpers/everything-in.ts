import { inspect } from 'node:util';

/** Returns every text in an error: its message, stack, properties (hidden ones too), cause and JSON. */
export function everythingIn(error: unknown): string {
  const hidden = inspect(error, { depth: 10, showHidden: true, getters: true });
  const { stack, message, cause } = error as Error;
  return [
    hidden,
    JSON.stringify(error),
    stack,
    message,
    inspect(cause, { depth: 10, showHidden: true }),
  ].join('\n');
}
