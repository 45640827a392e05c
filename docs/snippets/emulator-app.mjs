import express from 'express';
import session from 'express-session';
import { startEmulator } from 'monei-connect-emulator';
import passport from 'passport';
import { MoneiStrategy } from 'passport-monei';

const port = process.env.PORT ?? 3000;
const emulator = await startEmulator();
const app = express();
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));
app.use(passport.session());
passport.use(
  new MoneiStrategy(
    {
      ...emulator.client,
      ...emulator.endpoints,
      callbackURL: `http://localhost:${port}/auth/monei/callback`,
      scope: ['wallet:read'],
    },
    async (accessToken, refreshToken, profile) => ({ name: profile.displayName }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

app.get('/auth/monei', passport.authenticate('monei'));
app.get('/auth/monei/callback', passport.authenticate('monei', { successRedirect: '/', failureRedirect: '/' }));
app.get('/', (req, res) => {
  if (req.user) res.type('text').send(`Hello ${req.user.name}`);
  else res.send('<a href="/auth/monei">Connect Monei</a>');
});
app.listen(port, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${port}`);
});
