import type { Request, RequestHandler } from 'express';
import passport, { Strategy } from 'passport';
import type { MoneiEmulator } from '../../emulator/src/index.js';
import { type MoneiAuthenticateOptions, MoneiStrategy, type MoneiStrategyOptions } from '../../src/index.js';
import { startApp, type TestApp } from './app.js';
import { type Browser, locationOf } from './browser.js';
import { optionsFor } from './flow.js';

/** A Monei account from verify, before the app knows to which of its users it belongs. */
export interface Account {
  id: string;
  accessToken: string;
  refreshToken: string;
  scopes: string[];
}

/** The response of the app to the callback of a user who links an account. */
export interface LinkAnswer {
  status: number;
  linked?: { account: Account; user: unknown; authInfo: unknown };
  refused?: string;
  error?: { code?: string };
}

/** An app whose users sign in with its own login or with Monei, and can link a Monei account. */
export interface LinkingApp extends TestApp {
  strategy: MoneiStrategy;
  /** The linked Monei accounts, by the id of the app's user. */
  links: Map<string, Account>;
  /** The accounts from all calls of verify, in order. */
  handed: Account[];
  logIn(user: string, browser: Browser): Promise<void>;
  /** Starts to link an account, or to request one more scope. */
  startLinking(browser: Browser, path?: '/link' | '/enable-send'): Promise<URL>;
  comeBack(callback: string, browser: Browser): Promise<LinkAnswer>;
  /** Returns the user who is signed in, and the session. */
  whoIs(browser: Browser): Promise<{ user: string | undefined; session: string }>;
}

/** A strategy that signs in the user whom the URL names. */
class AnyoneStrategy extends Strategy {
  override name = 'anyone';

  override authenticate(req: Request): void {
    this.success({ id: req.params.user });
  }
}

/**
 * Starts the app.
 *
 * @param keepSessionInfo the option of `passport.authenticate()` for logins of the app's own
 */
export async function startLinkingApp(
  emulator: MoneiEmulator,
  {
    keepSessionInfo = false,
    library = passport,
    ...options
  }: Partial<MoneiStrategyOptions> & {
    keepSessionInfo?: boolean;
    library?: Pick<typeof passport, 'Passport'>;
  } = {},
): Promise<LinkingApp> {
  const links = new Map<string, Account>();
  const handed: Account[] = [];
  let strategy: MoneiStrategy | undefined;

  const app = await startApp(
    (callbackURL) => {
      strategy = new MoneiStrategy(
        { ...optionsFor(emulator, callbackURL), scope: ['wallet:read'], ...options },
        async (accessToken, refreshToken, { id, grant }) => {
          const account = { id, accessToken, refreshToken, scopes: grant.granted };
          handed.push(account);
          return account;
        },
      );
      return strategy;
    },
    {
      library,
      routes({ express, passport, url }) {
        passport.use(new AnyoneStrategy());
        express.get('/login/:user', passport.authenticate('anyone', { keepSessionInfo }), (_req, res) => {
          res.end();
        });
        const link =
          (asked: MoneiAuthenticateOptions = {}): RequestHandler =>
          (req, res, next) => {
            const state = { user: userOf(req) };
            const callbackURL = `${url}/link/callback`;
            passport.authorize('monei', { ...asked, callbackURL, state })(req, res, next);
          };
        express.get('/link', link());
        express.get('/enable-send', link({ scope: ['wallet:send'] }));
        express.get('/link/callback', passport.authorize('monei'), async (req, res) => {
          const { account, authInfo } = req as Request & { account: Account };
          const user = userOf(req);
          const { state } = authInfo as { state?: { user?: unknown } };
          if (user !== undefined && state?.user === user && fits(links, user, account)) {
            links.set(user, account);
            return res.json({ linked: { account, user: req.user, authInfo } });
          }
          await strategy?.connect.revoke(account.accessToken);
          res.status(409).json({ refused: 'This Monei account is not yours here. Nothing was changed.' });
        });
        express.get('/session', (req, res) => {
          res.json({ user: userOf(req), session: req.sessionID });
        });
        express.get('/logout', (req, res, next) => {
          req.logOut((error) => (error ? next(error) : res.end()));
        });
      },
    },
  );
  if (!strategy) throw new Error('the app made no strategy');

  return Object.assign(app, {
    strategy,
    links,
    handed,
    async logIn(user: string, browser: Browser) {
      await browser(`${app.url}/login/${user}`);
    },
    async startLinking(browser: Browser, path = '/link') {
      return new URL(locationOf(await browser(app.url + path)));
    },
    async comeBack(callback: string, browser: Browser) {
      const response = await browser(callback);
      const text = await response.text();
      return { status: response.status, ...(text.startsWith('{') && (JSON.parse(text) as object)) };
    },
    async whoIs(browser: Browser) {
      return (await (await browser(`${app.url}/session`)).json()) as Awaited<ReturnType<LinkingApp['whoIs']>>;
    },
  });
}

/** Links an account: an account belongs to one user, and a user has one account. */
function fits(links: Map<string, Account>, user: string, { id }: Account): boolean {
  const mine = links.get(user);
  if (mine) return mine.id === id;
  return ![...links.values()].some((theirs) => theirs.id === id);
}

function userOf(req: Request): string | undefined {
  return (req.user as { id: string } | undefined)?.id;
}
