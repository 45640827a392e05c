// Compiled by `npm run check`, never run: each form of verify, with `done` and `async`.
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
  // @ts-expect-error requests have no such property
  const nothing = req.ipAddress;
  return { id, ip: req.ip, nothing };
});
new MoneiStrategy(
  { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/', passReqToCallback: false },
  (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id }),
);

// The named types of all forms infer everything, too.
const short: MoneiVerifyFunction = (_accessToken, _refreshToken, profile, done) =>
  done(null, { id: profile.id });
const shortAsync: MoneiVerifyFunction = async (_accessToken, _refreshToken, profile) => ({ id: profile.id });
const withParams: MoneiVerifyFunctionWithParams = (_accessToken, _refreshToken, params, profile, done) => {
  const seconds: number = params.expires_in;
  // @ts-expect-error `params` has no refresh token, which is an argument
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

// Parameters can have declared types.
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

// A function can declare fewer parameters.
new MoneiStrategy(options, () => {});
new MoneiStrategy(withRequest, async (req) => ({ ip: req.ip }));

// A long form without the type of `done` is an error, and is not taken for the short form.
// @ts-expect-error `done` has no type
new MoneiStrategy(options, (_access, _refresh, _params, _profile, done) => done(null, {}));
// @ts-expect-error `done` has no type
new MoneiStrategy(withRequest, (_req, _access, _refresh, _params, _profile, done) => done(null, {}));

// `passReqToCallback` and verify must match.
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, short);
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, shortAsync);
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, withParams);
// @ts-expect-error verify does not take the request
new MoneiStrategy(withRequest, withParamsAsync);
// @ts-expect-error `passReqToCallback` is not set
new MoneiStrategy(options, requestFirst);
// @ts-expect-error `passReqToCallback` is not set
new MoneiStrategy(options, requestFirstAsync);
// @ts-expect-error `passReqToCallback` is not set
new MoneiStrategy(options, everything);
// @ts-expect-error `passReqToCallback` is not set
new MoneiStrategy(options, everythingAsync);
// @ts-expect-error the profile is the third argument, not the fourth
new MoneiStrategy(options, (_access, _refresh, profile, done) => [profile.expires_in, done]);
// @ts-expect-error with the request, the profile is the fourth argument
new MoneiStrategy(withRequest, (_access, _refresh, _profile, done) => done(null, {}));
declare const perhaps: boolean;
// @ts-expect-error `passReqToCallback` is a boolean variable
new MoneiStrategy({ ...options, passReqToCallback: perhaps }, () => {});

// With `skipUserProfile: true`, the profile has no id in any form.
const anonymous = { ...options, skipUserProfile: true } as const;
const anonymousWithRequest = { ...anonymous, passReqToCallback: true } as const;
new MoneiStrategy({ ...options, skipUserProfile: true }, (_accessToken, _refreshToken, profile, done) => {
  const known: MoneiGrantProfile = profile;
  // @ts-expect-error the profile has no id
  const id = profile.id;
  done(null, { id, known });
});
// @ts-expect-error the profile has no id
new MoneiStrategy(anonymous, async (_access, _refresh, profile) => profile.id);
// @ts-expect-error the profile has no id
new MoneiStrategy(anonymousWithRequest, async (_req, _access, _refresh, profile) => profile.id);
// @ts-expect-error the profile has no name
new MoneiStrategy(anonymousWithRequest, (_req, _access, _refresh, profile, done) => [profile.name, done]);
const anonymousShort: MoneiVerifyFunction<MoneiGrantProfile> = async (_access, _refresh, { grant }) => grant;
const anonymousLong: MoneiVerifyFunctionWithParams<MoneiGrantProfile> = async (
  _access,
  _refresh,
  params,
  profile,
) =>
  // @ts-expect-error the profile has no id
  [params.scopes, profile.grant.partial, profile.id];
new MoneiStrategy(anonymous, anonymousShort);
new MoneiStrategy(anonymous, anonymousLong);
// @ts-expect-error verify needs an id
new MoneiStrategy(anonymous, short);
// @ts-expect-error verify needs an id
new MoneiStrategy(anonymous, withParams);
// @ts-expect-error verify needs an id
new MoneiStrategy(anonymousWithRequest, requestFirst);
// @ts-expect-error verify needs an id
new MoneiStrategy(anonymousWithRequest, everything);
// A verify without an id accepts a profile with an id.
new MoneiStrategy(options, anonymousShort);

// With `skipUserProfile: false`, the profile has an id. With a variable, it may have one.
new MoneiStrategy({ ...options, skipUserProfile: false }, async (_access, _refresh, { id }) => id.length);
// @ts-expect-error the profile may have no id
new MoneiStrategy({ ...options, skipUserProfile: perhaps }, async (_access, _refresh, profile) => profile.id);
new MoneiStrategy({ ...options, skipUserProfile: perhaps }, async (_access, _refresh, profile) => {
  const id: string | undefined = 'id' in profile ? profile.id : undefined;
  return { id, partial: profile.grant.partial };
});

// The arguments of `done`.
declare const done: MoneiVerifyCallback;
const users: (Express.User | false | null | undefined)[] = [] as Parameters<MoneiVerifyCallback>[1][];
// `user` is not `any`, so an app that declares its users still gets errors.
const _kind: 0 extends 1 & Parameters<MoneiVerifyCallback>[1] ? 'any' : 'typed' = 'typed';
done();
done(new Error('The database is down.'));
done(null, users[0]);
done(null, false, { message: 'Banned' });
done(undefined, null, 'Banned');
// @ts-expect-error a number is not the details of a sign-in
done(null, {}, 1);
