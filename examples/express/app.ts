import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import type { TokenStore } from 'passport-monei/tokens';
import { account } from './account.js';
import { budget } from './budget.js';
import { sendProblem } from './layout.js';
import { payroll } from './payroll.js';
import { BUSY, errorProblem, isExpected, NOT_FOUND, TOO_MANY } from './problems.js';
import { savings } from './savings.js';
import { limitCodes, limitUsers, refuseForeignForms, securityHeaders } from './security.js';
import { SignIn } from './sign-in.js';
import { startPage } from './start-page.js';
import { swap } from './swap.js';

export interface AppOptions {
  /** The credentials of the app at Monei. */
  credentials: { clientID: string; clientSecret: string };
  /** The redirect URI, exactly as registered with Monei. */
  callbackURL: string;
  /** The store of the users' tokens. */
  tokens: TokenStore;
  /** The key that encrypts stored tokens: 32 bytes. */
  tokenKey: Buffer;
  sessionSecret: string;
  /** The addresses of the emulator. Default: those of Monei. */
  emulator?: MoneiAddresses | undefined;
}

/** The addresses of the endpoints of Monei Connect, and of Monei's API. */
export interface MoneiAddresses {
  endpoints: { authorizationURL: string; tokenURL: string; revocationURL: string; userProfileURL: string };
  apiURL: string;
}

/**
 * Creates the app.
 *
 * @throws {TypeError} if an option is not valid; the message names it and says why
 */
export function createApp(options: AppOptions): Express {
  const { credentials, callbackURL, tokens, tokenKey, emulator } = options;
  /** Ids of users whose tokens were deleted here, but not confirmed as revoked by Monei. */
  const unrevoked = new Set<string>();
  const signIn = new SignIn(
    { ...credentials, ...emulator?.endpoints, callbackURL },
    {
      store: tokens,
      keys: [tokenKey],
      apiURL: emulator?.apiURL,
      onRevocationError(error, userId) {
        if (!isExpected(error)) console.error(error);
        unrevoked.add(userId);
      },
    },
  );
  const tooMany: RequestHandler = (req, res) => sendProblem(req, res, TOO_MANY);
  const busy: RequestHandler = (req, res) => sendProblem(req, res, BUSY);

  const app = express();
  app.locals.emulated = emulator !== undefined;
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url)), { maxAge: '1h' }));
  app.use(cookieSession(options.sessionSecret));
  app.use(signIn.passport.session());
  app.use(privatePages, refuseForeignForms, limitUsers(tooMany));

  app.get('/', startPage);
  app.get('/auth/monei', signIn.ask([], '/'));
  app.get('/auth/monei/callback', limitCodes(tooMany, busy), signIn.finish);
  app.use(account(signIn, unrevoked));
  app.use(budget(signIn));
  app.use(payroll(signIn));
  app.use(swap(signIn));
  app.use(savings(signIn));
  app.use((req, res) => sendProblem(req, res, NOT_FOUND));
  app.use(sendErrorPage);
  return app;
}

function cookieSession(secret: string): RequestHandler {
  return session({
    // Browsers share cookies among the ports of localhost: apps with the default name would overwrite each other's.
    name: 'monei-example',
    secret,
    resave: false,
    saveUninitialized: false,
    // With HTTPS, add `secure: true`. This app listens on this machine only.
    cookie: { httpOnly: true, sameSite: 'lax' },
  });
}

const privatePages: RequestHandler = (_req, res, next) => {
  res.set('cache-control', 'no-store');
  next();
};

const sendErrorPage: ErrorRequestHandler = (error, req, res, next) => {
  if (!isExpected(error)) console.error(error);
  if (res.headersSent) return next(error);
  // A callback works only once, so "Try again" starts a new sign-in. In other places it opens the app again.
  const [, app = ''] = req.path.split('/');
  sendProblem(req, res, errorProblem(error, app === 'auth' ? '/auth/monei' : `/${app}`));
};
