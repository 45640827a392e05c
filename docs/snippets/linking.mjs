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

const links = new Map(); // by the id of your user: a table of yours, with a unique index on moneiId

const monei = new MoneiStrategy(
  {
    clientID: process.env.MONEI_CLIENT_ID,
    clientSecret: process.env.MONEI_CLIENT_SECRET,
    callbackURL: `http://localhost:${port}/link/monei/callback`,
    scope: ['wallet:read'],
  },
  async (accessToken, refreshToken, { id, grant }) => {
    return { moneiId: id, accessToken, refreshToken, scopes: grant.granted }; // not stored before it is checked
  },
);
passport.use(monei);

const link = (options) => (req, res, next) => {
  if (!req.user?.id) return res.redirect('/?monei=sign-in-first');
  passport.authorize('monei', { ...options, state: { user: req.user.id } })(req, res, next);
};
app.get('/link/monei', link());
app.get('/link/monei/send', link({ scope: ['wallet:send'] })); // one more scope, later

app.get('/link/monei/callback', (req, res, next) => {
  const answered = (error, account, info) => {
    if (error) return next(error);
    // Three outcomes, three addresses: the page can say what happened.
    if (!account) return res.redirect(info?.code === 'access_denied' ? '/?monei=declined' : '/?monei=try-again');
    const { user } = req;
    const startedIt = user?.id && user.id === info.state?.user;
    const linked = links.get(user?.id);
    const taken = [...links.values()].some(({ moneiId }) => moneiId === account.moneiId);
    if (startedIt && (linked ? linked.moneiId === account.moneiId : !taken)) {
      links.set(user.id, account);
      return res.redirect('/?monei=linked');
    }
    const refuse = () => res.status(409).send('That is not your Monei account here. Nothing was changed.');
    monei.connect.revoke(account.accessToken).then(refuse, next);
  };
  passport.authorize('monei', answered)(req, res, next);
});

app.get('/', (req, res) => res.json({ user: req.user?.id, links: Object.fromEntries(links) }));
app.listen(port, () => console.log(`Open http://localhost:${port}`));
