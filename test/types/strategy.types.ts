// Compiled by `npm run check`, never run: right code compiles, and wrong code does not.
import passport from 'passport';
import {
  type MoneiGrantProfile,
  type MoneiProfile,
  type MoneiRequest,
  MoneiStrategy,
  type MoneiStrategyOptions,
  type MoneiTokenParams,
  type MoneiVerifyCallback,
  type MoneiVerifyFunctionWithParams,
  Strategy,
} from '../../src/index.js';

const registered = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/auth/monei/callback' };

// The short forms infer everything.
new MoneiStrategy(registered, (accessToken, refreshToken, profile, done) => {
  const texts: string[] = [accessToken, refreshToken, profile.id, ...profile.grant.missing];
  done(null, { texts });
});
new MoneiStrategy(registered, async (_accessToken, _refreshToken, profile) => ({ id: profile.id }));
new MoneiStrategy(
  { ...registered, passReqToCallback: true },
  (req, _accessToken, _refreshToken, profile, done) => {
    done(null, { ip: req.ip, id: profile.id });
  },
);

// Options may be written down before.
const options: MoneiStrategyOptions = { ...registered, scope: ['wallet:read'] };
new MoneiStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id }));

// The long forms need their types written down.
const withParams: MoneiVerifyFunctionWithParams = (_accessToken, _refreshToken, params, profile, done) => {
  const seconds: number = params.expires_in;
  done(null, { id: profile.id, seconds });
};
new MoneiStrategy(registered, withParams);
new MoneiStrategy(
  { ...registered, passReqToCallback: true },
  (
    req: MoneiRequest,
    _accessToken: string,
    _refreshToken: string,
    params: MoneiTokenParams,
    profile: MoneiProfile,
    done: MoneiVerifyCallback,
  ) => done(null, { ip: req.ip, id: profile.id, scopes: params.scopes }),
);

// `skipUserProfile: true` takes the id away.
new MoneiStrategy({ ...registered, skipUserProfile: true }, (_accessToken, _refreshToken, profile, done) => {
  const known: MoneiGrantProfile = profile;
  // @ts-expect-error nobody knows who this is
  const id = profile.id;
  done(null, { id, known });
});

// Known scopes autocomplete, others pass, and what is no scope does not.
new Strategy(
  { ...registered, scope: ['wallet:read', 'cards:read'], requiredScopes: 'wallet:read' },
  () => {},
);
// @ts-expect-error a number is no scope
new MoneiStrategy({ ...registered, scope: [1] }, () => {});
// @ts-expect-error the check can't be turned off
new MoneiStrategy({ ...registered, state: false }, () => {});
// @ts-expect-error clientSecret is missing
new MoneiStrategy({ clientID: 'mc_1', callbackURL: '/' }, () => {});
// @ts-expect-error verify is missing
new MoneiStrategy(registered);

// Passport takes the strategy, and knows its options.
passport.use(new MoneiStrategy(registered, () => {}));
passport.authenticate('monei', {
  scope: ['wallet:send'],
  requiredScopes: ['wallet:send'],
  state: { returnTo: '/' },
});
passport.authorize('monei', { scope: 'wallet:send', state: 1, callbackURL: '/linked' });
passport.authenticate('monei', { failureRedirect: '/' }, (error, user) => [error, user]);
passport.authenticate('monei');
// @ts-expect-error only Monei's options have required scopes
passport.authenticate('google', { requiredScopes: ['wallet:send'] });

// Subclasses override passport-oauth2's hooks.
class Subclass extends MoneiStrategy {
  override authorizationParams(): object {
    return { prompt: 'consent' };
  }

  override parseErrorResponse(body: string, status: number): Error | null {
    return new Error(`${status}: ${body}`);
  }
}
passport.use('own-name', new Subclass(registered, () => {}));
