import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import passport, { type AuthenticateCallback } from 'passport';
import { MoneiStrategy } from '../../src/index.js';
import { listenOnLoopback } from '../helpers/listen.js';
import {
  type AppSettings,
  BEN,
  CALLBACK_PATH,
  errorOutcome,
  type FrameworkApp,
  failureOutcome,
  PLAIN_PATH,
  sessionUser,
  successOutcome,
} from './framework.js';

/** A request with the properties of Passport and the session that every framework of this style has. */
export type ConnectRequest = IncomingMessage & Express.Request;

export type Next = (error?: unknown) => void;

export type Handler = (req: ConnectRequest, res: ServerResponse, next: Next) => void;

export type ErrorHandler = (error: unknown, ...args: Parameters<Handler>) => void;

/** An app of a framework whose handlers take `(req, res, next)`. */
export interface ConnectStyleApp {
  /** Runs for every request. */
  use(handler: Handler): void;
  get(path: string, handler: Handler): void;
  onError(handler: ErrorHandler): void;
  listener: (req: IncomingMessage, res: ServerResponse) => void;
}

/** Starts the app of the suite in a framework of this style. The caller adds the sessions. */
export async function startConnectStyle(
  app: ConnectStyleApp,
  { options, signIns }: AppSettings,
): Promise<FrameworkApp> {
  const { server, url, close } = await listenOnLoopback(createServer());
  const errors: unknown[] = [];
  const authenticator = new passport.Passport();
  authenticator.use(
    new MoneiStrategy({ ...options, callbackURL: url + CALLBACK_PATH }, async (_a, _r, profile) => profile),
  );
  authenticator.serializeUser((user, done) => done(null, sessionUser(user)));
  authenticator.deserializeUser((user: Express.User, done) => done(null, user));

  app.use(authenticator.session());
  for (const [name, signIn] of Object.entries(signIns)) {
    app.get(`/auth/${name}`, authenticator.authenticate('monei', signIn));
  }
  app.get(CALLBACK_PATH, respondWithOutcome(authenticator));
  app.get(PLAIN_PATH, (req, res, next) => {
    const then: Next = (error) =>
      error ? next(error) : respond(res, 200, successOutcome(req.user, req.authInfo));
    authenticator.authenticate('monei')(req, res, then);
  });
  app.get('/remember', (req, res) => {
    Object.assign(req.session, { remembered: true });
    respond(res, 200, {});
  });
  app.get('/login', (req, res, next) => {
    const options = { session: true, keepSessionInfo: req.url?.endsWith('?keep') ?? false };
    req.logIn(BEN, options, (error) => (error ? next(error) : respond(res, 200, {})));
  });
  app.get('/logout', (req, res, next) => {
    req.logOut((error) => (error ? next(error) : respond(res, 200, {})));
  });
  app.get('/whoami', (req, res) => {
    respond(res, 200, { user: req.user ?? null, remembers: 'remembered' in req.session });
  });
  app.onError((error, _req, res, _next) => {
    errors.push(error);
    const { status, outcome } = errorOutcome(error);
    respond(res, status, outcome);
  });
  server.on('request', app.listener);
  return { url, errors, close };
}

function respondWithOutcome(authenticator: passport.Authenticator): Handler {
  return (req, res, next) => {
    const onOutcome: AuthenticateCallback = (error, user, info, status) => {
      if (error) return next(error);
      if (!user) return respond(res, Number(status ?? 401), failureOutcome(info));
      req.logIn(user, (failed) => (failed ? next(failed) : respond(res, 200, successOutcome(user, info))));
    };
    authenticator.authenticate('monei', onOutcome)(req, res, next);
  };
}

function respond(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
