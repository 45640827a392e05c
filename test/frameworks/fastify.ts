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
  errorOutcome,
  type Framework,
  type FrameworkApp,
  failureOutcome,
  PLAIN_PATH,
  sessionUser,
  successOutcome,
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

/** Sessions in an encrypted cookie. A login clears each field instead of renewing the session. */
export const fastifyWithSecureSession: Framework = {
  name: 'Fastify with @fastify/secure-session',
  start: (settings) => {
    // The app keeps pending sign-ins through a login. They still belong to the user before the login.
    const { hostname } = new URL(settings.options.authorizationURL ?? 'https://monei.cc');
    const authenticator = new Authenticator({ clearSessionIgnoreFields: [`oauth2:${hostname}`] });
    return startFastify(settings, authenticator, async (app) => {
      await app.register(fastifySecureSession, { key: Buffer.alloc(32, 7), cookie: { path: '/' } });
    });
  },
};

/** The types of @fastify/secure-session and @fastify/session both declare `request.session`. */
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
    const { status, outcome } = errorOutcome(error);
    return reply.code(status).send(outcome);
  });
  addRoutes(app, passport, signIns);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  // Passport finds strategies by name at every request, so the app can register one when it knows the port.
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
    // The types of @fastify/passport do not allow options of a strategy.
    app.get(`/auth/${name}`, passport.authenticate('monei', signIn as object));
  }
  const respondWithOutcome = passport.authenticate(
    'monei',
    async (request, reply, error, user, info, status) => {
      if (error) throw error;
      if (!user) return reply.code(status ?? 401).send(failureOutcome(info));
      await request.logIn(user);
      return reply.send(successOutcome(user, info));
    },
  );
  app.get(CALLBACK_PATH, respondWithOutcome);
  app.get(PLAIN_PATH, { preValidation: passport.authenticate('monei') }, (request) =>
    successOutcome(request.user, request.authInfo),
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
