export type * from './api/index.js';
export { type MoneiCodeExchange, MoneiConnect, type MoneiRefreshOptions } from './connect/client.js';
export {
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  type MoneiErrorDetails,
} from './connect/errors.js';
export type { MoneiAgent, MoneiConnectOptions } from './connect/options.js';
export type { MoneiTokenParams, MoneiTokens, MoneiUser } from './connect/responses.js';
export type { MoneiRequest } from './internal/passport-request.js';
export { MONEI_SCOPES, type MoneiScope, type MoneiScopeName } from './scopes/catalogue.js';
export { type MoneiGrant, missingScopes } from './scopes/grant.js';
export { MissingScopeError } from './scopes/missing-scope-error.js';
export { type RequireScopesOptions, requireScopes } from './scopes/require-scopes.js';
export { scopesFor } from './scopes/routes.js';
export type { MoneiScopes } from './scopes/syntax.js';
export { cookieSessionMethods } from './strategy/cookie-session.js';
export type { MoneiFailure } from './strategy/failure.js';
export type {
  MoneiAccountRequest,
  MoneiAuthenticateCallback,
  MoneiAuthenticateOptions,
  MoneiAuthInfo,
  MoneiDetails,
  MoneiProfileFor,
  MoneiStrategyOptions,
  MoneiStrategyOptionsWithRequest,
  MoneiVerifyCallback,
  MoneiVerifyFunction,
  MoneiVerifyFunctionWithParams,
  MoneiVerifyFunctionWithRequest,
  MoneiVerifyFunctionWithRequestAndParams,
} from './strategy/options.js';
export type { MoneiStateStore } from './strategy/passport-oauth2.js';
export type { InvalidStateReason } from './strategy/pending/pending-sign-in.js';
export type { MoneiGrantProfile, MoneiProfile } from './strategy/profile.js';
export { MoneiStrategy, MoneiStrategy as default, MoneiStrategy as Strategy } from './strategy/strategy.js';
