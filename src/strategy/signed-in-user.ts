import { isObject } from '../internal/is-object.js';
import { shortHash } from '../internal/short-hash.js';

/** Stands for the absence of a signed-in user. */
export const NO_USER = '';

/** Stands for every user of whom no JSON can be made. */
const UNKNOWN_USER = '?';

/**
 * Returns a hash of the user who is signed in, as Passport's session has them: of an object its `id` or `_id`, so that
 * the app may change the rest of the user during a sign-in.
 */
export function userHash(req: object): string {
  const user = signedInUser(req);
  if (user === undefined || user === null || user === false || user === '') return NO_USER;
  try {
    const { id, _id } = Object(user);
    const identity = id ?? _id ?? user;
    const json = JSON.stringify(identity);
    if (identity === user && json === '{}') return NO_USER;
    return json === undefined ? UNKNOWN_USER : shortHash(json, 12);
  } catch {
    return UNKNOWN_USER;
  }
}

/** Returns what Passport's session manager, or that of @fastify/passport, keeps under its key. */
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
