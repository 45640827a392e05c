import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session, { type SessionOptions } from 'express-session';
import passport, { type AuthenticateCallback } from 'passport';
import type { MoneiAuthenticateOptions } from '../../src/index.js';
import { listenOnLoopback } from './listen.js';

/** The response of the callback route of the test app. */
export interface Outcome {
  outcome: 'success' | 'fail' | 'error';
  user?: unknown;
  authInfo?: { state?: unknown; [field: string]: unknown };
  info?: { message?: string; code?: string; [field: string]: unknown };
  error?: { name: string; message: string; code?: string; status?: number };
  /** The user of the session after this request. */
  sessionUser?: unknown;
}

export interface TestApp {
  url: string;
  callbackURL: string;
  express: Express;
  passport: InstanceType<typeof passport.Passport>;
  /** All responses of the callback route, in order. */
  outcomes: Outcome[];
  close(): Promise<void>;
}

/**
 * Starts an Express app with Passport and sessions on loopback. `/auth` redirects to Monei, with the options that
 * `authenticateOptions` returns for the name in `?as=…`. `/callback` responds with the outcome as JSON. `/plain` is a
 * callback route without a custom callback, as most apps have.
 *
 * @param strategyFor returns the strategy for the callback URL. With `direct`, the strategy object is passed to
 * `passport.authenticate()`, as Passport 0.7 allows.
 */
export async function startApp(
  strategyFor: (callbackURL: string) => passport.Strategy,
  {
    direct = false,
    authenticateOptions = () => ({}),
    sessionOptions = {},
    middleware = [],
    routes = () => {},
    library = passport,
  }: {
    direct?: boolean;
    authenticateOptions?: (name: string) => MoneiAuthenticateOptions;
    sessionOptions?: Partial<SessionOptions>;
    /** Runs before the routes and after the session middleware. */
    middleware?: RequestHandler[];
    /** Adds routes, whose errors get the same error handler. */
    routes?: (app: Pick<TestApp, 'express' | 'passport' | 'url'>) => void;
    /** The version of Passport. */
    library?: Pick<typeof passport, 'Passport'>;
  } = {},
): Promise<TestApp> {
  const app = express();
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false, ...sessionOptions }));
  const authenticator = new library.Passport();
  authenticator.serializeUser((user, done) => done(null, user));
  authenticator.deserializeUser((user: Express.User, done) => done(null, user));
  app.use(authenticator.session(), ...middleware);
  const { url, close } = await listenOnLoopback(createServer(app));
  const callbackURL = `${url}/callback`;
  const strategy = strategyFor(callbackURL);
  authenticator.use('monei', strategy);
  const outcomes: Outcome[] = [];
  const how = direct ? strategy : 'monei';
  const respond = (res: express.Response, status: number, outcome: Outcome) => {
    outcomes.push(outcome);
    res.status(status).json(outcome);
  };

  app.get('/auth', (req, res, next) => {
    const options = authenticateOptions(String(req.query.as)) as object;
    Object.defineProperty(req, 'query', { value: {} });
    authenticator.authenticate(how, options)(req, res, next);
  });
  app.get('/callback', (req, res, next) => {
    const custom: AuthenticateCallback = (error, user, info, status) => {
      if (error) return next(error);
      if (user) {
        return req.logIn(user, (failure) => {
          if (failure) return next(failure);
          respond(res, 200, { outcome: 'success', user, authInfo: info as Outcome['authInfo'] & object });
        });
      }
      respond(res, Number(status ?? 401), { outcome: 'fail', info: info as Outcome['info'] & object });
    };
    authenticator.authenticate(how, custom)(req, res, next);
  });
  app.get('/plain', authenticator.authenticate('monei'), (req, res) => {
    const { user, authInfo } = req;
    respond(res, 200, { outcome: 'success', user, authInfo: authInfo as Outcome['authInfo'] & object });
  });
  app.get('/whoami', (req, res) => {
    res.json({ user: req.user ?? null });
  });
  routes({ express: app, passport: authenticator, url });
  const failed: ErrorRequestHandler = (error, _req, res, _next) => {
    const { name, message, code, status } = error;
    respond(res, status ?? 500, { outcome: 'error', error: { name, message, code, status } });
  };
  app.use(failed);

  return {
    url,
    callbackURL,
    express: app,
    passport: authenticator,
    outcomes,
    close,
  };
}
