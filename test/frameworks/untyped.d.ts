// For packages that ship no types of their own, or types that lean on packages that are not there.

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

// @fastify/passport extends its types, for apps that use it.
declare module '@fastify/secure-session' {
  export interface SessionData {
    [field: string]: unknown;
  }
}
