import { MONEI_ENDPOINTS, requireEndpoint } from '../connect/endpoints.js';
import { type CheckedConnectOptions, CONNECT_OPTIONS, checkConnectOptions } from '../connect/options.js';
import { requireFlag, requireString, requireTrimmedString } from '../internal/require-values.js';
import type { MoneiStrategyOptions, MoneiStrategyOptionsWithRequest } from './options.js';
import type { MoneiStateStore } from './passport-oauth2.js';
import { type SignInScopes, signInScopes } from './sign-in-scopes.js';

/** The names of the strategy's options. `scopeSeparator` is an option of passport-oauth2, and has no effect here. */
const STRATEGY_OPTIONS = [
  ...CONNECT_OPTIONS,
  'callbackURL',
  'scope',
  'requiredScopes',
  'skipUserProfile',
  'passReqToCallback',
  'store',
  'sessionKey',
  'pkce',
  'proxy',
  'authorizationURL',
  'state',
  'scopeSeparator',
];

/**
 * The options of the constructor, with or without `passReqToCallback`.
 * @internal
 */
export type AnyStrategyOptions = MoneiStrategyOptions<boolean> | MoneiStrategyOptionsWithRequest<boolean>;

/**
 * The checked options of the strategy with their defaults.
 * @internal
 */
export interface CheckedStrategyOptions {
  connect: CheckedConnectOptions;
  /** The options that passport-oauth2 reads. */
  oauth2: {
    clientID: string;
    clientSecret: string;
    callbackURL: string;
    authorizationURL: string;
    tokenURL: string;
    customHeaders: object;
    scope: unknown;
    sessionKey: string;
    pkce: unknown;
    proxy: unknown;
    passReqToCallback: boolean;
    skipUserProfile: boolean;
  };
  /** Absent if pending sign-ins are stored in the session. */
  store: MoneiStateStore | undefined;
  scopes: SignInScopes;
}

/**
 * Checks the options, and returns them with their defaults.
 *
 * @internal
 * @throws {TypeError} naming the option that is missing or wrong
 */
export function checkStrategyOptions(options: AnyStrategyOptions, verify: unknown): CheckedStrategyOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      'passport-monei: pass an object of options first: { clientID, clientSecret, callbackURL }.',
    );
  }
  const connect = checkConnectOptions(options, STRATEGY_OPTIONS);
  const { clientID, clientSecret, customHeaders, endpoints } = connect;
  const callbackURL = requireCallbackURL(options.callbackURL);
  const authorizationURL = requireEndpoint(
    'authorizationURL',
    options.authorizationURL ?? MONEI_ENDPOINTS.authorizationURL,
  );
  const skipUserProfile = requireFlag('the option `skipUserProfile`', options.skipUserProfile);
  const passReqToCallback = requireFlag('the option `passReqToCallback`', options.passReqToCallback);
  const store = requireStore(options.store);
  const { scope = [], requiredScopes = [], pkce, proxy, state } = options;
  const scopes = signInScopes({ scope, requiredScopes }, skipUserProfile);
  requireVerify(verify, { passReqToCallback, skipUserProfile });
  checkPkceAndState({ pkce, state });
  return {
    connect,
    oauth2: {
      clientID,
      clientSecret,
      callbackURL,
      authorizationURL: authorizationURL.href,
      tokenURL: endpoints.token.url.href,
      customHeaders,
      scope,
      // Without a value, passport-oauth2 would call url.parse(), which is deprecated.
      sessionKey: requireSessionKey(options.sessionKey, `oauth2:${authorizationURL.hostname}`),
      pkce,
      proxy,
      passReqToCallback,
      skipUserProfile,
    },
    store,
    scopes,
  };
}

/**
 * Returns the option `callbackURL`: an absolute URL or a path of the app, without a fragment (RFC 6749 §3.1.2).
 *
 * @throws {TypeError} if it is neither, or has a fragment or white space
 */
export function requireCallbackURL(value: unknown): string {
  const callbackURL = requireTrimmedString('the option `callbackURL`', value);
  if (/[\s#]/.test(callbackURL)) {
    throw new TypeError(
      'passport-monei: the option `callbackURL` must have no fragment (#) and no white space.',
    );
  }
  if (!/^(\/(?![/\\])|https?:\/\/)/i.test(callbackURL) || !URL.canParse(callbackURL, 'http://localhost')) {
    throw new TypeError(
      'passport-monei: the option `callbackURL` must be an http: or https: URL, or a path that begins with one slash.',
    );
  }
  return callbackURL;
}

/**
 * Returns the app's own state, converted to JSON and back, as a session returns it.
 *
 * @throws {TypeError} if no JSON can be made of it
 */
export function requireJSON(name: string, value: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // The value is circular or has a BigInt.
  }
  if (json !== undefined) return JSON.parse(json);
  throw new TypeError(`passport-monei: ${name} must be a JSON value, because it is stored in the session.`);
}

/** Returns the property of the session that holds pending sign-ins. */
function requireSessionKey(value: unknown, standard: string): string {
  if (value === undefined) return standard;
  const key = requireString('the option `sessionKey`', value);
  if (!(key in {})) return key;
  throw new TypeError(
    `passport-monei: the option \`sessionKey\` can't be ${key}: every object has a property of that name.`,
  );
}

function requireVerify(
  verify: unknown,
  { passReqToCallback, skipUserProfile }: { passReqToCallback: boolean; skipUserProfile: boolean },
): void {
  if (typeof verify !== 'function') {
    throw new TypeError(
      'passport-monei: pass a verify function after the options: (accessToken, refreshToken, profile, done) => …',
    );
  }
  if (passReqToCallback && !skipUserProfile && verify.length === 3) {
    throw new TypeError(
      'passport-monei: with `passReqToCallback`, the request comes first: verify takes (req, accessToken, refreshToken, ' +
        'profile, done). This function declares three parameters, so it would not get the profile.',
    );
  }
}

/** Returns the app's own store, if there is one. */
function requireStore(value: unknown): MoneiStateStore | undefined {
  if (value === undefined || value === null || value === false) return undefined;
  if (typeof value === 'object') {
    const { store, verify } = value as Record<string, unknown>;
    if (typeof store === 'function' && typeof verify === 'function') return value as MoneiStateStore;
  }
  throw new TypeError(
    'passport-monei: the option `store` must be an object with the functions `store` and `verify`. Without the option, ' +
      'pending sign-ins are stored in the session.',
  );
}

/** Throws if the method of PKCE is unknown, or if the state would not be checked. */
function checkPkceAndState({ pkce, state }: { pkce?: unknown; state?: unknown }): void {
  if (![undefined, true, false, 'S256', 'plain'].includes(pkce as string)) {
    throw new TypeError(
      "passport-monei: the option `pkce` must be true (which means 'S256'), 'S256', 'plain' or false.",
    );
  }
  if (state === false) {
    throw new TypeError(
      "passport-monei: the option `state` can't be false. The state is always checked: without it, anyone could sign " +
        'your users in to an account of theirs.',
    );
  }
  if (state !== undefined && state !== true) {
    throw new TypeError(
      "passport-monei: the option `state` of the strategy can't hold a state. Pass it to passport.authenticate(): " +
        'each sign-in has its own.',
    );
  }
}
