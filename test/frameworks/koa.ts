import { createServer } from 'node:http';
import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import koaPassport from 'koa-passport';
import koaSession, { type CreateSessionOptions } from 'koa-session';
import type { AuthenticateCallback, Authenticator } from 'passport';
import { MoneiStrategy } from '../../src/index.js';
import { listenOnLoopback } from '../helpers/listen.js';
import {
  type AppSettings,
  BEN,
  CALLBACK_PATH,
  errorOutcome,
  type Framework,
  type FrameworkApp,
  failureOutcome,
  PLAIN_PATH,
  sessionUser,
  successOutcome,
} from './framework.js';

/** Koa without a store, as in most apps: koa-session stores the session in the cookie. */
export const koa: Framework = {
  name: 'Koa',
  // The `regenerate` of koa-session only changes the id of a session.
  keepsSession: true,
  start: (settings) => startKoa(settings, {}),
};

export const koaWithStore: Framework = {
  name: 'Koa, with sessions on the server',
  keepsSession: true,
  start: (settings) => startKoa(settings, { store: memoryStore() }),
};

type KoaAuthenticator = Authenticator<Middleware, Middleware>;

async function startKoa(
  { options, signIns }: AppSettings,
  sessions: CreateSessionOptions,
): Promise<FrameworkApp> {
  const { server, url, close } = await listenOnLoopback(createServer());
  const errors: unknown[] = [];
  const passport = new koaPassport.KoaPassport();
  passport.use(
    new MoneiStrategy({ ...options, callbackURL: url + CALLBACK_PATH }, async (_a, _r, profile) => profile),
  );
  passport.serializeUser((user, done) => done(null, sessionUser(user)));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = new Koa();
  app.keys = ['test'];
  app.use(respondToErrors(errors));
  app.use(koaSession(sessions, app));
  app.use(passport.initialize());
  app.use(passport.session());
  app.use(routesOf(passport, signIns).routes());
  server.on('request', app.callback());
  return { url, errors, close };
}

function memoryStore(): NonNullable<CreateSessionOptions['store']> {
  const sessions = new Map<string, string>();
  return {
    get: async (key) => JSON.parse(sessions.get(key) ?? 'null'),
    async set(key, session) {
      sessions.set(key, JSON.stringify(session));
    },
    async destroy(key) {
      sessions.delete(key);
    },
  };
}

function respondToErrors(errors: unknown[]): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      errors.push(error);
      const { status, outcome } = errorOutcome(error);
      ctx.status = status;
      ctx.body = outcome;
    }
  };
}

function routesOf(passport: KoaAuthenticator, signIns: AppSettings['signIns']): Router {
  const router = new Router();
  for (const [name, signIn] of Object.entries(signIns)) {
    router.get(`/auth/${name}`, passport.authenticate('monei', signIn));
  }
  router.get(CALLBACK_PATH, respondWithOutcome(passport));
  router.get(PLAIN_PATH, passport.authenticate('monei'), (ctx) => {
    ctx.body = successOutcome(ctx.state.user, ctx.state.authInfo);
  });
  router.get('/remember', (ctx) => {
    ctx.session.remembered = true;
    ctx.body = {};
  });
  router.get('/login', async (ctx) => {
    await ctx.logIn(BEN, { keepSessionInfo: 'keep' in ctx.query });
    ctx.body = {};
  });
  router.get('/logout', async (ctx) => {
    await ctx.logOut();
    ctx.body = {};
  });
  router.get('/whoami', (ctx) => {
    ctx.body = { user: ctx.state.user ?? null, remembers: 'remembered' in ctx.session };
  });
  return router;
}

function respondWithOutcome(passport: KoaAuthenticator): Middleware {
  return (ctx, next) => {
    const onOutcome: AuthenticateCallback = async (error, user, info, status) => {
      if (error) throw error;
      if (user) await ctx.logIn(user);
      else ctx.status = Number(status ?? 401);
      ctx.body = user ? successOutcome(user, info) : failureOutcome(info);
    };
    return passport.authenticate('monei', onOutcome)(ctx, next);
  };
}
