import { MoneiConnectError } from 'passport-monei';
import type { Problem } from './pages.js';

/** A problem, with the HTTP status of the page about it. */
interface StatusProblem extends Problem {
  status: number;
}

const TRY_AGAIN = { href: '/auth/monei', label: 'Try again' };
const TO_ACCOUNT = { href: '/account', label: 'Back to your account' };
const TO_START = { href: '/', label: 'Go to the start page' };

export const NOT_FOUND: StatusProblem = {
  status: 404,
  title: 'There is no such page',
  message: 'The address may have been mistyped.',
  action: TO_START,
};

export const UNKNOWN_SCOPE: StatusProblem = {
  status: 400,
  title: 'There is no such permission',
  message: 'This link asks Monei for a permission that Monei does not have.',
  action: TO_ACCOUNT,
};

export const FOREIGN_FORM: StatusProblem = {
  status: 403,
  title: 'This did not come from this app',
  message: 'Another website sent this form. Nothing was done.',
  action: TO_START,
};

/** The titles of failed sign-ins, by the strategy's codes. */
const FAILURES: Record<string, string> = {
  access_denied: 'You did not connect Monei',
  missing_scope: 'A permission is missing',
  invalid_state: 'This sign-in can’t be finished',
  invalid_callback: 'This link does not work',
};

/**
 * A sign-in that failed, as Passport reports it.
 *
 * @param signedIn whether the user was signed in before, and still is
 */
export function failureProblem(info: unknown, status: unknown, signedIn: boolean): StatusProblem {
  const { code, message }: { code?: unknown; message?: unknown } =
    typeof info === 'object' && info !== null ? info : {};
  return {
    status: typeof status === 'number' ? status : 401,
    title: FAILURES[String(code)] ?? 'The sign-in failed',
    message: typeof message === 'string' ? message : 'Please try again.',
    action: signedIn ? TO_ACCOUNT : TRY_AGAIN,
  };
}

/** An error that ended up in the app's error handler: what users need to know about it. */
export function errorProblem(error: unknown, signedIn: boolean): StatusProblem {
  const action = signedIn ? TO_ACCOUNT : TRY_AGAIN;
  if (error instanceof MoneiConnectError) {
    return {
      status: error.status,
      title: 'Monei can’t be asked right now',
      message: moneiTrouble(error),
      action,
    };
  }
  if (isAuthorizationError(error)) {
    return { status: error.status, title: 'Monei refused the sign-in', message: error.message, action };
  }
  return {
    status: 500,
    title: 'Something went wrong',
    message: 'The fault is ours. Please try again later.',
    action: TO_START,
  };
}

/** Whether an error is of Monei's making: nothing that this app's developers have to look into. */
export function isExpected(error: unknown): boolean {
  return error instanceof MoneiConnectError || isAuthorizationError(error);
}

/** What users need to know about a call to Monei that failed. */
export function moneiTrouble({ code, retryAfter }: MoneiConnectError): string {
  switch (code) {
    case 'rate_limited':
      return `Monei is asked too often right now. Try again in ${retryAfter === undefined ? 'a minute' : `${retryAfter} seconds`}.`;
    case 'timeout':
      return 'Monei did not answer in time. Try again in a moment.';
    case 'network':
    case 'unavailable':
      return 'Monei could not be reached. Try again in a moment.';
    default:
      return 'Monei gave an answer that this app can’t use. Try again in a moment.';
  }
}

/** passport-oauth2's error for what Monei sent back in the parameter `error`, with an HTTP status for it. */
function isAuthorizationError(error: unknown): error is Error & { status: number } {
  return error instanceof Error && error.name === 'AuthorizationError';
}
