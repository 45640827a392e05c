import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type Request } from 'express';
import session from 'express-session';
import passport, { type AuthenticateCallback } from 'passport';
import { MoneiConnectError, MoneiStrategy } from '../../src/index.js';
import { credentials } from '../helpers/fixtures.js';
import { listenOnLoopback } from '../helpers/listen.js';
import { accountOf, type FaultyMonei } from './faulty-monei.js';

/** The response of the app's callback route. */
export interface Outcome {
  outcome: 'success' | 'fail' | 'error';
  id?: string;
  /** The code of a `MoneiConnectError`. Absent for another error, which is a failure of the test. */
  code?: string;
  message?: string;
}

export interface SoakedApp {
  url: string;
  /** The number of actions that Passport took at the callback of each sign-in. */
  actions: Uint8Array;
  /** The number of sign-ins in which verify got tokens or a profile of another user. */
  mixUps: number;
  closeIdleConnections(): void;
  close(): Promise<void>;
}

/** The header with the sign-in that a request belongs to. The app compares it with the tokens and the profile. */
export const SIGN_IN_HEADER = 'x-sign-in';

/** Starts an Express app that counts actions and mix-ups. */
export async function startSoakedApp(
  monei: Pick<FaultyMonei, 'endpoints'>,
  { signIns, timeout }: { signIns: number; timeout: number },
): Promise<SoakedApp> {
  const app = express();
  const { server, url, close } = await listenOnLoopback(createServer(app));
  const soaked: SoakedApp = {
    url,
    actions: new Uint8Array(signIns),
    mixUps: 0,
    closeIdleConnections: () => server.closeIdleConnections(),
    close,
  };

  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, user));
  authenticator.deserializeUser((user: Express.User, done) => done(null, user));
  authenticator.use(
    new MoneiStrategy(
      {
        ...credentials,
        ...monei.endpoints,
        callbackURL: `${url}/callback`,
        timeout,
        passReqToCallback: true,
      },
      async (req, accessToken, refreshToken, profile) => {
        const expected = accountOf(signInOf(req as Request));
        const isOwn =
          accessToken === expected.accessToken &&
          refreshToken === expected.refreshToken &&
          profile.id === expected.id;
        if (!isOwn) soaked.mixUps++;
        return { id: profile.id };
      },
    ),
  );
  app.use(session({ secret: 'soak', resave: false, saveUninitialized: false }));
  app.use(authenticator.session());
  app.get('/auth', authenticator.authenticate('monei'));
  app.get('/callback', (req, res, next) => {
    const onOutcome: AuthenticateCallback = (error, user, info) => {
      const signIn = signInOf(req);
      soaked.actions[signIn] = (soaked.actions[signIn] ?? 0) + 1;
      if (error) return next(error);
      if (!user) return res.json({ outcome: 'fail', code: (info as { code?: string }).code });
      req.logIn(user, (failure) => {
        if (failure) return next(failure);
        res.json({ outcome: 'success', id: (user as { id: string }).id });
      });
    };
    authenticator.authenticate('monei', onOutcome)(req, res, next);
  });
  app.get('/whoami', (req, res) => {
    res.json({ id: (req.user as { id: string } | undefined)?.id });
  });
  app.get('/leave', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.end()));
  });
  const failed: ErrorRequestHandler = (error, _req, res, _next) => {
    const code = error instanceof MoneiConnectError ? error.code : undefined;
    res.json({ outcome: 'error', code, message: String(error) });
  };
  app.use(failed);
  return soaked;
}

function signInOf(req: Request): number {
  return Number(req.headers[SIGN_IN_HEADER]);
}
