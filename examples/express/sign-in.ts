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

/** What a sign-in remembers on its way: paths of this app. */
interface Trip {
  /** The page to go on with. */
  returnTo: string;
  /** The route that asked, to ask once more. */
  again: string;
  /** What it asked for, beyond signing in. */
  scopes: string[];
}

/** Signing in with Monei, and asking for more later. */
export class SignIn {
  readonly passport = new passport.Passport();
  readonly keeper: TokenKeeper;
  /** A database, in a real app. */
  readonly users = new Map<string, User>();

  constructor(options: MoneiStrategyOptions, tokens: Omit<TokenKeeperOptions, 'connect'>) {
    const verify: MoneiVerifyFunctionWithRequest = async (req, accessToken, refreshToken, profile, done) => {
      const { grant, ...user } = profile;
      const before = userOf(req as Request);
      if (before && before.id !== user.id) {
        // Signed in with one account here, and with another at Monei: what is of one must not end up with the other.
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
    // The session holds the user's id, and nothing else about them.
    this.passport.serializeUser((user, done) => done(null, (user as User).id));
    this.passport.deserializeUser((id: string, done) => done(null, this.users.get(id) ?? false));
  }

  /** To Monei, to ask for these scopes, and then on to a page. Without scopes: only to sign in. */
  ask(scopes: string[], returnTo: string): RequestHandler {
    return (req, res, next) => {
      const state: Trip = { returnTo, again: req.path, scopes };
      this.passport.authenticate('monei', { scope: scopes, requiredScopes: scopes, state })(req, res, next);
    };
  }

  /** The way back from Monei, wherever it began. */
  readonly finish: RequestHandler = (req, res, next) => {
    const answer: AuthenticateCallback = (error, user, info, status) => {
      if (error) return next(error);
      if (!user) return sendProblem(req, res, signInProblem(info, status, userOf(req) !== undefined));
      const { state }: { state?: Trip } = Object(info);
      req.logIn(user, (error) => (error ? next(error) : res.redirect(303, state?.returnTo ?? '/')));
    };
    this.passport.authenticate('monei', answer)(req, res, next);
  };

  /**
   * Lets users pass who allowed all of these scopes, and sends the others to `ask`. A form that needs them shows a page
   * instead: browsers apply `form-action 'self'` to redirects, too.
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
