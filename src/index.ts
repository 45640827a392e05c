export type { MoneiTokenParams, MoneiTokens, MoneiUser } from './answers.js';
export { type MoneiCodeExchange, MoneiConnect, type MoneiConnectOptions } from './connect.js';
export {
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  type MoneiErrorDetails,
} from './errors.js';
export { type MoneiGrant, missingScopes } from './grant.js';
export type { MoneiAgent, MoneiScopes } from './options.js';
export type { MoneiStateStore } from './passport-oauth2.js';
export type { MoneiGrantProfile, MoneiProfile } from './profile.js';
export {
  MissingScopeError,
  type RequireScopesOptions,
  requireScopes,
} from './require-scopes.js';
export { MONEI_SCOPES, type MoneiScope, type MoneiScopeName } from './scopes.js';
export { MoneiStrategy, MoneiStrategy as default, MoneiStrategy as Strategy } from './strategy.js';
export type {
  MoneiAuthenticateCallback,
  MoneiAuthenticateOptions,
  MoneiProfileFor,
  MoneiRequest,
  MoneiStrategyOptions,
  MoneiStrategyOptionsWithRequest,
  MoneiVerifyCallback,
  MoneiVerifyFunction,
  MoneiVerifyFunctionWithParams,
  MoneiVerifyFunctionWithRequest,
  MoneiVerifyFunctionWithRequestAndParams,
} from './strategy-options.js';
