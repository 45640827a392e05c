import { isThenable } from '../internal/is-thenable.js';
import { toError } from '../internal/to-error.js';

/** A callback as Passport's hooks and stores take it. */
type Done<T> = (error?: unknown, value?: T) => void;

/** The time that each function of the app has, in milliseconds. */
const APP_FUNCTION_MS = 30_000;

/**
 * Calls a function of the app: verify, a function of its store, or a hook. Resolves with the first value that it calls
 * back with. Rejects with what it throws or rejects with, and after 30 s with an error that names it.
 *
 * @param onTimer gets the timer of the 30 s, to stop it when no answer is needed any more
 */
export function callAppFunction<T>(
  name: string,
  call: (done: Done<T>) => unknown,
  onTimer?: (timer: NodeJS.Timeout) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(silenceOf(name)), APP_FUNCTION_MS).unref();
    onTimer?.(timer);
  });
  return Promise.race([fromCallback(call), tooLate])
    .catch((error) => {
      throw toError(error, name);
    })
    .finally(() => clearTimeout(timer));
}

/** Resolves with the first value that `call` calls back with. Rejects with what it throws or rejects with. */
export function fromCallback<T>(call: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const returned = call((error, value) => (error ? reject(error) : resolve(value as T)));
    if (isThenable(returned)) Promise.resolve(returned).catch(reject);
  });
}

function silenceOf(name: string): Error {
  const seconds = APP_FUNCTION_MS / 1000;
  return new Error(
    `passport-monei: ${name} gave no result within ${seconds} s. It has to call back, or resolve, on every path.`,
  );
}
