// Compiled by `npm run check`, never run: each form of verify, with `done` and `async`, and no mix of them.
import {
  type MoneiGrantProfile,
  type MoneiProfile,
  type MoneiRequest,
  MoneiStrategy,
  type MoneiTokenParams,
  type MoneiVerifyCallback,
  type MoneiVerifyFunction,
  type MoneiVerifyFunctionWithParams,
  type MoneiVerifyFunctionWithRequest,
  type MoneiVerifyFunctionWithRequestAndParams,
} from '../../src/index.js';

const options = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/auth/monei/callback' };
const withRequest = { ...options, passReqToCallback: true } as const;

// The short forms infer everything.
new MoneiStrategy(options, (accessToken, refreshToken, profile, done) => {
  const texts: string[] = [accessToken, refreshToken, profile.id, ...profile.grant.missing];
  done(null, { texts });
});
new MoneiStrategy(options, async (accessToken, _refreshToken, profile) => {
  const [id, known]: [string, MoneiProfile] = [profile.id, profile];
  return { id, known, length: accessToken.length };
});
new MoneiStrategy(withRequest, (req, accessToken, refreshToken, profile, done) => {
  const texts: string[] = [accessToken, refreshToken, profile.id, req.path];
  done(null, { texts });
});
new MoneiStrategy(withRequest, async (req, _accessToken, _refreshToken, profile) => {
  const id: string = profile.id;
  // @ts-expect-error requests have no such thing
  const nothing = req.ipAddress;
  return { id, ip: req.ip, nothing };
});
new MoneiStrategy(
  { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/', passReqToCallback: false },
  (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id }),
);

// So do the names of the forms, the long ones included.
const short: MoneiVerifyFunction = (_accessToken, _refreshToken, profile, done) =>
  done(null, { id: profile.id });
const shortAsync: MoneiVerifyFunction = async (_accessToken, _refreshToken, profile) => ({ id: profile.id });
const withParams: MoneiVerifyFunctionWithParams = (_accessToken, _refreshToken, params, profile, done) => {
  const seconds: number = params.expires_in;
  // @ts-expect-error `params` has no refresh token: it is an argument of its own
  const refreshToken: string = params.refresh_token;
  done(null, { id: profile.id, seconds, refreshToken });
};
const withParamsAsync: MoneiVerifyFunctionWithParams = async (
  _accessToken,
  _refreshToken,
  params,
  profile,
) => {
  const scopes: string[] = params.scopes;
  return { id: profile.id, scopes };
};
const requestFirst: MoneiVerifyFunctionWithRequest = (req, _accessToken, _refreshToken, profile, done) =>
  done(null, { id: profile.id, ip: req.ip });
const requestFirstAsync: MoneiVerifyFunctionWithRequest = async (
  req,
  _accessToken,
  _refreshToken,
  profile,
) => ({
  id: profile.id,
  ip: req.ip,
});
const everything: MoneiVerifyFunctionWithRequestAndParams = (
  req,
  _accessToken,
  _refreshToken,
  params,
  profile,
  done,
) => done(null, { id: profile.id, ip: req.ip, type: params.token_type });
const everythingAsync: MoneiVerifyFunctionWithRequestAndParams = async (
  req,
  _accessToken,
  _refreshToken,
  params,
  profile,
) => ({ id: profile.id, ip: req.ip, type: params.token_type });
new MoneiStrategy(options, short);
new MoneiStrategy(options, shortAsync);
new MoneiStrategy(options, withParams);
new MoneiStrategy(options, withParamsAsync);
new MoneiStrategy(withRequest, requestFirst);
new MoneiStrategy(withRequest, requestFirstAsync);
new MoneiStrategy(withRequest, everything);
new MoneiStrategy(withRequest, everythingAsync);

// Types that are written at the parameters do as well.
new MoneiStrategy(
  withRequest,
  (
    req: MoneiRequest,
    _accessToken: string,
    _refreshToken: string,
    params: MoneiTokenParams,
    profile: MoneiProfile,
    done: MoneiVerifyCallback,
  ) => done(null, { ip: req.ip, id: profile.id, scopes: params.scopes }),
);
new MoneiStrategy(
  options,
  async (_access: string, _refresh: string, params: MoneiTokenParams, profile: MoneiProfile) => [
    params,
    profile,
  ],
);

// A function that declares fewer parameters needs no others.
new MoneiStrategy(options, () => {});
new MoneiStrategy(withRequest, async (req) => ({ ip: req.ip }));

