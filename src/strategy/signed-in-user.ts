import { isObject } from '../internal/is-object.js';
import { shortHash } from '../internal/short-hash.js';

/** The hash if no user is signed in. */
const NO_USER = '';

/** The hash of every user who has no JSON form, or whose `id` has none but `{}`. */
const UNKNOWN_USER = '?';

/** Whether Passport's session has a user. */
export function isUserSignedIn(req: object): boolean {
  return userHash(req) !== NO_USER;
}

/**
 * Returns a hash of the user in Passport's session, or an empty string if it has none. If the user has an `id` or
 * `_id`, only that counts, so the app may change the rest during a sign-in.
 */
export function userHash(req: object): string {
  const user = signedInUser(req);
  if (user === undefined || user === null || user === false || user === '') return NO_USER;
  try {
    const { id, _id } = Object(user);
    const identity = id ?? _id ?? user;
    const json = JSON.stringify(identity);
    // An `id` that JSON does not tell apart from others, such as a Map.
    if (json === '{}') return identity === user ? NO_USER : UNKNOWN_USER;
    return json === undefined ? UNKNOWN_USER : shortHash(json, 12);
  } catch {
    return UNKNOWN_USER;
  }
}

/** Returns the user that Passport's session manager, or that of @fastify/passport, stored in the session. */
function signedInUser(req: object): unknown {
  const { session, passport, _sessionManager } = req as {
    session?: unknown;
    passport?: { key?: unknown };
    _sessionManager?: { _key?: unknown };
  };
  if (!isObject(session)) return undefined;
  if (!_sessionManager && typeof passport?.key === 'string') return session[passport.key];
  const slot = session[String(_sessionManager?._key ?? 'passport')];
  return isObject(slot) ? slot.user : undefined;
}
