import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import expressSession from 'express-session';
import FileStore from 'session-file-store';
import { type ConnectStyleApp, startConnectStyle } from './connect-style.js';
import type { Framework } from './framework.js';

export const express5: Framework = {
  name: 'Express 5',
  start: (settings) => startConnectStyle(expressApp(express, [serverSession()]), settings),
};

/** Sessions in files, for small apps on one machine. */
export const expressWithFiles: Framework = {
  name: 'Express with session-file-store',
  async start(settings) {
    const path = await mkdtemp(join(tmpdir(), 'sessions-'));
    const store = new (FileStore(expressSession))({
      path,
      logFn: () => {},
      reapInterval: -1,
      retries: 3,
      minTimeout: 10,
      maxTimeout: 20,
    });
    const sessions = expressSession({ secret: 'test', resave: false, saveUninitialized: false, store });
    const app = await startConnectStyle(expressApp(express, [sessions]), settings);
    return {
      ...app,
      async close() {
        await app.close();
        await rm(path, { recursive: true, force: true });
      },
    };
  },
};

/** Returns an Express app with the middleware for its sessions. */
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

/** Sessions on the server, whose id changes at a login. */
export function serverSession(): RequestHandler {
  return expressSession({ secret: 'test', resave: false, saveUninitialized: false });
}
