import { MissingScopeError, MONEI_SCOPES, MoneiConnectError, type MoneiScope } from 'passport-monei';
import { ReconnectRequiredError } from 'passport-monei/tokens';
import { MoneiApiError } from './monei-api.js';

/** A page about something that went wrong, in words for the user. */
export interface Problem {
  /** The HTTP status of the page. */
  status: number;
  title: string;
  message: string;
  action: Link;
  /** A second link. */
  other?: Link;
}

export interface Link {
  href: string;
  label: string;
}

const TO_START: Link = { href: '/', label: 'Go to the start page' };
const TRY_AGAIN: Link = { href: '/auth/monei', label: 'Try again' };

export const NOT_FOUND: Problem = {
  status: 404,
  title: 'This page does not exist',
  message: 'The address may have been mistyped.',
  action: TO_START,
};

export const TOO_MANY: Problem = {
  status: 429,
  title: 'Too many attempts',
  message: 'This was tried too often from here. Please wait a minute.',
  action: TO_START,
};

export const BUSY: Problem = {
  status: 503,
  title: 'Too many people are signing in',
  message: 'Monei lets this app finish only a few sign-ins a minute. Please wait a minute, and try again.',
  action: TO_START,
};

export const FOREIGN_FORM: Problem = {
  status: 403,
  title: 'This did not come from this app',
  message: 'Another website sent this form. Nothing was done.',
  action: TO_START,
};

const SIGNED_IN_ALREADY: Problem = {
  status: 403,
  title: 'You are already signed in',
  message: 'This sign-in was not needed any more.',
  action: { href: '/', label: 'Go on' },
};

/** The pages about failed sign-ins, by the strategy's code. The strategy's own messages are for developers. */
const FAILURES: Record<string, Omit<Problem, 'status'>> = {
  access_denied: {
    title: 'You did not connect Monei',
    message: 'At Monei you chose not to share anything with this app.',
    action: TRY_AGAIN,
  },
  missing_scope: {
    title: 'This app has to know who you are',
    message:
      'To sign you in, it needs to see your name and account details at Monei. You did not allow that.',
    action: TRY_AGAIN,
  },
  other_account: {
    title: 'That is another Monei account',
    message:
      'At Monei you are signed in with another account than here. Nothing was changed. Switch accounts at Monei, or log out here first.',
    action: { href: '/', label: 'Go on' },
  },
  invalid_state: {
    title: 'This sign-in can’t be finished',
    message:
      'It was finished before, took longer than an hour, or was started in another browser or by another user.',
    action: TRY_AGAIN,
  },
  invalid_callback: {
    title: 'This link does not work',
    message: 'It looks like a link back from Monei, but it is incomplete or damaged.',
    action: TRY_AGAIN,
  },
};

const FAILED = { title: 'The sign-in failed', message: 'Please try again.', action: TRY_AGAIN };

/** The details of a failed sign-in. */
interface FailureInfo {
  code?: unknown;
  /** The required scopes that the user did not grant. */
  missing?: string[];
  /** The app's own state: the scopes that it asked for, and the path that asks for them again. */
  state?: { scopes: string[]; again: string };
}

/**
 * Returns the page about a failed sign-in, from the `info` and `status` that Passport passes to the callback.
 *
 * @param signedIn whether a user is signed in, for example by another tab
 */
export function signInProblem(info: unknown, status: unknown, signedIn: boolean): Problem {
  const { code, missing, state }: FailureInfo = Object(info);
  if (code === 'invalid_state' && signedIn) return SIGNED_IN_ALREADY;
  const refused = code === 'access_denied' || code === 'missing_scope';
  if (refused && state && state.scopes.length > 0)
    return missingProblem(missing ?? state.scopes, state.again);
  const failure = Object.hasOwn(FAILURES, String(code)) ? FAILURES[String(code)] : undefined;
  return { status: typeof status === 'number' ? status : 401, ...(failure ?? FAILED) };
}

/**
 * Returns the page about scopes that the user did not allow.
 *
 * @param ask the path of the route that asks Monei for them
 */
export function missingProblem(scopes: readonly string[], ask: string): Problem {
  const permissions = scopes.map((scope) => `“${describeScope(scope)}”`).join(' and ');
  return {
    status: 403,
    title: 'A permission is missing',
    message: `This needs the permission ${permissions}, which you did not allow at Monei. Nothing was done.`,
    action: { href: ask, label: 'Ask Monei again' },
    other: { href: '/', label: 'Go on without it' },
  };
}

/** Returns the description of a scope, or its name if the catalogue does not list it. */
export function describeScope(scope: string): string {
  return Object.hasOwn(MONEI_SCOPES, scope) ? MONEI_SCOPES[scope as MoneiScope].description : scope;
}

/**
 * Returns the page about an error.
 *
 * @param again the path of "Try again"
 */
export function errorProblem(error: unknown, again: string): Problem {
  if (error instanceof ReconnectRequiredError) {
    return {
      status: 401,
      title: 'Monei is not connected any more',
      message:
        'Monei no longer lets this app use your account: perhaps you removed it in your Monei settings.',
      action: { href: again, label: 'Connect again' },
      other: TO_START,
    };
  }
  if (error instanceof MissingScopeError) return missingProblem(error.missing, again);
  const action = { href: again, label: 'Try again' };
  if (isUnreadableRequest(error)) {
    return { status: error.status, title: 'This form can’t be read', message: 'Nothing was done.', action };
  }
  if (error instanceof MoneiConnectError || error instanceof MoneiApiError || isAuthorizationError(error)) {
    return {
      status: error instanceof MoneiApiError ? 502 : error.status,
      title: 'Monei is not available right now',
      message: `${describeMoneiError(error)} Try again in a moment.`,
      action,
      other: TO_START,
    };
  }
  return {
    status: 500,
    title: 'Something went wrong',
    message: 'The error is ours. Please try again later.',
    action: TO_START,
  };
}

function describeMoneiError(error: Error): string {
  if (error instanceof MoneiApiError) return 'Monei refused the request of this app.';
  switch (error instanceof MoneiConnectError && error.code) {
    case 'rate_limited':
      return 'This app sends Monei too many requests.';
    case 'timeout':
      return 'Monei did not respond in time.';
    case 'network':
    case 'unavailable':
      return 'Monei could not be reached.';
    default:
      return 'Monei sent a response that this app can’t use.';
  }
}

/** Whether an error is not one of the app: Monei is not available or refuses, or the browser sent a bad request. */
export function isExpected(error: unknown): boolean {
  if (error instanceof MoneiConnectError) {
    return ['rate_limited', 'timeout', 'network', 'unavailable'].includes(error.code);
  }
  if (isAuthorizationError(error)) return error.status > 500;
  return (
    [MoneiApiError, MissingScopeError, ReconnectRequiredError].some((type) => error instanceof type) ||
    isUnreadableRequest(error)
  );
}

/** Whether passport-oauth2 made an error from the callback's parameter `error`. Status 500: the app made a mistake. */
function isAuthorizationError(error: unknown): error is Error & { status: number } {
  return error instanceof Error && error.name === 'AuthorizationError';
}

/** Whether an error comes from Express's body parser, for a body that is too large or malformed. */
function isUnreadableRequest(error: unknown): error is Error & { status: number } {
  return error instanceof Error && 'type' in error && 'status' in error && Number(error.status) < 500;
}
