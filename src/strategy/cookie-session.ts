import { isObject } from '../internal/is-object.js';

/**
 * Connect-style middleware for sessions of `cookie-session`, between it and `passport.session()`: gives them the methods
 * `regenerate`, which empties the session, and `save`. Passport calls both on login and logout. A session that has these
 * methods keeps its own.
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
      // Not enumerable: cookie-session counts the properties of a session to see if it is worth a cookie.
      if (!(name in session)) {
        Object.defineProperty(session, name, { value, configurable: true, writable: true });
      }
    }
  }
  next();
}
