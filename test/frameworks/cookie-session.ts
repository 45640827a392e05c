import cookieSession from 'cookie-session';
import express, { type RequestHandler } from 'express';
import { startConnectStyle } from './connect-style.js';
import { expressApp } from './express-5.js';
import type { Framework } from './framework.js';

export const expressWithCookieSession: Framework = {
  name: 'Express with cookie-session',
  start: (settings) => {
    const sessions = [cookieSession({ secret: 'test', sameSite: 'lax' }), sessionMethods];
    return startConnectStyle(expressApp(express, sessions), settings);
  },
};

/**
 * Passport empties the session on login and logout with `regenerate`, and saves it, which cookie-session knows nothing
 * about. Not enumerable, because cookie-session counts the properties of a session to see if it is worth a cookie.
 */
export const sessionMethods: RequestHandler = (req, _res, next) => {
  const regenerate = (done: () => void) => {
    for (const key of Object.keys(req.session)) Reflect.deleteProperty(req.session, key);
    done();
  };
  const save = (done: () => void) => done();
  Object.defineProperties(req.session, {
    regenerate: { value: regenerate, configurable: true, writable: true },
    save: { value: save, configurable: true, writable: true },
  });
  next();
};