// Without its type, a long form is refused rather than understood as the short one.
// @ts-expect-error `done` has no type
new MoneiStrategy(options, (_access, _refresh, _params, _profile, done) => done(null, {}));
// @ts-expect-error `done` has no type
new MoneiStrategy(withRequest, (_req, _access, _refresh, _params, _profile, done) => done(null, {}));

// Options and verify have to agree on the request.
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, short);
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, shortAsync);
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, withParams);
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, withParamsAsync);
// @ts-expect-error nobody asked for the request
new MoneiStrategy(options, requestFirst);
// @ts-expect-error nobody asked for the request
new MoneiStrategy(options, requestFirstAsync);
// @ts-expect-error nobody asked for the request
new MoneiStrategy(options, everything);
// @ts-expect-error nobody asked for the request
new MoneiStrategy(options, everythingAsync);
// @ts-expect-error the third is the profile, not the fourth
new MoneiStrategy(options, (_access, _refresh, profile, done) => [profile.expires_in, done]);
// @ts-expect-error with the request first, the fourth is the profile
new MoneiStrategy(withRequest, (_access, _refresh, _profile, done) => done(null, {}));
declare const perhaps: boolean;
// @ts-expect-error nobody knows whether the request comes first
new MoneiStrategy({ ...options, passReqToCallback: perhaps }, () => {});

// `skipUserProfile: true` takes the id away, in each of the forms.
const anonymous = { ...options, skipUserProfile: true } as const;
const anonymousWithRequest = { ...anonymous, passReqToCallback: true } as const;
new MoneiStrategy({ ...options, skipUserProfile: true }, (_accessToken, _refreshToken, profile, done) => {
  const known: MoneiGrantProfile = profile;
  // @ts-expect-error nobody knows who this is
  const id = profile.id;
  done(null, { id, known });
});
// @ts-expect-error nobody knows who this is
new MoneiStrategy(anonymous, async (_access, _refresh, profile) => profile.id);
// @ts-expect-error nobody knows who this is
new MoneiStrategy(anonymousWithRequest, async (_req, _access, _refresh, profile) => profile.id);
// @ts-expect-error nor what they are called
new MoneiStrategy(anonymousWithRequest, (_req, _access, _refresh, profile, done) => [profile.name, done]);
const anonymousShort: MoneiVerifyFunction<MoneiGrantProfile> = async (_access, _refresh, { grant }) => grant;
const anonymousLong: MoneiVerifyFunctionWithParams<MoneiGrantProfile> = async (
  _access,
  _refresh,
  params,
  profile,
) =>
  // @ts-expect-error nobody knows who this is
  [params.scopes, profile.grant.partial, profile.id];
new MoneiStrategy(anonymous, anonymousShort);
new MoneiStrategy(anonymous, anonymousLong);
// @ts-expect-error verify wants an id
new MoneiStrategy(anonymous, short);
// @ts-expect-error verify wants an id
new MoneiStrategy(anonymous, withParams);
// @ts-expect-error verify wants an id
new MoneiStrategy(anonymousWithRequest, requestFirst);
// @ts-expect-error verify wants an id
new MoneiStrategy(anonymousWithRequest, everything);
// Who can do without an id does not mind one.
new MoneiStrategy(options, anonymousShort);

// With `skipUserProfile: false` the id is there, and with a variable it has to be looked for.
new MoneiStrategy({ ...options, skipUserProfile: false }, async (_access, _refresh, { id }) => id.length);
// @ts-expect-error perhaps nobody knows who this is
new MoneiStrategy({ ...options, skipUserProfile: perhaps }, async (_access, _refresh, profile) => profile.id);
new MoneiStrategy({ ...options, skipUserProfile: perhaps }, async (_access, _refresh, profile) => {
  const id: string | undefined = 'id' in profile ? profile.id : undefined;
  return { id, partial: profile.grant.partial };
});

// What `done` takes.
declare const done: MoneiVerifyCallback;
const users: (Express.User | false | null | undefined)[] = [] as Parameters<MoneiVerifyCallback>[1][];
// Not `any`, which would let everything through when an app says what its users are.
const _kind: 0 extends 1 & Parameters<MoneiVerifyCallback>[1] ? 'any' : 'typed' = 'typed';
done();
done(new Error('The database is down.'));
done(null, users[0]);
done(null, false, { message: 'Banned' });
done(undefined, null, 'Banned');
// @ts-expect-error a number tells nothing about a sign-in
done(null, {}, 1);
