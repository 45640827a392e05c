import { channel } from 'node:diagnostics_channel';
import { debuglog } from 'node:util';

/** A step of a sign-in. It contains no token, code, state, secret or personal data. */
export type SignInEvent =
  | { step: 'request'; kind: 'none' | 'invalid' | 'code' | 'error' }
  | { step: 'begin'; requested: string[]; required: string[]; unknown: string[] }
  | { step: 'state'; reason?: string; host?: string; path?: string; callbackPath?: string }
  | { step: 'call'; endpoint: string; status?: number; failure?: string; milliseconds: number }
  | { step: 'grant'; granted: string[]; missing: string[]; required: string[] }
  | { step: 'verify'; outcome: 'user' | 'no user' | 'error'; milliseconds: number };

const events = channel('passport-monei');
const debug = debuglog('passport-monei');

/**
 * Publishes a step to the channel `passport-monei` of `node:diagnostics_channel`. With `NODE_DEBUG=passport-monei`,
 * also writes it to stderr.
 */
export function report(event: SignInEvent): void {
  events.publish(event);
  /* c8 ignore next -- tested in a process of its own */
  if (debug.enabled) debug('%s', lineOf(event));
}

/**
 * Returns the event of a state that was refused. Its texts come from the browser, so `printable` cleans them.
 *
 * @param paths for `other_route`, the path of the request and that of the redirect URI
 */
export function refusedStateEvent(
  reason: string,
  host: string,
  paths?: { request: string; callback: string },
): Extract<SignInEvent, { step: 'state' }> {
  const event = { step: 'state' as const, reason, host: printable(host) };
  return paths
    ? { ...event, path: printable(paths.request), callbackPath: printable(paths.callback) }
    : event;
}

/** Returns the first 200 characters of a text, with a question mark for each one that is not visible ASCII. */
function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x21-\x7e]/g, '?');
}

/**
 * Returns the line of a step for `NODE_DEBUG` and for warnings.
 * @internal
 */
export function lineOf(event: SignInEvent): string {
  switch (event.step) {
    case 'request':
      return {
        none: 'a new sign-in',
        invalid: 'a callback that Monei does not send',
        code: 'a callback with a code',
        error: 'a callback with an error',
      }[event.kind];
    case 'begin':
      return `asks for ${list(event.requested)}; required: ${list(event.required)}${event.unknown.length > 0 ? `; not in Monei's list of scopes: ${list(event.unknown)}` : ''}`;
    case 'state':
      return event.reason === undefined ? 'state found' : `invalid_state, ${event.reason}: ${causeOf(event)}`;
    case 'call':
      return `Monei's ${event.endpoint} endpoint: ${event.status ?? event.failure} after ${event.milliseconds} ms`;
    case 'grant':
      return `granted: ${list(event.granted)}; not granted: ${list(event.missing)}; required and not granted: ${list(event.required)}`;
    case 'verify':
      return `verify gave ${event.outcome === 'error' ? 'an error' : event.outcome === 'user' ? 'a user' : 'no user'} after ${event.milliseconds} ms`;
  }
}

function list(scopes: string[]): string {
  return scopes.join(' ') || 'none';
}

const LOST_COOKIE =
  'Usual causes: the sign-in was started under another host name (localhost is not 127.0.0.1), the session cookie has ' +
  'SameSite=Strict, or it is Secure and the app runs on http:';

/** Returns the likely cause of a refused state, for the developer. */
function causeOf({ reason, host, path, callbackPath }: Extract<SignInEvent, { step: 'state' }>): string {
  switch (reason) {
    case 'no_state':
      return 'the callback has no state. Monei always sends it back, so this URL was opened by hand.';
    case 'no_cookie':
      return `the request to ${host} has no cookie at all. ${LOST_COOKIE}.`;
    case 'no_sign_in':
      return `the session of this request to ${host} has no pending sign-in. ${LOST_COOKIE}; or the session store did not save, or a login renewed the session.`;
    case 'unknown':
      return 'the session has other pending sign-ins, but not this one: it was finished already, or newer ones pushed it out.';
    case 'expired':
      return 'the sign-in was started more than an hour ago.';
    case 'other_strategy':
      return 'another strategy started this sign-in: another clientID, callbackURL or requiredScopes.';
    case 'other_route':
      return `the path of the request is ${path}, that of the redirect URI ${callbackPath}. A code is accepted only on the route of the redirect URI. If a proxy rewrites the path, pass \`callback: true\` to passport.authenticate() on the callback route.`;
    case 'other_user':
      return 'the user who is signed in is not the one who was signed in when this sign-in started: there was a login or a logout in between.';
    default:
      return 'the store of the app refused the state: it was used before, has expired, or was never stored.';
  }
}
