import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { MoneiStrategy } from 'passport-monei';

const { env } = process;
const port = env.PORT ?? 3000;
const origin = `http://localhost:${port}`;
const options = {
  clientID: env.MONEI_CLIENT_ID ?? '',
  clientSecret: env.MONEI_CLIENT_SECRET ?? '',
  authorizationURL: env.MONEI_AUTHORIZATION_URL, // the emulator's addresses; without them, Monei's
  tokenURL: env.MONEI_TOKEN_URL,
  revocationURL: env.MONEI_REVOCATION_URL,
  userProfileURL: env.MONEI_USER_PROFILE_URL,
  callbackURL: `${origin}/auth/monei/callback`,
  scope: ['wallet:read', 'wallet:send'], // profile:read comes with them
  requiredScopes: ['wallet:read'], // without this one, sign-in fails
};
const monei = new MoneiStrategy(options, async (accessToken, refreshToken, profile) => {
  // Find or create your user by profile.id, and keep the tokens: see below.
  return { id: profile.id, name: profile.displayName, scopes: profile.grant.granted };
});
passport.use(monei);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
const secret = env.SESSION_SECRET ?? '';
// With https, the cookie needs `secure: true` as well.
app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));
app.use(passport.session());

app.get('/auth/monei', passport.authenticate('monei'));
app.get('/auth/monei/callback', passport.authenticate('monei', { failureRedirect: '/failed' }), (req, res) => {
  res.redirect(pageOfThisApp(req.authInfo?.state));
});

/** Returns the path to go to after signing in, never the address of another site. @param {any} state */
function pageOfThisApp(state) {
  const path = state?.returnTo ?? '/';
  const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  return url?.origin === origin ? url.pathname.replace(/^\/+/, '/') + url.search + url.hash : '/';
}

app.get('/', (req, res) => {
  const user = /** @type {{ name?: string } | undefined} */ (req.user);
  if (!user) return res.send('<a href="/auth/monei">Connect Monei</a>');
  res.type('text').send(`Hello ${user.name}`); // not as HTML: users choose their names
});
app.get('/failed', (req, res) => {
  if (req.user) return res.send('You are already signed in. <a href="/">Go on</a>'); // in another tab
  res.status(401).send('Monei did not sign you in. <a href="/auth/monei">Try again</a>');
});
app.listen(port, (error) => {
  if (error) throw error; // the port is used, for example
  console.log(`Open ${origin}`);
});

import { requireScopes } from 'passport-monei';

const granted = (/** @type {any} */ req) => req.user?.scopes; // the scopes that you stored for this user
app.get(
  '/send',
  requireScopes(['wallet:send'], { granted, onMissing: (req, res) => res.redirect('/enable-send') }),
  (req, res) => res.send('<form method="post"><button>Send</button></form>'),
);
app.get('/enable-send', passport.authenticate('monei', { scope: ['wallet:send'], state: { returnTo: '/send' } }));
app.post('/send', requireScopes(['wallet:send'], { granted }), (req, res) => {
  if (req.get('origin') !== origin) return res.status(403).send('Another site sent this form.');
  res.send('Sent');
});
