import type { Request, RequestHandler } from 'express';
import type { MoneiProfile } from 'passport-monei';

/** A user of this app: the profile without the grant, and without what Passport keeps out of sight, the raw answer. */
export type Contact = Omit<MoneiProfile, 'grant' | '_raw' | '_json'>;

/** The user who is signed in, if anybody is. */
export function userOf(req: Request): Contact | undefined {
  return req.user as Contact | undefined;
}

/** Lets only signed-in users pass. The others find the way to sign in on the start page. */
export function forUser(
  handle: (user: Contact, ...args: Parameters<RequestHandler>) => ReturnType<RequestHandler>,
): RequestHandler {
  return (req, res, next) => {
    const user = userOf(req);
    if (user) return handle(user, req, res, next);
    res.redirect(303, '/');
  };
}

/** The same as a handler that does nothing else. */
export const onlyUsers: RequestHandler = forUser((_user, _req, _res, next) => next());

/** Logs in. Passport makes a new session: one that was planted before the sign-in is worth nothing. */
export function logIn(req: Request, user: Contact): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(user, (error) => (error ? reject(error) : resolve()));
  });
}

/** Logs out, with a new session. */
export function logOut(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logOut((error) => (error ? reject(error) : resolve()));
  });
}
