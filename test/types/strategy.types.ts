// Compiled by `npm run check`, never run: the options of the strategy, and its use in Passport.
import { Agent } from 'node:https';
import passport, { type AuthenticateCallback } from 'passport';
import type OAuth2Strategy from 'passport-oauth2';
import MoneiDefault, {
  type MoneiAccountRequest,
  type MoneiAgent,
  type MoneiAuthenticateCallback,
  type MoneiAuthenticateOptions,
  type MoneiConnect,
  type MoneiFailure,
  type MoneiGrant,
  type MoneiGrantProfile,
  type MoneiProfile,
  type MoneiProfileFor,
  type MoneiRequest,
  type MoneiStateStore,
  MoneiStrategy,
  type MoneiStrategyOptions,
  type MoneiStrategyOptionsWithRequest,
  type MoneiUser,
  Strategy,
} from '../../src/index.js';

const registered = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/auth/monei/callback' };

// One class, three names.
const _classes: (typeof MoneiStrategy)[] = [MoneiDefault, Strategy];
const strategy: MoneiDefault = new Strategy(registered, () => {});
const _parent: OAuth2Strategy = strategy;
const connect: MoneiConnect = strategy.connect;
// @ts-expect-error `connect` is read-only
strategy.connect = connect;

// Options can have a declared type.
const options: MoneiStrategyOptions = { ...registered, scope: ['wallet:read'] };
new MoneiStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id }));
const withRequest: MoneiStrategyOptionsWithRequest = { ...registered, passReqToCallback: true };
new MoneiStrategy(withRequest, (req, _access, _refresh, profile, done) => done(null, [req.ip, profile.id]));
const anonymous: MoneiStrategyOptions<true> = { ...registered, skipUserProfile: true };
const withoutProfile: MoneiStrategy<true> = new MoneiStrategy(anonymous, () => {});
// @ts-expect-error these options skip the profile
const _withoutProfile: MoneiStrategyOptions = { ...registered, skipUserProfile: true };
const _profiles: [MoneiProfileFor<true>, MoneiProfileFor<false>] = [
  {} as MoneiGrantProfile,
  {} as MoneiProfile,
];

// Every option.
const store: MoneiStateStore = { store() {}, verify() {} };
const agents: MoneiAgent[] = [new Agent(), (url) => (url.protocol === 'https:' ? new Agent() : undefined)];
for (const agent of agents) {
  new MoneiStrategy(
    {
      ...registered,
      agent,
      store,
      scope: 'wallet:read wallet:send',
      requiredScopes: ['wallet:read'],
      sessionKey: 'monei',
      pkce: 'S256',
      proxy: true,
      customHeaders: { 'x-gateway-key': 'k', 'x-many': ['a', 'b'] },
      timeout: 5000,
      authorizationURL: 'http://localhost:1/a',
      tokenURL: 'http://localhost:1/t',
      revocationURL: 'http://localhost:1/r',
      userProfileURL: 'http://localhost:1/u',
      state: true,
    },
    () => {},
  );
}

// An option can be undefined, so that `agent: config.agent` compiles.
new MoneiStrategy(
  {
    ...registered,
    scope: undefined,
    requiredScopes: undefined,
    passReqToCallback: undefined,
    agent: undefined,
    store: undefined,
    sessionKey: undefined,
    pkce: undefined,
    proxy: undefined,
    customHeaders: undefined,
    timeout: undefined,
    authorizationURL: undefined,
    tokenURL: undefined,
    revocationURL: undefined,
    userProfileURL: undefined,
    state: undefined,
  },
  async (_accessToken, _refreshToken, profile) => profile.id,
);
new MoneiStrategy({ ...registered, skipUserProfile: undefined }, () => {});

// Required options can't be undefined, as an environment variable may be.
declare const unset: string | undefined;
// @ts-expect-error clientID may be missing
new MoneiStrategy({ ...registered, clientID: unset }, () => {});
// @ts-expect-error clientSecret may be missing
new MoneiStrategy({ ...registered, clientSecret: unset }, () => {});
// @ts-expect-error callbackURL may be missing
new MoneiStrategy({ ...registered, callbackURL: unset }, () => {});
// @ts-expect-error clientSecret is missing
new MoneiStrategy({ clientID: 'mc_1', callbackURL: '/' }, () => {});
// @ts-expect-error verify is missing
new MoneiStrategy(registered);
// @ts-expect-error no options
new MoneiStrategy(undefined, () => {});

// Unknown options, and values of another type.
// @ts-expect-error the check can't be turned off
new MoneiStrategy({ ...registered, state: false }, () => {});
// @ts-expect-error a typing error
new MoneiStrategy({ ...registered, requiredScope: ['wallet:read'] }, () => {});
// @ts-expect-error Monei has no scope separator
new MoneiStrategy({ ...registered, scopeSeparator: ',' }, () => {});
// @ts-expect-error a URL is not an agent
new MoneiStrategy({ ...registered, agent: 'http://proxy:8080' }, () => {});
// @ts-expect-error an unknown method of PKCE
new MoneiStrategy({ ...registered, pkce: 's256' }, () => {});
// @ts-expect-error milliseconds, not a string
new MoneiStrategy({ ...registered, timeout: '10s' }, () => {});
// @ts-expect-error `true` is not a store
new MoneiStrategy({ ...registered, store: true }, () => {});
// @ts-expect-error a store needs `verify`
new MoneiStrategy({ ...registered, store: { store() {} } }, () => {});

