// Compiled by `npm run check`, never run.
import express from 'express';
import passport from 'passport';
import { MoneiStrategy, missingScopes, requireScopes } from '../../src/index.js';

const strategy = new MoneiStrategy({ clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/' }, () => {});
passport.authenticate(strategy, { requiredScopes: ['wallet:send'], state: { a: 1 } });
passport.authenticate(['monei'], { failureRedirect: '/' });

const app = express();
app.post('/send', requireScopes(['wallet:send'], { granted: (req) => (req.user ? ['wallet:send'] : []) }));
app.get(
  '/send',
  requireScopes('wallet:send', {
    granted: async (req: express.Request) => new Set(req.get('x')),
    onMissing: (req, res, next, missing) => (missing.length > 1 ? next() : res.redirect(req.path)),
  }),
);
const missing: string[] = missingScopes(new Set(['a']), ['a', 'b']);
app.locals.missing = missing;
