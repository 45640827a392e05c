import { mayHavePaid } from '../payments/payments.js';
import { MoneiApiError } from './monei-api.js';
import { errorProblem, isExpected } from './problems.js';

/** The outcome of a request that moves money. */
export interface Outcome {
  /**
   * - `done`: Monei accepted the request
   * - `refused`: Monei refused it
   * - `not_sent`: the request did not reach Monei, or Monei acted on nothing
   * - `unclear`: Monei may have acted on it. The app does not send it again.
   */
  outcome: 'done' | 'refused' | 'not_sent' | 'unclear';
  /** Why, in words for the user. */
  details: string;
}

/** Returns the outcome of a request that ended in `error`. */
export function outcomeOf(error: unknown): Outcome {
  if (!isExpected(error)) console.error(error);
  if (error instanceof MoneiApiError && isRefusal(error)) {
    return { outcome: 'refused', details: `Monei says: ${error.reason}` };
  }
  if (mayHavePaid(error)) {
    return {
      outcome: 'unclear',
      details: 'Monei did not confirm it. Look into your transactions before you try again.',
    };
  }
  return { outcome: 'not_sent', details: errorProblem(error, '/').message };
}

/** Whether Monei refused the request. A gateway sends no reason, and with 408, Monei may have stopped in the middle. */
function isRefusal({ status, reason }: MoneiApiError): boolean {
  return status >= 400 && status < 500 && status !== 408 && reason !== undefined;
}