// A key of the profile is absent if Monei sent no value, and is never undefined.
declare const profile: MoneiProfile;
const _texts: (string | undefined)[] = [
  profile.displayName,
  profile.name?.givenName,
  profile.name?.familyName,
  profile.emails?.[0]?.value,
  profile.phoneNumbers?.[0]?.value,
];
const _rest: [string, 'monei', string, MoneiUser, MoneiGrant] = [
  profile.id,
  profile.provider,
  profile._raw,
  profile._json,
  profile.grant,
];
const _lists: string[][] = [
  profile.grant.requested,
  profile.grant.granted,
  profile.grant.missing,
  profile.grant.unrequested,
];
const _partial: boolean = profile.grant.partial;
// @ts-expect-error absent, or a string
const _unnamed: MoneiProfile = { ...profile, displayName: undefined };
// @ts-expect-error Monei may have sent no name
const _displayName: string = profile.displayName;
// @ts-expect-error `_raw` is read-only
profile._raw = '';

// Passport accepts the strategy and its options.
passport.use(strategy);
passport.use('anonymous', withoutProfile);
const own: MoneiAuthenticateOptions = {
  scope: ['wallet:send'],
  requiredScopes: ['wallet:send'],
  callbackURL: '/linked',
  state: { returnTo: '/' },
  failureRedirect: '/failed',
  session: false,
};
const onOutcome: MoneiAuthenticateCallback = (error, user, info, status) => [error, user, info, status];
passport.authenticate('monei', own);
passport.authenticate(strategy, own, onOutcome);
passport.authenticate(withoutProfile, { requiredScopes: [] });
passport.authorize('monei', own, onOutcome);
passport.authorize(strategy, { scope: 'wallet:send', state: 1 });
passport.authenticate('monei', {
  scope: undefined,
  requiredScopes: undefined,
  callbackURL: undefined,
  state: undefined,
});
passport.authenticate('monei', { successRedirect: '/', failureRedirect: '/', keepSessionInfo: true });
passport.authenticate('monei', { failureRedirect: '/' }, (error, user) => [error, user]);
passport.authenticate('monei', onOutcome);
passport.authenticate('monei');
passport.authenticate(['monei', 'local'], { failureRedirect: '/' });
// Under any name: `passport.use('monei-business', strategy)`.
passport.authenticate('monei-business', own, onOutcome);
passport.authorize('monei-business', { requiredScopes: ['wallet:send'], state: { returnTo: '/' } });
// @ts-expect-error a typing error, under any name
passport.authenticate('monei-business', { requiredScope: ['wallet:send'] });
// @ts-expect-error a number is not a scope
passport.authenticate('monei', { scope: 1 });
// @ts-expect-error a number is not a scope
passport.authenticate('monei', { requiredScopes: [1] });
// @ts-expect-error a typing error
passport.authenticate('monei', { requiredScope: ['wallet:send'] });
// @ts-expect-error a typing error
passport.authorize('monei', { scopes: ['wallet:send'] });

// Properties of the request that a strict app reads after a sign-in.
declare const req: MoneiRequest;
const _state: unknown = req.authInfo?.state;

// An app may have an `account` of its own, and can opt in to the one of `passport.authorize()`.
declare const linked: MoneiRequest & MoneiAccountRequest;
const _account: Express.User | undefined = linked.account;
declare const banking: MoneiRequest & { account: { iban: string } };
const _iban: string = banking.account.iban;

// The custom callback, in strict mode: with annotated parameters, and with inferred ones.
const words: Partial<Record<MoneiFailure['code'], string>> = {
  access_denied: 'You chose not to connect Monei.',
};
const custom: MoneiAuthenticateCallback = (error, user, info, status) => {
  if (error) throw error;
  if (user) return user;
  if (info?.code === 'missing_scope') return [info.missing, info.grant.missing, info.state];
  if (info?.code === 'invalid_state') return info.reason === 'other_user' || info.reason;
  return [status ?? 401, info?.code && words[info.code], info?.message];
};
passport.authenticate('monei', custom);
passport.authenticate('monei', { requiredScopes: ['wallet:read'] }, custom);
passport.authorize('monei', custom);
passport.authenticate('monei', { requiredScopes: [] }, (error, _user, info: MoneiFailure | undefined) => {
  if (info?.code === 'missing_scope') return [error, info.missing, info.state];
  return info?.message;
});
type FailureCallback = (
  error: unknown,
  user: Express.User | false | null | undefined,
  info: MoneiFailure | undefined,
  status: number | undefined,
) => void;
const annotated: FailureCallback = (_error, _user, info) => info?.message;
const _same: MoneiAuthenticateCallback = annotated;
passport.authenticate('monei', annotated);
passport.authenticate('monei', { requiredScopes: [] }, annotated);
const _passports: MoneiAuthenticateCallback = (() => {}) as AuthenticateCallback;
// @ts-expect-error only `missing_scope` has `missing`
const _missing = (failure: Exclude<MoneiFailure, { code: 'missing_scope' }>) => failure.missing;
// @ts-expect-error no such code
const _code: MoneiFailure['code'] = 'missing_scopes';

// Subclasses override passport-oauth2's hooks.
class Subclass extends MoneiStrategy {
  override authorizationParams(): object {
    return { prompt: 'consent' };
  }

  override tokenParams(): object {
    return { audience: 'app' };
  }

  override userProfile(accessToken: string, done: (error?: unknown, profile?: object) => void): void {
    super.userProfile(accessToken, (error, profile) => done(error, { ...profile, seen: true }));
  }

  override parseErrorResponse(body: string, status: number): Error | null {
    return new Error(`${status}: ${body}`);
  }
}
passport.use('own-name', new Subclass(registered, () => {}));
class _Wrong extends MoneiStrategy {
  // @ts-expect-error an error or null
  override parseErrorResponse(): string {
    return '';
  }
}
