import type { OutgoingHttpHeaders } from 'node:http';
import { MONEI_ENDPOINTS } from '../connect/endpoints.js';
import {
  agentOption,
  callbackOption,
  checkSpelling,
  credentialOptions,
  endpointOption,
  flagOption,
  headersOption,
  maxRetryAfterOption,
  sessionKeyOption,
  timeoutOption,
} from '../connect/options.js';
import type { MoneiStrategyOptions, MoneiStrategyOptionsWithRequest } from './options.js';
import type { MoneiStateStore } from './passport-oauth2.js';
import { type AskedScopes, askedScopes } from './requested-scopes.js';

/**
 * Either kind of options.
 * @internal
 */
export type AnyStrategyOptions = MoneiStrategyOptions<boolean> | MoneiStrategyOptionsWithRequest<boolean>;

/**
 * The options as the strategy uses them, checked.
 * @internal
 */
export interface CheckedStrategyOptions
  extends Omit<MoneiStrategyOptions<boolean>, 'passReqToCallback' | 'store'> {
  /** Absent where the session is the store. */
  store: MoneiStateStore | undefined;
  timeout: number;
  maxRetryAfter: number;
  authorizationURL: string;
  tokenURL: string;
  customHeaders: OutgoingHttpHeaders;
  skipUserProfile: boolean;
  passReqToCallback: boolean;
  asked: AskedScopes;
}

/**
 * Checks everything but `revocationURL` and `userProfileURL`, which only `MoneiConnect` uses.
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
  checkSpelling(options);
  const { authorizationURL = MONEI_ENDPOINTS.authorizationURL, tokenURL = MONEI_ENDPOINTS.tokenURL } =
    options;
  const { scope, requiredScopes } = options;
  const skipUserProfile = flagOption('skipUserProfile', options.skipUserProfile);
  const authorization = endpointOption('authorizationURL', authorizationURL);
  const checked = {
    ...options,
    ...credentialOptions(options),
    callbackURL: callbackOption(options.callbackURL),
    authorizationURL: authorization.href,
    // Given to passport-oauth2, because it would find out the host with url.parse(), which is deprecated.
    sessionKey: sessionKeyOption(options.sessionKey) ?? `oauth2:${authorization.hostname}`,
    tokenURL: endpointOption('tokenURL', tokenURL).href,
    customHeaders: headersOption(options.customHeaders),
    agent: agentOption(options.agent),
    timeout: timeoutOption(options.timeout),
    maxRetryAfter: maxRetryAfterOption(options.maxRetryAfter),
    store: storeOption(options.store),
    skipUserProfile,
    passReqToCallback: flagOption('passReqToCallback', options.passReqToCallback),
    asked: askedScopes({ scope: scope ?? [], requiredScopes: requiredScopes ?? [] }, skipUserProfile),
  };
  checkVerify(verify, checked);
  checkProtection(options);
  return checked;
}

function checkVerify(
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
        'profile, done). This one declares three parameters, so the profile does not reach it.',
    );
  }
}

/** A state store of the app's own, or none: the session is the store. */
function storeOption(value: unknown): MoneiStateStore | undefined {
  if (value === undefined || value === null || value === false) return undefined;
  if (typeof value === 'object') {
    const { store, verify } = value as Record<string, unknown>;
    if (typeof store === 'function' && typeof verify === 'function') return value as MoneiStateStore;
  }
  throw new TypeError(
    'passport-monei: the option `store` must be an object with the functions `store` and `verify`. Leave it out to ' +
      'keep pending sign-ins in the session.',
  );
}

function checkProtection({ pkce, state }: { pkce?: unknown; state?: unknown }): void {
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
