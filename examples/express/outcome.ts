import { MissingScopeError, MoneiConnectError } from 'passport-monei';
import { ReconnectRequiredError } from 'passport-monei/tokens';
import { MoneiApiError } from './monei-api.js';
import { isExpected } from './problems.js';

/** What came of a call that moves money. */
export interface Outcome {
  /** `unknown`: Monei did not say. The money may have moved, so nothing is tried again without a look. */
  outcome: 'done' | 'refused' | 'unknown';
  /** What people should know about it. */
  details: string;
}

/** What came of a call that ended in this error. */
export function outcomeOf(error: unknown): Outcome {
  if (!isExpected(error)) console.error(error);
  if (error instanceof MoneiApiError && error.status >= 400 && error.status < 500) {
    return { outcome: 'refused', details: `Monei says: ${error.reason ?? 'no'}` };
  }
  if (error instanceof ReconnectRequiredError || error instanceof MissingScopeError) {
    return { outcome: 'refused', details: 'Monei no longer lets this app do that.' };
  }
  // Without an access token, the call was not made.
  if (error instanceof MoneiConnectError && error.endpoint === 'token') {
    return { outcome: 'refused', details: 'Monei could not be asked.' };
  }
  return {
    outcome: 'unknown',
    details: 'Monei did not say. Look into your transactions before you try again.',
  };
}
