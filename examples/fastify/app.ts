import fastifyCookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import rateLimit from '@fastify/rate-limit';
import fastifySession from '@fastify/session';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestAsyncHookHandler,
  type preHandlerAsyncHookHandler,
} from 'fastify';
import {
  BUSY,
  errorProblem,
  isExpected,
  type Problem,
  signInProblem,
  TOO_MANY,
} from '../express/problems.js';
import { homePage, PAGE_HEADERS, problemPage, STYLE, type User } from './pages.js';

export type FastifyPassport = InstanceType<typeof Authenticator>;

/** Creates the app and its Passport, to which the caller adds the strategy. */
export async function createApp(
  sessionSecret: string,
): Promise<{ app: FastifyInstance; passport: FastifyPassport }> {
  const app = fastify({ forceCloseConnections: true });
  const passport = new Authenticator();
  passport.registerUserSerializer(async (user: User) => user);
  passport.registerUserDeserializer(async (user: User) => user);
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    // Browsers share cookies among the ports of localhost: apps with the default name would overwrite each other's.
    cookieName: 'monei-fastify-example',
    secret: sessionSecret,
    saveUninitialized: false,
    // With HTTPS, set `secure: true`. This app listens on this machine only.
    cookie: { httpOnly: true, sameSite: 'lax', secure: false },
  });
  await app.register(rateLimit, { global: false, timeWindow: 60_000 });
  await app.register(passport.initialize());
  await app.register(passport.secureSession());
  addRoutes(app, passport);
  return { app, passport };
}

/**
 * Limits callbacks with a code to 5 a minute for each address, and to 8 a minute for the whole app. Each of them costs
 * one of the ten token requests a minute that Monei allows the app, also if it fails. Refreshes share those ten.
 */
function limitCodes(app: FastifyInstance): onRequestAsyncHookHandler {
  const perAddress = app.createRateLimit({ max: 5 });
  const perApp = app.createRateLimit({ max: 8, keyGenerator: () => 'app' });
  return async (request, reply) => {
    if (!Object.hasOwn(Object(request.query), 'code')) return;
    const refused = await refuseIfExceeded(perAddress, TOO_MANY, request, reply);
    if (!refused) await refuseIfExceeded(perApp, BUSY, request, reply);
  };
}

/** Limits each user to 60 pages a minute. */
function limitUsers(app: FastifyInstance): preHandlerAsyncHookHandler {
  const perUser = app.createRateLimit({ max: 60, keyGenerator: ({ user }) => (user as User).id });
  return async (request, reply) => {
    if (request.user) await refuseIfExceeded(perUser, TOO_MANY, request, reply);
  };
}

/** Counts a request, and sends the page about `problem` if the limit is exceeded. Returns whether it did. */
async function refuseIfExceeded(
  limit: ReturnType<FastifyInstance['createRateLimit']>,
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const result = await limit(request);
  if (result.isAllowed || !result.isExceeded) return false;
  await sendProblem(reply.header('retry-after', result.ttlInSeconds), problem);
  return true;
}

function addRoutes(app: FastifyInstance, passport: FastifyPassport): void {
  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  app.addHook('preHandler', limitUsers(app));
  app.get('/', (request, reply) =>
    reply.headers(PAGE_HEADERS).send(homePage(request.user as User | undefined)),
  );
  app.get('/auth/monei', passport.authenticate('monei'));
  app.get('/enable-send', passport.authenticate('monei', { scope: ['wallet:send'] }));
  app.get(
    '/auth/monei/callback',
    { onRequest: limitCodes(app) },
    passport.authenticate('monei', async (request, reply, error, user, info, status) => {
      if (error) throw error;
      if (!user) return sendProblem(reply, signInProblem(info, status, request.isAuthenticated()));
      await request.logIn(user);
      return reply.redirect('/', 303);
    }),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (!isExpected(error)) console.error(error);
    return sendProblem(reply, errorProblem(error, '/auth/monei'));
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(PAGE_HEADERS).send(problemPage(problem));
}
