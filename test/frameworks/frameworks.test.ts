import { bareConnect } from './connect.js';
import { expressWithCookieSession } from './cookie-session.js';
import { express4 } from './express-4.js';
import { express5, expressWithFiles } from './express-5.js';
import { fastify, fastifyWithSecureSession } from './fastify.js';
import { expressWithIronSession } from './iron-session.js';
import { koa, koaWithStore } from './koa.js';
import { nestjs } from './nestjs.js';
import { itSignsPeopleIn } from './suite.js';

for (const framework of [
  express4,
  express5,
  expressWithFiles,
  expressWithCookieSession,
  expressWithIronSession,
  bareConnect,
  koa,
  koaWithStore,
  fastify,
  fastifyWithSecureSession,
  nestjs,
]) {
  itSignsPeopleIn(framework);
}
