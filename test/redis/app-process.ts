import type { AddressInfo } from 'node:net';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { createClient } from 'redis';
import { MoneiStrategy, type MoneiStrategyOptions } from '../../src/index.js';

/** The settings of a process of `app-processes.redis.ts`. */
export interface AppTask {
  redisURL: string;
  prefix: string;
  options: MoneiStrategyOptions;
}

/** Runs an app for several machines behind one address. Its sessions are in Redis, and it has no other state. */
process.once('message', async ({ redisURL, prefix, options }: AppTask) => {
  const client = await createClient({ url: redisURL }).connect();
  const app = express();
  const store = new RedisStore({ client, prefix: `${prefix}session:`, ttl: 600 });
  app.use(session({ store, secret: 'test', resave: false, saveUninitialized: false }));
  app.use(passport.session());
  passport.use(
    new MoneiStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile)),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  app.get('/auth', (req, res, next) => {
    passport.authenticate('monei', { state: String(req.get('x-browser')) })(req, res, next);
  });
  app.get('/callback', passport.authenticate('monei'), (req, res) => {
    res.json({ user: req.user, state: (req.authInfo as { state?: unknown }).state });
  });
  app.get('/whoami', (req, res) => {
    res.json({ user: req.user ?? null });
  });
  const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
