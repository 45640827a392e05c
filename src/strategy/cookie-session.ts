import { isObject } from '../internal/is-object.js';

/**
 * Adds the methods `regenerate` and `save` to a session of `cookie-session`, if it does not have them. Passport calls
 * both on login and logout. `regenerate` empties the session. Use it as middleware before `passport.session()`.
 *
 * @example
 * app.use(cookieSession({ secret, sameSite: 'lax' }), cookieSessionMethods, passport.session());
 */
export function cookieSessionMethods(req: object, _res: unknown, next: () => void): void {
  const { session } = req as { session?: unknown };
  if (isObject(session)) {
    const regenerate = (done: () => void) => {
      for (const key of Object.keys(session)) delete session[key];
      done();
    };
    const save = (done: () => void) => done();
    for (const [name, value] of Object.entries({ regenerate, save })) {
      // Not enumerable: with an enumerable property, cookie-session sends a cookie for an empty session, too.
      if (!(name in session)) {
        Object.defineProperty(session, name, { value, configurable: true, writable: true });
      }
    }
  }
  next();
}
