import type { Request, RequestHandler, Response } from 'express';
import passport, { type AuthenticateCallback } from 'passport';
import {
  MoneiStrategy,
  type MoneiStrategyOptions,
  type MoneiVerifyFunctionWithRequest,
  requireScopes,
} from 'passport-monei';
import { TokenKeeper, type TokenKeeperOptions } from 'passport-monei/tokens';
import { sendProblem } from './layout.js';
import { missingProblem, signInProblem } from './problems.js';
import { forUser, type User, userOf } from './user.js';

/** The app's own state of a sign-in. Its paths are paths of this app. */
interface SignInState {
  /** The page to open after the sign-in. */
  returnTo: string;
  /** The route that started the sign-in, for "Try again". */
  again: string;
  /** The scopes of that route. */
  scopes: string[];
}

/** Signs users in with Monei, and asks for more scopes later. */
export class SignIn {
  readonly passport = new passport.Passport();
  readonly keeper: TokenKeeper;
  /** Users by id. A real app has a database. */
  readonly users = new Map<string, User>();

  constructor(options: MoneiStrategyOptions, tokens: Omit<TokenKeeperOptions, 'connect'>) {
    const verify: MoneiVerifyFunctionWithRequest = async (req, accessToken, refreshToken, profile, done) => {
      const { grant, ...user } = profile;
      const before = userOf(req as Request);
      if (before && before.id !== user.id) {
        // Another account is signed in here than at Monei. Its tokens must not be stored for this user.
        await strategy.connect.revoke(accessToken);
        return done(null, false, { code: 'other_account' });
      }
      await this.keeper.save(user.id, { accessToken, refreshToken, grant });
      this.users.set(user.id, user);
      done(null, user);
    };
    const strategy = new MoneiStrategy({ ...options, passReqToCallback: true }, verify);
    this.keeper = new TokenKeeper({ ...tokens, connect: strategy.connect });
    this.passport.use(strategy);
    // The session contains only the id of the user.
    this.passport.serializeUser((user, done) => done(null, (user as User).id));
    this.passport.deserializeUser((id: string, done) => done(null, this.users.get(id) ?? false));
  }

  /** Returns a route that asks Monei for `scopes`, and then opens `returnTo`. Without scopes, it only signs in. */
  ask(scopes: string[], returnTo: string): RequestHandler {
    return (req, res, next) => {
      const state: SignInState = { returnTo, again: req.path, scopes };
      this.passport.authenticate('monei', { scope: scopes, requiredScopes: scopes, state })(req, res, next);
    };
  }

  /** Handles the callback of every sign-in. */
  readonly finish: RequestHandler = (req, res, next) => {
    const callback: AuthenticateCallback = (error, user, info, status) => {
      if (error) return next(error);
      if (!user) return sendProblem(req, res, signInProblem(info, status, userOf(req) !== undefined));
      const { state }: { state?: SignInState } = Object(info);
      req.logIn(user, (error) => (error ? next(error) : res.redirect(303, state?.returnTo ?? '/')));
    };
    this.passport.authenticate('monei', callback)(req, res, next);
  };

  /**
   * Returns middleware that redirects users without all of these scopes to `ask`. A form shows a page with a link instead,
   * because browsers apply `form-action 'self'` to redirects as well.
   */
  require(scopes: string[], ask: string): RequestHandler[] {
    const granted = (req: Request) => this.keeper.scopes(userOf(req)?.id ?? '');
    return [
      forUser((_user, _req, _res, next) => next()),
      requireScopes<Request, Response>(scopes, {
        granted,
        onMissing(req, res, _next, missing) {
          if (req.method === 'GET') res.redirect(303, ask);
          else sendProblem(req, res, missingProblem(missing, ask));
        },
      }),
    ];
  }
}
