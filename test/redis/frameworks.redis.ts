import { RedisStore } from 'connect-redis';
import express from 'express';
import expressSession from 'express-session';
import { startConnectStyle } from '../frameworks/connect-style.js';
import { expressApp } from '../frameworks/express-5.js';
import { itSignsPeopleIn } from '../frameworks/suite.js';
import { connectRedis, deleteKeys, freshPrefix } from './redis-server.js';

itSignsPeopleIn({
  name: 'Express with connect-redis',
  async start(settings) {
    const client = await connectRedis();
    const prefix = freshPrefix();
    const store = new RedisStore({ client, prefix });
    const sessions = expressSession({ secret: 'test', resave: false, saveUninitialized: false, store });
    const app = await startConnectStyle(expressApp(express, [sessions]), settings);
    return {
      ...app,
      async close() {
        await app.close();
        await deleteKeys(client, prefix);
        await client.close();
      },
    };
  },
});
