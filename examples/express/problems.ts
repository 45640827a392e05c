import { MissingScopeError, MONEI_SCOPES, MoneiConnectError, type MoneiScope } from 'passport-monei';
import { ReconnectRequiredError } from 'passport-monei/tokens';
import { MoneiApiError } from './monei-api.js';

/** A page about something that went wrong, in words for people. */
export interface Problem {
  /** The HTTP status of the page. */
  status: number;
  title: string;
  message: string;
  action: Link;
  /** Another way on. */
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
  title: 'There is no such page',
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
  message: 'There was nothing left to do: this sign-in is over.',
  action: { href: '/', label: 'Go on' },
};

/** Sign-ins that failed, by the strategy's codes. Its own messages are for developers. */
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
    message: 'It was finished before, took longer than an hour, or was begun in another browser.',
    action: TRY_AGAIN,
  },
  invalid_callback: {
    title: 'This link does not work',
    message: 'It looks like the way back from Monei, but it is incomplete or damaged.',
    action: TRY_AGAIN,
  },
};

const FAILED = { title: 'The sign-in failed', message: 'Please try again.', action: TRY_AGAIN };

/** What Passport says about a sign-in that failed. */
interface FailureInfo {
  code?: unknown;
  /** Required scopes that were denied. */
  missing?: string[];
  /** What the app sent along: the scopes that it asked for beyond signing in, and the path to ask once more. */
  state?: { scopes: string[]; again: string };
}

/**
 * A sign-in that failed, as Passport reports it: `info` and `status`.
 *
 * @param signedIn whether somebody is signed in anyway
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
 * Something needs these scopes, and they were not allowed.
 *
 * @param ask the path that asks Monei for them
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

/** What a scope allows, in words. */
export function describeScope(scope: string): string {
  return Object.hasOwn(MONEI_SCOPES, scope) ? MONEI_SCOPES[scope as MoneiScope].description : scope;
}

/**
 * An error that ended up in the app's error handler.
 *
 * @param again the path to try once more
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
      title: 'Monei can’t be asked right now',
      message: `${moneiTrouble(error)} Try again in a moment.`,
      action,
      other: TO_START,
    };
  }
  return {
    status: 500,
    title: 'Something went wrong',
    message: 'The fault is ours. Please try again later.',
    action: TO_START,
  };
}

function moneiTrouble(error: Error): string {
  if (error instanceof MoneiApiError) return 'Monei did not give this app what it asked for.';
  switch (error instanceof MoneiConnectError && error.code) {
    case 'rate_limited':
      return 'Monei is asked too often.';
    case 'timeout':
      return 'Monei did not answer in time.';
    case 'network':
    case 'unavailable':
      return 'Monei could not be reached.';
    default:
      return 'Monei gave an answer that this app can’t use.';
  }
}

/** Whether an error is nothing that a developer has to look into: Monei has trouble, says no, or a browser is odd. */
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

/** passport-oauth2's error for what Monei sent back in the parameter `error`. 500: the app asked in a wrong way. */
function isAuthorizationError(error: unknown): error is Error & { status: number } {
  return error instanceof Error && error.name === 'AuthorizationError';
}

/** What Express's body parsers say about a body that is too large, or not what it claims to be. */
function isUnreadableRequest(error: unknown): error is Error & { status: number } {
  return error instanceof Error && 'type' in error && 'status' in error && Number(error.status) < 500;
}
