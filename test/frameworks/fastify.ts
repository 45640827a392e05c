import { createRequire } from 'node:module';
import fastifyCookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import fastifySession from '@fastify/session';
import createFastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify';
import { MoneiStrategy } from '../../src/index.js';
import {
  type AppSettings,
  BEN,
  CALLBACK_PATH,
  type Framework,
  type FrameworkApp,
  failure,
  PLAIN_PATH,
  problem,
  sessionUser,
  success,
} from './framework.js';

export const fastify: Framework = {
  name: 'Fastify',
  start: (settings) =>
    startFastify(settings, new Authenticator(), async (app) => {
      await app.register(fastifyCookie);
      await app.register(fastifySession, {
        secret: 'a secret of at least thirty-two characters',
        cookie: { secure: false },
        saveUninitialized: false,
      });
    }),
};

/** Sessions in an encrypted cookie, which a login does not renew but clears field by field. */
export const fastifyWithSecureSession: Framework = {
  name: 'Fastify with @fastify/secure-session',
  start: (settings) => {
    // The app keeps pending sign-ins through a login. They belong to the user before it all the same.
    const { hostname } = new URL(settings.options.authorizationURL ?? 'https://monei.cc');
    const authenticator = new Authenticator({ clearSessionIgnoreFields: [`oauth2:${hostname}`] });
    return startFastify(settings, authenticator, async (app) => {
      await app.register(fastifySecureSession, { key: Buffer.alloc(32, 7), cookie: { path: '/' } });
    });
  },
};

/** Its types and those of @fastify/session both claim `request.session`. */
const require = createRequire(import.meta.url);
const fastifySecureSession: FastifyPluginCallback<Record<string, unknown>> = require('secure-session');

type FastifyAuthenticator = InstanceType<typeof Authenticator>;

async function startFastify(
  { options, signIns }: AppSettings,
  passport: FastifyAuthenticator,
  addSessions: (app: FastifyInstance) => Promise<void>,
): Promise<FrameworkApp> {
  const errors: unknown[] = [];
  passport.registerUserSerializer(async (user) => sessionUser(user));
  passport.registerUserDeserializer(async (user) => user);

  const app = createFastify({ forceCloseConnections: true });
  await addSessions(app);
  await app.register(passport.initialize());
  await app.register(passport.secureSession());
  app.setErrorHandler((error, _request, reply) => {
    errors.push(error);
    const { status, answer } = problem(error);
    return reply.code(status).send(answer);
  });
  addRoutes(app, passport, signIns);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  // Strategies are looked up by name at every request, so this one may come when the port is known.
  passport.use(
    new MoneiStrategy({ ...options, callbackURL: url + CALLBACK_PATH }, async (_a, _r, profile) => profile),
  );
  return { url, errors, close: () => app.close() };
}

function addRoutes(
  app: FastifyInstance,
  passport: FastifyAuthenticator,
  signIns: AppSettings['signIns'],
): void {
  for (const [name, signIn] of Object.entries(signIns)) {
    // Its types know no strategy's own options.
    app.get(`/auth/${name}`, passport.authenticate('monei', signIn as object));
  }
  const answerOutcome = passport.authenticate('monei', async (request, reply, error, user, info, status) => {
    if (error) throw error;
    if (!user) return reply.code(status ?? 401).send(failure(info));
    await request.logIn(user);
    return reply.send(success(user, info));
  });
  app.get(CALLBACK_PATH, answerOutcome);
  app.get(PLAIN_PATH, { preValidation: passport.authenticate('monei') }, (request) =>
    success(request.user, request.authInfo),
  );
  app.get('/remember', async (request) => {
    request.session.set('remembered', true);
    return {};
  });
  app.get('/login', async (request) => {
    await request.logIn(BEN, { keepSessionInfo: 'keep' in Object(request.query) });
    return {};
  });
  app.get('/logout', async (request) => {
    await request.logOut();
    return {};
  });
  app.get('/whoami', async ({ user, session }) => ({
    user: user ?? null,
    remembers: session.get('remembered') !== undefined,
  }));
}
