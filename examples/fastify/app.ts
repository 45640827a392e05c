import fastifyCookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import fastifySession from '@fastify/session';
import fastify, { type FastifyInstance } from 'fastify';
import { errorProblem, failureProblem, isExpected } from '../express/problems.js';
import { homePage, PAGE_HEADERS, problemPage, type User } from './pages.js';

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
  await app.register(passport.initialize());
  await app.register(passport.secureSession());
  addRoutes(app, passport);
  return { app, passport };
}

function addRoutes(app: FastifyInstance, passport: FastifyPassport): void {
  app.get('/', (request, reply) =>
    reply.headers(PAGE_HEADERS).send(homePage(request.user as User | undefined)),
  );
  app.get('/auth/monei', passport.authenticate('monei'));
  app.get('/enable-send', passport.authenticate('monei', { scope: ['wallet:send'] }));
  app.get(
    '/auth/monei/callback',
    passport.authenticate('monei', async (request, reply, error, user, info, status) => {
      if (error) throw error;
      if (user) {
        await request.logIn(user);
        return reply.redirect('/', 303);
      }
      const problem = failureProblem(info, status, false);
      return reply.code(problem.status).headers(PAGE_HEADERS).send(problemPage(problem));
    }),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (!isExpected(error)) console.error(error);
    const problem = errorProblem(error, false);
    return reply.code(problem.status).headers(PAGE_HEADERS).send(problemPage(problem));
  });
}
