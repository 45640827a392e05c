import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { MoneiStrategy } from 'passport-monei';

const { env } = process;
const port = env.PORT ?? 3000;
const app = express();
app.use(session({ secret: env.SESSION_SECRET, resave: false, saveUninitialized: false }), passport.session());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
passport.use(
  new MoneiStrategy(
    {
      clientID: env.MONEI_CLIENT_ID,
      clientSecret: env.MONEI_CLIENT_SECRET,
      authorizationURL: env.MONEI_AUTHORIZATION_URL,
      tokenURL: env.MONEI_TOKEN_URL,
      revocationURL: env.MONEI_REVOCATION_URL,
      userProfileURL: env.MONEI_USER_PROFILE_URL,
      callbackURL: `http://localhost:${port}/auth/monei/callback`,
    },
    async (accessToken, refreshToken, { id }) => ({ id }),
  ),
);
app.get('/auth/monei', passport.authenticate('monei'));
app.get('/', (req, res) => res.json({ user: req.user?.id ?? null }));

const WORDS = {
  access_denied: 'You chose not to connect Monei.',
  missing_scope: 'To sign you in, this app needs to see your wallet. You did not allow that.',
  invalid_state: 'This sign-in was finished before, took too long, or was begun in another browser.',
};

app.get('/auth/monei/callback', (req, res, next) => {
  const answered = (error, user, info, status) => {
    if (error) return next(error);
    if (info?.code === 'invalid_state' && req.user) return res.redirect('/'); // another tab signed the user in
    if (!user) return res.status(status ?? 401).send(WORDS[info?.code] ?? 'The sign-in failed. Please try again.');
    req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
  };
  passport.authenticate('monei', answered)(req, res, next);
});

app.post('/logout', (req, res, next) => {
  req.logOut((error) => (error ? next(error) : res.redirect('/')));
});

// Comes last: handles errors, such as no response from Monei (status 502, 503 or 504).
app.use((error, req, res, next) => {
  console.error(error); // the package's own errors hold no token, code or secret
  if (res.headersSent) return next(error);
  res.status(error.status ?? 500).send('Something went wrong. Please try again later.');
});

app.listen(port, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${port}`);
});
