import { createRequire } from 'node:module';
import express, { type RequestHandler } from 'express';
import { cookieSessionMethods } from '../../src/index.js';
import { startConnectStyle } from './connect-style.js';

import { expressApp } from './express-5.js';
import type { Framework } from './framework.js';

/** Sessions in a sealed cookie. iron-session throws if the cookie is too large for browsers. */
export const expressWithIronSession: Framework = {
  name: 'Express with iron-session',
  start: (settings) => startConnectStyle(expressApp(express, [ironSession, cookieSessionMethods]), settings),
};

/** The types of iron-session need an older version of the types of `cookie`. */
const require = createRequire(import.meta.url);
const { getIronSession }: { getIronSession: (...args: unknown[]) => Promise<IronSession> } =
  require('iron-session');

type IronSession = Record<string, unknown> & { save(): Promise<void> };

const OPTIONS = {
  password: 'a password of at least thirty-two characters',
  cookieName: 'session',
  cookieOptions: { secure: false },
};

/** Saves the session before the response is sent, because iron-session sets its cookie only then. */
const ironSession: RequestHandler = async (req, res, next) => {
  const iron = await getIronSession(req, res, OPTIONS);
  const session = Object.assign({}, iron);
  Object.assign(req, { session });
  const before = JSON.stringify(session);
  const { writeHead, end } = res;
  let head: unknown[] = [];
  res.writeHead = (...args: unknown[]) => {
    head = args;
    return res;
  };
  res.end = (...args: unknown[]) => {
    const save = async () => {
      if (JSON.stringify(req.session) !== before) {
        for (const key of Object.keys(iron)) delete iron[key];
        await Object.assign(iron, req.session).save();
      }
      Object.assign(res, { writeHead, end });
      if (head.length > 0) Reflect.apply(writeHead, res, head);
      Reflect.apply(end, res, args);
    };
    save().catch((error) => res.destroy(error));
    return res;
  };
  next();
};
