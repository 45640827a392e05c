import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { MoneiStrategy, requireScopes } from 'passport-monei';

declare global {
  namespace Express {
    interface User {
      id: string; // the id of the Monei account
      name?: string;
      scopes: string[];
    }
  }
}

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}.`);
  return value;
}

const origin = 'http://localhost:3000';
const app = express();
app.use(session({ secret: env('SESSION_SECRET'), resave: false, saveUninitialized: false }));
app.use(passport.session());
passport.use(
  new MoneiStrategy(
    {
      clientID: env('MONEI_CLIENT_ID'),
      clientSecret: env('MONEI_CLIENT_SECRET'),
      callbackURL: `${origin}/auth/monei/callback`,
      scope: ['wallet:read', 'wallet:send'],
    },
    async (_accessToken, _refreshToken, profile): Promise<Express.User> => ({
      id: profile.id,
      ...(profile.displayName !== undefined && { name: profile.displayName }),
      scopes: profile.grant.granted,
    }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

app.get('/auth/monei', passport.authenticate('monei', { scope: ['wallet:read'] }));
app.get('/auth/monei/callback', passport.authenticate('monei', { successRedirect: '/', failureRedirect: '/' }));
app.get('/', (req, res) => {
  if (req.user) res.type('text').send(`Hello ${req.user.name}`);
  else res.send('<a href="/auth/monei">Connect Monei</a>');
});
app.get(
  '/send',
  requireScopes(['wallet:send'], { granted: (req: express.Request) => req.user?.scopes ?? [] }),
  (_req, res) => {
    res.send('Send');
  },
);
app.listen(3000, (error) => {
  if (error) throw error;
});

import type { MoneiVerifyFunctionWithRequestAndParams } from 'passport-monei';

export const verify: MoneiVerifyFunctionWithRequestAndParams = (
  req,
  accessToken,
  refreshToken,
  params,
  profile,
  done,
) => {
  console.log(`${profile.id} signed in from ${req.headers['user-agent']}, for ${params.expires_in} s`);
  done(null, { id: profile.id, scopes: params.scopes });
};

import type { MoneiAuthenticateCallback, MoneiFailure } from 'passport-monei';

const words: Partial<Record<MoneiFailure['code'], string>> = { access_denied: 'You chose not to connect Monei.' };

app.get('/auth/monei/custom', (req, res, next) => {
  const finish: MoneiAuthenticateCallback = (error, user, info, status) => {
    if (error) return next(error);
    const text = info?.code ? words[info.code] : undefined;
    if (!user) return res.status(status ?? 401).send(text ?? 'The sign-in failed. Please try again.');
    req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
  };
  passport.authenticate('monei', finish)(req, res, next);
});

import type { MoneiAccountRequest } from 'passport-monei';

declare global {
  namespace Express {
    interface Request extends MoneiAccountRequest {}
  }
}

app.get('/link/monei', (req, res, next) => {
  passport.authorize('monei', { scope: ['wallet:send'], state: { user: req.user?.id } })(req, res, next);
});
app.get('/link/monei/callback', passport.authorize('monei', { failureRedirect: '/' }), (req, res) => {
  const { state } = req.authInfo ?? {};
  const startedBy = typeof state === 'object' && state !== null && 'user' in state ? state.user : undefined;
  if (!req.user || req.user.id !== startedBy) return res.status(409).send('Another user began this.');
  res.type('text').send(`Linked to ${req.account?.id}`);
});

declare global {
  namespace Express {
    interface AuthInfo {
      state?: { returnTo?: string };
    }
  }
}

app.get('/auth/monei/start', passport.authenticate('monei', { state: { returnTo: '/send' } }));
app.get('/auth/monei/return', passport.authenticate('monei', { failureRedirect: '/' }), (req, res) => {
  const { returnTo } = req.authInfo?.state ?? {};
  res.redirect(returnTo === '/send' ? returnTo : '/');
});
