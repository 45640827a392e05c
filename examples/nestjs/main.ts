import { NestFactory } from '@nestjs/core';
import type { Request, Response } from 'express';
import session from 'express-session';
import passport from 'passport';
import { type Config, ConfigError, listenError, readConfig } from '../express/env.js';
import { BUSY, type Problem, TOO_MANY } from '../express/problems.js';
import { limitCodes, limitUsers } from '../express/security.js';
import { chooseMonei } from '../fastify/monei.js';
import { PAGE_HEADERS, problemPage, STYLE, WANTED_SCOPES } from '../fastify/pages.js';
import { appWith } from './app.js';

try {
  await start(readConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start({ port, credentials, sessionSecret }: Config): Promise<void> {
  const monei = await chooseMonei(credentials);
  // The strategy completes the path with the host of the request, because the port is not known yet.
  const options = { ...monei.options, callbackURL: '/auth/monei/callback', scope: WANTED_SCOPES };
  const app = await NestFactory.create(appWith(options), {
    logger: ['error', 'warn'],
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.use('/style.css', (_req: Request, res: Response) => res.type('css').send(STYLE));
  const send = (problem: Problem) => (_req: Request, res: Response) =>
    res.status(problem.status).set(PAGE_HEADERS).send(problemPage(problem));
  app.use('/auth/monei/callback', limitCodes(send(TOO_MANY), send(BUSY)));
  app.use(cookieSession(sessionSecret), passport.session(), limitUsers(send(TOO_MANY)));
  try {
    await app.listen(port, '127.0.0.1');
  } catch (error) {
    await monei.close();
    throw listenError(error as Error, port);
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await app.close();
      await monei.close();
    });
  }
  console.log(`Open http://localhost:${new URL(await app.getUrl()).port}`);
}

function cookieSession(secret: string) {
  return session({
    // Browsers share cookies among the ports of localhost: apps with the default name would overwrite each other's.
    name: 'monei-nestjs-example',
    secret,
    resave: false,
    saveUninitialized: false,
    // With HTTPS, add `secure: true`. This app listens on this machine only.
    cookie: { httpOnly: true, sameSite: 'lax' },
  });
}
