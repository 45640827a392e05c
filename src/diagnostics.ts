import { channel } from 'node:diagnostics_channel';
import { debuglog } from 'node:util';

/** What happens in a sign-in, step by step. No token, code, state, secret or personal data is in it. */
export type SignInEvent =
  | { step: 'request'; kind: 'none' | 'invalid' | 'code' | 'error' }
  | { step: 'begin'; requested: string[]; required: string[]; unknown: string[] }
  | { step: 'state'; reason?: string; host?: string }
  | { step: 'call'; endpoint: string; status?: number; failure?: string; milliseconds: number }
  | { step: 'grant'; granted: string[]; missing: string[]; required: string[] }
  | { step: 'verify'; outcome: 'user' | 'no user' | 'error'; milliseconds: number };

const events = channel('passport-monei');
const debug = debuglog('passport-monei');

/** Tells whoever listens: the channel `passport-monei` of `node:diagnostics_channel`, and `NODE_DEBUG=passport-monei`. */
export function report(event: SignInEvent): void {
  events.publish(event);
  /* c8 ignore next -- tested in a process of its own */
  if (debug.enabled) debug('%s', lineOf(event));
}

/**
 * A step in words, for the developer who looks.
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
      return event.reason === undefined
        ? 'state found'
        : `invalid_state, ${event.reason}: ${causeOf(event.reason, event.host ?? '')}`;
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

/** The likely cause of a refused state, for the developer who looks. */
function causeOf(reason: string, host: string): string {
  switch (reason) {
    case 'no_state':
      return 'the callback has no state. Monei always sends it back: somebody opened this URL by hand.';
    case 'no_cookie':
      return `the request to ${host} has no cookie at all. ${LOST_COOKIE}.`;
    case 'no_sign_in':
      return `the session of this request to ${host} has no sign-in open. ${LOST_COOKIE}; or the session store did not save, or a login renewed the session.`;
    case 'unknown':
      return 'the session has other sign-ins open, but not this one: it was finished already, or newer ones pushed it out.';
    case 'expired':
      return 'the sign-in was started more than an hour ago.';
    case 'other_strategy':
      return 'another strategy started this sign-in: another name, clientID, callbackURL or requiredScopes.';
    case 'other_account':
      return 'the user logged in meanwhile, and came back with another Monei account.';
    default:
      return 'the store of the app refused the state.';
  }
}
