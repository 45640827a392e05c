import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { MoneiStrategy, requireScopes } from 'passport-monei';

const { MONEI_CLIENT_ID, MONEI_CLIENT_SECRET, SESSION_SECRET, PORT = 3000 } = process.env;
const origin = `http://localhost:${PORT}`;
const cookie = { sameSite: 'lax', secure: false }; // behind https: secure: true
const app = express();
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie }));
app.use(passport.session());

const options = {
  clientID: MONEI_CLIENT_ID,
  clientSecret: MONEI_CLIENT_SECRET,
  callbackURL: `${origin}/auth/monei/callback`,
  scope: ['wallet:read', 'wallet:send'], // profile:read comes with them
  requiredScopes: ['wallet:read'], // without this one, sign-in fails
};
const verify = async (accessToken, refreshToken, profile) => {
  // Find or create your user by profile.id, and keep the tokens: see below.
  return { id: profile.id, name: profile.displayName, scopes: profile.grant.granted };
};
passport.use(new MoneiStrategy(options, verify));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

app.get('/auth/monei', passport.authenticate('monei'));
app.get('/auth/monei/callback', passport.authenticate('monei', { failureRedirect: '/failed' }), (req, res) => {
  res.redirect(pageOfThisApp(req.authInfo.state?.returnTo));
});

/** Returns the path to go to after signing in, never the address of another site. */
function pageOfThisApp(path = '/') {
  const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  return url?.origin === origin ? url.pathname.replace(/^\/+/, '/') + url.search + url.hash : '/';
}

app.get('/', (req, res) => {
  if (!req.user) return res.send('<a href="/auth/monei">Connect Monei</a>');
  res.type('text').send(`Hello ${req.user.name}`); // not as HTML: users choose their names
});
app.get('/failed', (req, res) => {
  if (req.user) return res.send('You are already signed in. <a href="/">Go on</a>'); // in another tab
  res.status(401).send('Monei did not sign you in. <a href="/auth/monei">Try again</a>');
});
app.listen(PORT, (error) => {
  if (error) throw error;
  console.log(`Open ${origin}`);
});

const granted = (req) => req.user?.scopes; // the scopes that you stored for this user
const onMissing = (req, res) => res.redirect('/enable-send');

app.get('/send', requireScopes(['wallet:send'], { granted, onMissing }), (req, res) => {
  res.send('<form method="post"><button>Send</button></form>');
});

app.post('/send', requireScopes(['wallet:send'], { granted }), (req, res) => {
  if (req.get('origin') !== origin) return res.status(403).send('Another site sent this form.');
  res.send('Sent');
});

const more = { scope: ['wallet:send'], state: { returnTo: '/send' } };
app.get('/enable-send', passport.authenticate('monei', more));
