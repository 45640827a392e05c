import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import {
  type MoneiAuthenticateOptions,
  MoneiStrategy,
  type MoneiStrategyOptions,
  type MoneiVerifyFunctionWithParams,
} from 'passport-monei';
import type { Contact } from './pages.js';
import { failureProblem } from './problems.js';
import { showProblem } from './respond.js';
import type { TokenStore } from './token-store.js';

export type Authenticator = passport.Authenticator;

/** The strategy: on every sign-in, it keeps the tokens and the profile of the user. */
export function createStrategy(
  options: MoneiStrategyOptions,
  users: Map<string, Contact>,
  tokens: TokenStore,
): MoneiStrategy {
  // `_done` is declared because it takes five parameters to be passed `params`.
  const verify: MoneiVerifyFunctionWithParams = async (accessToken, refreshToken, params, profile, _done) => {
    const { grant, ...contact } = profile;
    const expiresAt = new Date(Date.now() + params.expires_in * 1000);
    await tokens.save(contact.id, { accessToken, refreshToken, expiresAt, scopes: grant.granted });
    users.set(contact.id, contact);
    return contact;
  };
  return new MoneiStrategy(options, verify);
}

/** A Passport with this strategy. The session holds the user's id, and nothing else about them. */
export function createPassport(strategy: MoneiStrategy, users: ReadonlyMap<string, Contact>): Authenticator {
  const authenticator = new passport.Passport();
  authenticator.use(strategy);
  authenticator.serializeUser((user, done) => done(null, (user as Contact).id));
  authenticator.deserializeUser((id: string, done) => done(null, users.get(id) ?? false));
  return authenticator;
}

/** Both ways of a sign-in: off to Monei, and back with an answer, which may be no. */
export function signIn(authenticator: Authenticator, options: MoneiAuthenticateOptions = {}): RequestHandler {
  return (req, res, next) => {
    const before = userOf(req);
    const handle: RequestHandler = authenticator.authenticate(
      'monei',
      options,
      (error, user, info, status) => {
        if (error) return next(error);
        if (!user) return showProblem(req, res, failureProblem(info, status, before !== undefined));
        // Passport gives the user a new session here: one that was planted before the sign-in is worth nothing.
        req.logIn(user, (error) => {
          if (error) return next(error);
          noticeOtherAccount(req, before);
          res.redirect(303, '/account');
        });
      },
    );
    handle(req, res, next);
  };
}

/** Logs out, with a new session. */
export function logOut(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logOut((error) => (error ? reject(error) : resolve()));
  });
}

/** The user who is signed in, if anybody is. */
export function userOf(req: Request): Contact | undefined {
  return req.user as Contact | undefined;
}

/** Nobody's data is mixed with another's, but users should know that Monei sent them back as somebody else. */
function noticeOtherAccount(req: Request, before: Contact | undefined): void {
  const now = userOf(req);
  if (!before || !now || before.id === now.id) return;
  const text = `You are signed in with another Monei account now: ${now.displayName ?? now.id}.`;
  req.session.notice = { kind: 'warning', text };
}
