import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { ReconnectRequiredError, type TokenKeeper, type TokenStore } from 'passport-monei/tokens';
import { connectionView, type MoneiApi } from './account.js';
import { createReceive } from './arrival.js';
import { createKeeper, type Disconnect } from './keeper.js';
import { limitFalseCodes } from './limit.js';
import { moneyRoutes } from './money.js';
import { accountPage, homePage } from './pages.js';
import { isKnown } from './permissions.js';
import { errorProblem, FOREIGN_FORM, isExpected, NOT_FOUND, TOO_MANY, UNKNOWN_SCOPE } from './problems.js';
import { frameOf, showProblem } from './respond.js';
import { isSameOrigin, securityHeaders } from './security.js';
import { createPassport, createStrategy, SignIn } from './sign-in.js';
import { type Contact, forUser, logOut, userOf } from './user.js';

export interface AppOptions {
  /** As registered with Monei. */
  credentials: { clientID: string; clientSecret: string };
  /** Registered with Monei too, character for character. */
  callbackURL: string;
  /** Where tokens are kept, encrypted with the key: 32 bytes. */
  tokens: TokenStore;
  tokenKey: Buffer;
  sessionSecret: string;
  /** The emulator's endpoints. Default: Monei's. */
  endpoints?: MoneiEndpoints | undefined;
  /** Milliseconds for one call to Monei. Default: 10000. */
  timeout?: number | undefined;
}

export interface MoneiEndpoints {
  authorizationURL: string;
  tokenURL: string;
  revocationURL: string;
  userProfileURL: string;
}

/** What users are asked to allow. `profile:read` is what signing in itself needs. */
const WANTED_SCOPES = ['profile:read', 'wallet:read', 'wallet:send', 'bills:pay'];

const MONEI_API = 'https://api.monei.cc/api/v1';

/** @throws {TypeError} when an option can't be used; the message says which, and why */
export function createApp(options: AppOptions): Express {
  const { credentials, callbackURL, tokens, tokenKey, endpoints, timeout = 10_000 } = options;
  const users = new Map<string, Contact>();
  const scope = WANTED_SCOPES;
  const strategy = createStrategy({ ...credentials, ...endpoints, callbackURL, timeout, scope });
  const { connect } = strategy;
  const { keeper, disconnect } = createKeeper(connect, tokens, tokenKey);
  const passport = createPassport(strategy, users);
  const signIn = new SignIn(passport, createReceive({ connect, users, keeper }));
  const base = endpoints ? new URL('/api/v1', endpoints.userProfileURL).href : MONEI_API;

  const app = express();
  app.locals.emulated = endpoints !== undefined;
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url)), { maxAge: '1h' }));
  app.use(cookieSession(options.sessionSecret));
  app.use(passport.session());
  app.use(privatePages);

  app.use(limitFalseCodes((req, res) => showProblem(req, res, TOO_MANY)));

  app.get('/', home);
  app.get('/auth/monei', signIn.start);
  app.get('/auth/monei/callback', signIn.finish);
  app.get('/auth/monei/more', askForMore(signIn));
  app.get('/account', account(keeper, { base, timeout }));
  app.use(moneyRoutes(keeper, (scopes) => signIn.ask(scopes)));
  app.post('/disconnect', endConnection(disconnect, users));
  app.post('/logout', leave);
  app.use((req, res) => showProblem(req, res, NOT_FOUND));
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

const privatePages: RequestHandler = (req, res, next) => {
  res.set('cache-control', 'no-store');
  if (isSameOrigin(req)) next();
  else showProblem(req, res, FOREIGN_FORM);
};

const home: RequestHandler = (req, res) => {
  if (userOf(req)) res.redirect(303, '/account');
  else res.send(homePage(frameOf(req), WANTED_SCOPES));
};

/** Asks Monei for one more scope: the user sees nothing else on the consent page. */
function askForMore(signIn: SignIn): RequestHandler {
  return forUser((_user, req, res, next) => {
    const { scope } = req.query;
    if (!isKnown(scope)) return showProblem(req, res, UNKNOWN_SCOPE);
    return signIn.ask([scope], '/account')(req, res, next);
  });
}

function account(keeper: TokenKeeper, api: MoneiApi): RequestHandler {
  return forUser(async (user, req, res) => {
    const connection = await connectionView(keeper, api, user.id);
    res.send(accountPage({ ...frameOf(req), user }, WANTED_SCOPES, connection));
  });
}

function endConnection(disconnect: Disconnect, users: Map<string, Contact>): RequestHandler {
  return forUser(async ({ id }, req, res) => {
    const confirmed = await disconnect(id);
    users.delete(id);
    await logOut(req);
    req.session.notice = confirmed
      ? { kind: 'info', text: 'Monei is disconnected, and you are logged out.' }
      : {
          kind: 'warning',
          text:
            'This app has forgotten its access to your Monei account, but Monei did not confirm that it is revoked. ' +
            'To be sure, remove this app in your Monei settings.',
        };
    res.redirect(303, '/');
  });
}

const leave: RequestHandler = async (req, res) => {
  await logOut(req);
  req.session.notice = { kind: 'info', text: 'You are logged out.' };
  res.redirect(303, '/');
};

const answerError: ErrorRequestHandler = (error, req, res, next) => {
  // The account page says what happened, and offers to connect again.
  if (error instanceof ReconnectRequiredError && !res.headersSent) return res.redirect(303, '/account');
  if (!isExpected(error)) console.error(error);
  if (res.headersSent) return next(error);
  showProblem(req, res, errorProblem(error, userOf(req) !== undefined));
};
