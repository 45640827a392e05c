import fastifyCookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import rateLimit from '@fastify/rate-limit';
import fastifySession from '@fastify/session';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { errorProblem, isExpected, type Problem, signInProblem, TOO_MANY } from '../express/problems.js';
import { homePage, PAGE_HEADERS, problemPage, STYLE, type User } from './pages.js';

export type FastifyPassport = InstanceType<typeof Authenticator>;

/** The app, and its Passport, which still needs the strategy. */
export async function createApp(
  sessionSecret: string,
): Promise<{ app: FastifyInstance; passport: FastifyPassport }> {
  const app = fastify({ forceCloseConnections: true });
  const passport = new Authenticator();
  passport.registerUserSerializer(async (user: User) => user);
  passport.registerUserDeserializer(async (user: User) => user);
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    // Browsers share cookies among the ports of localhost: under the default name, two apps would fight over one.
    cookieName: 'monei-fastify-example',
    secret: sessionSecret,
    saveUninitialized: false,
    // Behind HTTPS, `secure: true`. This app is served on this machine only.
    cookie: { httpOnly: true, sameSite: 'lax', secure: false },
  });
  // Each code costs one of the ten token calls a minute that Monei allows this app, for all of its users.
  await app.register(rateLimit, {
    max: 10,
    allowList: (request) => !Object.hasOwn(Object(request.query), 'code'),
    errorResponseBuilder: () => new TooMany(),
  });
  await app.register(passport.initialize());
  await app.register(passport.secureSession());
  addRoutes(app, passport);
  return { app, passport };
}

/** What the limit answers with. */
class TooMany extends Error {
  readonly problem = TOO_MANY;
  readonly statusCode = TOO_MANY.status;
}

function addRoutes(app: FastifyInstance, passport: FastifyPassport): void {
  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  app.get('/', (request, reply) =>
    reply.headers(PAGE_HEADERS).send(homePage(request.user as User | undefined)),
  );
  app.get('/auth/monei', passport.authenticate('monei'));
  app.get('/enable-send', passport.authenticate('monei', { scope: ['wallet:send'] }));
  app.get(
    '/auth/monei/callback',
    passport.authenticate('monei', async (request, reply, error, user, info, status) => {
      if (error) throw error;
      if (!user) return sendProblem(reply, signInProblem(info, status, request.isAuthenticated()));
      await request.logIn(user);
      return reply.redirect('/', 303);
    }),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof TooMany) return sendProblem(reply, error.problem);
    if (!isExpected(error)) console.error(error);
    return sendProblem(reply, errorProblem(error, '/auth/monei'));
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).headers(PAGE_HEADERS).send(problemPage(problem));
}
