export type * from './api-types.js';
export type { MoneiTokenParams, MoneiTokens, MoneiUser } from './connect/answers.js';
export { type MoneiCodeExchange, MoneiConnect, type MoneiConnectOptions } from './connect/connect.js';
export {
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  type MoneiErrorDetails,
} from './connect/errors.js';
export type { MoneiAgent, MoneiScopes } from './connect/options.js';
export { type MoneiGrant, missingScopes } from './grant.js';
export { MissingScopeError } from './missing-scope-error.js';
export { type RequireScopesOptions, requireScopes } from './require-scopes.js';
export { MONEI_SCOPES, type MoneiScope, type MoneiScopeName, scopesFor } from './scopes.js';
export { cookieSessionMethods } from './strategy/cookie-session.js';
export type {
  MoneiAccountRequest,
  MoneiAuthenticateCallback,
  MoneiAuthenticateOptions,
  MoneiAuthInfo,
  MoneiProfileFor,
  MoneiRequest,
  MoneiStrategyOptions,
  MoneiStrategyOptionsWithRequest,
  MoneiVerifyCallback,
  MoneiVerifyFunction,
  MoneiVerifyFunctionWithParams,
  MoneiVerifyFunctionWithRequest,
  MoneiVerifyFunctionWithRequestAndParams,
} from './strategy/options.js';
export type { MoneiStateStore } from './strategy/passport-oauth2.js';
export type { MoneiGrantProfile, MoneiProfile } from './strategy/profile.js';
export { MoneiStrategy, MoneiStrategy as default, MoneiStrategy as Strategy } from './strategy/strategy.js';
