import { MoneiConnectError } from 'passport-monei';
import type { Problem } from './pages.js';
import { needs } from './permissions.js';

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

export const TOO_MANY: StatusProblem = {
  status: 429,
  title: 'Too many attempts',
  message: 'Too many sign-ins from here have failed. Please wait a minute.',
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

/** The title where a permission is missing. */
const MISSING = 'A permission is missing';

/** The titles of failed sign-ins, by the strategy's codes. */
const FAILURES: Record<string, string> = {
  access_denied: 'You did not connect Monei',
  missing_scope: MISSING,
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

/**
 * A user was asked to allow these scopes, and did not.
 *
 * @param again the path that asks once more
 */
export function declinedProblem(scopes: readonly string[], again: string): StatusProblem {
  return {
    status: 403,
    title: MISSING,
    message: `${needs(scopes)} You did not allow it at Monei. Everything else stays as it was.`,
    action: { href: again, label: 'Ask Monei again' },
    other: TO_ACCOUNT,
  };
}

/**
 * A form was sent that needs scopes that the user did not allow. Browsers apply `form-action 'self'` to redirects, too:
 * a form can't lead to Monei, but a link can.
 *
 * @param page the path of the page with the form, which asks for them
 */
export function missingForForm(scopes: readonly string[], page: string): StatusProblem {
  return {
    status: 403,
    title: MISSING,
    message: `${needs(scopes)} Nothing was done.`,
    action: { href: page, label: 'Ask Monei' },
    other: TO_ACCOUNT,
  };
}

/**
 * Who is signed in came back from Monei as somebody else.
 *
 * @param name who they are at Monei
 * @param again the path to begin with once more
 * @param revoked whether Monei confirmed that what it gave is revoked
 */
export function otherAccountProblem(name: string, again: string, revoked: boolean): StatusProblem {
  return {
    status: 409,
    title: 'Monei sent back another account',
    message:
      `At Monei you are signed in as ${name}, and that is not the account that you use here. Nothing was changed. ` +
      `${keptNothing(revoked)} Switch to your account at Monei and try again. To use the other account here, log out ` +
      'first, and connect again.',
    action: { href: again, label: 'Try again' },
    other: TO_ACCOUNT,
  };
}

/** Who went to Monei is not signed in here any more. */
export function userChangedProblem(signedIn: boolean, revoked: boolean): StatusProblem {
  return {
    status: 409,
    title: signedIn ? 'You are signed in as somebody else now' : 'You are not signed in any more',
    message:
      'This began while another user was signed in, so what Monei sent back is for them. Nothing was changed. ' +
      keptNothing(revoked),
    action: signedIn ? TO_ACCOUNT : { href: '/auth/monei', label: 'Connect Monei' },
  };
}

function keptNothing(revoked: boolean): string {
  return revoked
    ? 'This app has given the new access back.'
    : 'This app has not kept the new access, but Monei did not confirm that it is revoked. To be sure, remove this ' +
        'app in the settings of that Monei account.';
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
  if (isUnreadableRequest(error)) {
    return { status: error.status, title: 'This form can’t be read', message: 'Nothing was done.', action };
  }
  return {
    status: 500,
    title: 'Something went wrong',
    message: 'The fault is ours. Please try again later.',
    action: TO_START,
  };
}

/** Whether an error is of Monei's or the browser's making: nothing that this app's developers have to look into. */
export function isExpected(error: unknown): boolean {
  return error instanceof MoneiConnectError || isAuthorizationError(error) || isUnreadableRequest(error);
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

/** What Express's body parsers say about a body that is too large, or not what it claims to be. */
function isUnreadableRequest(error: unknown): error is Error & { status: number } {
  return error instanceof Error && 'type' in error && 'status' in error && Number(error.status) < 500;
}
