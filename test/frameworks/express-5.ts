import express, { type RequestHandler } from 'express';
import expressSession from 'express-session';
import { type ConnectStyleApp, startConnectStyle } from './connect-style.js';
import type { Framework } from './framework.js';

export const express5: Framework = {
  name: 'Express 5',
  start: (settings) => startConnectStyle(expressApp(express, [serverSession()]), settings),
};

/** An Express app, with the middleware that gives it sessions. */
export function expressApp(createApp: typeof express, sessions: RequestHandler[]): ConnectStyleApp {
  const app = createApp();
  app.use(...sessions);
  return {
    use: (handler) => app.use(handler),
    get: (path, handler) => app.get(path, handler),
    onError: (handler) => app.use(handler),
    listener: app,
  };
}

/** Sessions that are kept on the server, and change their id on login. */
export function serverSession(): RequestHandler {
  return expressSession({ secret: 'test', resave: false, saveUninitialized: false });
}
