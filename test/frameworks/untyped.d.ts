// For packages without types, or whose types import packages that are not installed.

declare module 'express4' {
  export { default } from 'express';
}

declare module 'passport06' {
  export { default } from 'passport';
}

declare module 'koa-passport' {
  import type { Middleware } from 'koa';
  import type { Authenticator } from 'passport';

  const passport: { KoaPassport: new () => Authenticator<Middleware, Middleware> };
  export default passport;
}

// @fastify/passport extends these types.
declare module '@fastify/secure-session' {
  export interface SessionData {
    [field: string]: unknown;
  }
}
