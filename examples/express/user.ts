import type { Request, RequestHandler } from 'express';
import type { MoneiProfile } from 'passport-monei';

/** A user of this app: the profile without the grant, which the keeper of the tokens knows. */
export type User = Omit<MoneiProfile, 'grant' | '_raw' | '_json'>;

/** The user who is signed in, if anybody is. */
export function userOf(req: Request): User | undefined {
  return req.user as User | undefined;
}

/** A handler for signed-in users. The others find the way to sign in on the start page. */
export function forUser(
  handle: (user: User, ...args: Parameters<RequestHandler>) => ReturnType<RequestHandler>,
): RequestHandler {
  return (req, res, next) => {
    const user = userOf(req);
    if (user) return handle(user, req, res, next);
    res.redirect(303, '/');
  };
}
