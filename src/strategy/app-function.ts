import { isThenable } from '../internal/is-thenable.js';
import { toError } from '../internal/to-error.js';

/** A Node.js-style callback, as Passport's hooks and stores take it. */
export type Done<T> = (error?: unknown, value?: T) => void;

/** The time limit of each function of the app, in milliseconds. */
const APP_FUNCTION_MS = 30_000;

/**
 * Calls a function of the app: `verify`, a function of its store, or a hook. Resolves with the first value that the function
 * passes to its callback. Rejects with its error, or after 30 s with an error that names the function.
 *
 * @param onTimer gets the timer of the 30 s, so that the caller can stop it
 */
export function callAppFunction<T>(
  name: string,
  call: (done: Done<T>) => unknown,
  onTimer?: (timer: NodeJS.Timeout) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(noResultError(name)), APP_FUNCTION_MS).unref();
    onTimer?.(timer);
  });
  return Promise.race([fromCallback(call), timeout])
    .catch((error) => {
      throw toError(error, name);
    })
    .finally(() => clearTimeout(timer));
}

/** Resolves with the first value that `call` passes to its callback. Rejects if it throws or rejects. */
export function fromCallback<T>(call: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const returned = call((error, value) => (error ? reject(error) : resolve(value as T)));
    if (isThenable(returned)) Promise.resolve(returned).catch(reject);
  });
}

function noResultError(name: string): Error {
  const seconds = APP_FUNCTION_MS / 1000;
  return new Error(
    `passport-monei: ${name} gave no result within ${seconds} s. It must call its callback, or resolve, on every path.`,
  );
}
