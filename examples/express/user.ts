import type { Request, RequestHandler } from 'express';
import type { MoneiProfile } from 'passport-monei';

/** A user of this app: the profile without the grant, which is stored with the tokens. */
export type User = Omit<MoneiProfile, 'grant' | '_raw' | '_json'>;

/** Returns the signed-in user, or `undefined`. */
export function userOf(req: Request): User | undefined {
  return req.user as User | undefined;
}

/** Returns a handler for signed-in users that redirects all others to the start page. */
export function forUser(
  handle: (user: User, ...args: Parameters<RequestHandler>) => ReturnType<RequestHandler>,
): RequestHandler {
  return (req, res, next) => {
    const user = userOf(req);
    if (user) return handle(user, req, res, next);
    res.redirect(303, '/');
  };
}
