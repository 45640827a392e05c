import { isThenable } from '../internal/is-thenable.js';
import { reasonOf } from '../internal/to-error.js';

/** A callback as Passport's hooks and stores take it. */
type Done<T> = (error?: unknown, value?: T) => void;

/**
 * What a function of the app calls back with. Its first answer counts; what it throws, or rejects with, is an error too.
 *
 * @param who names the function in the error, where it fails without saying why
 */
export function promised<T>(call: (done: Done<T>) => unknown, who = 'a hook'): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => reject(reasonOf(error, who));
    const returned = call((error, value) => (error ? failed(error) : resolve(value as T)));
    if (isThenable(returned)) Promise.resolve(returned).catch(failed);
  });
}
