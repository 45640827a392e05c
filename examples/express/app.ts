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
  /** As registered with Monei. */
  credentials: { clientID: string; clientSecret: string };
  /** Registered with Monei too, character for character. */
  callbackURL: string;
  /** Where tokens are kept, encrypted with the key: 32 bytes. */
  tokens: TokenStore;
  tokenKey: Buffer;
  sessionSecret: string;
  /** The emulator. Default: Monei. */
  emulator?: MoneiAddresses | undefined;
}

/** Where the emulator is. */
export interface MoneiAddresses {
  endpoints: { authorizationURL: string; tokenURL: string; revocationURL: string; userProfileURL: string };
  apiURL: string;
}

/** @throws {TypeError} when an option can't be used; the message says which, and why */
export function createApp(options: AppOptions): Express {
  const { credentials, callbackURL, tokens, tokenKey, emulator } = options;
  /** Users whose tokens were forgotten, and Monei did not confirm that they are revoked. */
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
  app.use(answerError);
  return app;
}

function cookieSession(secret: string): RequestHandler {
  return session({
    // Browsers share cookies among the ports of localhost: under the default name, two apps would fight over one.
    name: 'monei-example',
    secret,
    resave: false,
    saveUninitialized: false,
    // Behind HTTPS, add `secure: true`. This app is served on this machine only.
    cookie: { httpOnly: true, sameSite: 'lax' },
  });
}

const privatePages: RequestHandler = (_req, res, next) => {
  res.set('cache-control', 'no-store');
  next();
};

const answerError: ErrorRequestHandler = (error, req, res, next) => {
  if (!isExpected(error)) console.error(error);
  if (res.headersSent) return next(error);
  // The way back from Monei can't be taken twice, and a page of an app has the name of the app in front.
  const [, app = ''] = req.path.split('/');
  sendProblem(req, res, errorProblem(error, app === 'auth' ? '/auth/monei' : `/${app}`));
};
