import { inspect } from 'node:util';

/** All that an error could tell someone: message, stack, every property (hidden ones too), cause and JSON. */
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
