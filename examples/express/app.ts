import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { connectionView, type MoneiApi } from './account.js';
import { Connections } from './connections.js';
import { accountPage, type Contact, homePage, isKnown, timeText } from './pages.js';
import { errorProblem, FOREIGN_FORM, isExpected, NOT_FOUND, UNKNOWN_SCOPE } from './problems.js';
import { frameOf, showProblem } from './respond.js';
import { isSameOrigin, securityHeaders } from './security.js';
import { type Authenticator, createPassport, createStrategy, logOut, signIn, userOf } from './sign-in.js';
import type { TokenStore } from './token-store.js';

export interface AppOptions {
  /** As registered with Monei. */
  credentials: { clientID: string; clientSecret: string };
  /** Registered with Monei too, character for character. */
  callbackURL: string;
  tokens: TokenStore;
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
  const { credentials, callbackURL, tokens, endpoints, timeout = 10_000 } = options;
  const users = new Map<string, Contact>();
  const strategy = createStrategy(
    { ...credentials, ...endpoints, callbackURL, timeout, scope: WANTED_SCOPES },
    users,
    tokens,
  );
  const passport = createPassport(strategy, users);
  const connections = new Connections(strategy.connect, tokens);
  const base = endpoints ? new URL('/api/v1', endpoints.userProfileURL).href : MONEI_API;

  const app = express();
  app.locals.emulated = endpoints !== undefined;
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url)), { maxAge: '1h' }));
  app.use(cookieSession(options.sessionSecret));
  app.use(passport.session());
  app.use(privatePages);

  app.get('/', home);
  app.get('/auth/monei', signIn(passport));
  app.get('/auth/monei/callback', signIn(passport));
  app.get('/auth/monei/more', askForMore(passport));
  app.get('/account', account(connections, { base, timeout }));
  app.post('/refresh', refresh(connections));
  app.post('/disconnect', disconnect(connections, users));
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

/** Lets only signed-in users pass. The others find the way to sign in on the start page. */
function forUser(
  handle: (user: Contact, ...args: Parameters<RequestHandler>) => ReturnType<RequestHandler>,
): RequestHandler {
  return (req, res, next) => {
    const user = userOf(req);
    if (user) return handle(user, req, res, next);
    res.redirect(303, '/');
  };
}

const home: RequestHandler = (req, res) => {
  if (userOf(req)) res.redirect(303, '/account');
  else res.send(homePage(frameOf(req), WANTED_SCOPES));
};

/** Asks Monei for one more scope: the user sees nothing else on the consent page. */
function askForMore(passport: Authenticator): RequestHandler {
  return forUser((_user, req, res, next) => {
    const { scope } = req.query;
    if (!isKnown(scope)) return showProblem(req, res, UNKNOWN_SCOPE);
    return signIn(passport, { scope: [scope] })(req, res, next);
  });
}

function account(connections: Connections, api: MoneiApi): RequestHandler {
  return forUser(async (user, req, res) => {
    const connection = await connectionView(connections, api, user.id);
    res.send(accountPage({ ...frameOf(req), user }, WANTED_SCOPES, connection));
  });
}

function refresh(connections: Connections): RequestHandler {
  return forUser(async ({ id }, req, res) => {
    const tokens = await connections.refresh(id);
    // Without tokens, the account page says what happened.
    if (tokens) {
      const until = timeText(tokens.expiresAt);
      req.session.notice = {
        kind: 'info',
        text: `Tokens refreshed. The new access token is good until ${until}.`,
      };
    }
    res.redirect(303, '/account');
  });
}

function disconnect(connections: Connections, users: Map<string, Contact>): RequestHandler {
  return forUser(async ({ id }, req, res) => {
    const confirmed = await connections.disconnect(id);
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
  if (!isExpected(error)) console.error(error);
  if (res.headersSent) return next(error);
  showProblem(req, res, errorProblem(error, userOf(req) !== undefined));
};
