import assert from 'node:assert';
import { after, before, test } from 'node:test';
import express from 'express';
import session from 'express-session';
import { startEmulator } from 'monei-connect-emulator';
import passport from 'passport';
import { MoneiStrategy } from 'passport-monei';

let emulator;
let server;
let origin;

before(async () => {
  emulator = await startEmulator();
  const app = express();
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false }), passport.session());
  server = await new Promise((resolve, reject) => {
    const listening = app.listen(0, (error) => (error ? reject(error) : resolve(listening)));
  });
  origin = `http://localhost:${server.address().port}`;
  const options = { ...emulator.client, ...emulator.endpoints, callbackURL: `${origin}/cb`, scope: ['wallet:read'] };
  passport.use(new MoneiStrategy(options, async (accessToken, refreshToken, profile) => profile.grant));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));
  app.get('/in', passport.authenticate('monei'));
  app.get('/cb', passport.authenticate('monei', { failureRedirect: '/no' }), (req, res) => res.json(req.user));
});

after(async () => {
  server.close();
  server.closeAllConnections();
  await emulator.close();
});

/** Signs in as a user who makes this decision. */
async function signIn(decision) {
  const start = await fetch(`${origin}/in`, { redirect: 'manual' });
  const cookie = start.headers.get('set-cookie').split(';')[0];
  const callback = await emulator.authorize(start.headers.get('location'), decision);
  return fetch(callback, { headers: { cookie }, redirect: 'manual' });
}

test('a user who allows only a part', async () => {
  const grant = await (await signIn({ allow: ['profile:read'] })).json();
  assert.deepEqual(grant.missing, ['wallet:read']);
});

test('a user who denies the request', async () => {
  const answer = await signIn({ deny: true });
  assert.equal(answer.headers.get('location'), '/no');
});
