import express from 'express';
import passport from 'passport';

const app = express();

import cookieSession from 'cookie-session';
import { cookieSessionMethods } from 'passport-monei';

app.use(cookieSession({ secret: process.env.SESSION_SECRET, sameSite: 'lax' }), cookieSessionMethods);

app.use(passport.session());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
app.get('/visit', (req, res) => {
  req.session.visited = true;
  res.end();
});
app.get('/login', (req, res, next) => {
  req.logIn({ id: 'ada' }, (error) => (error ? next(error) : res.end()));
});
app.get('/logout', (req, res, next) => {
  req.logOut((error) => (error ? next(error) : res.end()));
});
app.get('/', (req, res) => res.json({ user: req.user?.id ?? null, visited: req.session.visited ?? false }));
const { PORT = 3000 } = process.env;
app.listen(PORT, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
