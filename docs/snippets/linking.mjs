import express from 'express';
import session from 'express-session';
import passport from 'passport';

const { PORT: port = 3000, SESSION_SECRET: secret } = process.env;
const app = express();
app.use(session({ secret, resave: false, saveUninitialized: false }), passport.session());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
// An app of yours has another sign-in here.
app.get('/login/:id', (req, res, next) => {
  req.logIn({ id: req.params.id }, { keepSessionInfo: true }, (error) => (error ? next(error) : res.end()));
});

import { MoneiStrategy } from 'passport-monei';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';

// The id of the Monei account, by the id of your user: a table of yours, with a unique index on both columns.
const links = new Map();

const monei = new MoneiStrategy(
  {
    clientID: process.env.MONEI_CLIENT_ID,
    clientSecret: process.env.MONEI_CLIENT_SECRET,
    callbackURL: `http://localhost:${port}/link/monei/callback`,
    scope: ['wallet:read'],
  },
  async (accessToken, refreshToken, { id, grant }) => {
    return { moneiId: id, tokens: { accessToken, refreshToken, grant } }; // not stored before it is checked
  },
);
passport.use(monei);

const keeper = new TokenKeeper({
  connect: monei.connect,
  store: memoryStore(), // in production: redisStore() or postgresStore()
  keys: [Buffer.from(process.env.TOKEN_KEY, 'hex')],
});

const link = (options) => (req, res, next) => {
  if (!req.user?.id) return res.redirect('/?monei=sign-in-first');
  passport.authorize('monei', { ...options, state: { user: req.user.id } })(req, res, next);
};
app.get('/link/monei', link());
app.get('/link/monei/send', link({ scope: ['wallet:send'] })); // one more scope, later

/** Whether a user may have this account: both are free, or linked to each other. */
function mayLink(userId, moneiId) {
  const [owner = userId] = [...links].find(([, id]) => id === moneiId) ?? [];
  return owner === userId && (links.get(userId) ?? moneiId) === moneiId;
}

app.get('/link/monei/callback', (req, res, next) => {
  const finish = async (error, account, info) => {
    if (error) throw error;
    // Three outcomes, three addresses, so the page can say what happened.
    if (!account) return res.redirect(info?.code === 'access_denied' ? '/?monei=declined' : '/?monei=try-again');
    const userId = req.user?.id;
    if (!userId || userId !== info.state?.user || !mayLink(userId, account.moneiId)) {
      await monei.connect.revoke(account.tokens.accessToken);
      return res.status(409).send('That is not your Monei account here. Nothing was changed.');
    }
    links.set(userId, account.moneiId);
    await keeper.save(userId, account.tokens);
    res.redirect('/?monei=linked');
  };
  passport.authorize('monei', (...result) => finish(...result).catch(next))(req, res, next);
});

app.post('/unlink/monei', async (req, res) => {
  if (!req.user?.id) return res.redirect('/?monei=sign-in-first');
  await keeper.forget(req.user.id); // revokes at Monei, then deletes
  links.delete(req.user.id);
  res.redirect('/?monei=unlinked');
});

app.get('/', async (req, res) => {
  const scopes = req.user ? await keeper.scopes(req.user.id) : [];
  res.json({ user: req.user?.id, links: Object.fromEntries(links), scopes });
});
app.listen(port, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${port}`);
});
