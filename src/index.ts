export type { MoneiTokenParams, MoneiTokens, MoneiUser } from './answers.js';
export { type MoneiCodeExchange, MoneiConnect, type MoneiConnectOptions } from './connect.js';
export { MoneiConnectError, type MoneiEndpoint, type MoneiErrorCode } from './errors.js';
export type { MoneiGrant } from './grant.js';
export type { MoneiAgent, MoneiScopes } from './options.js';
export type { MoneiGrantProfile, MoneiProfile } from './profile.js';
export {
  MissingScopeError,
  missingScopes,
  type RequireScopesOptions,
  requireScopes,
} from './require-scopes.js';
export { MONEI_SCOPES, type MoneiScope, type MoneiScopeName } from './scopes.js';
export type { MoneiStateStore } from './state-store.js';
export { MoneiStrategy, MoneiStrategy as default, MoneiStrategy as Strategy } from './strategy.js';
export type {
  MoneiAuthenticateCallback,
  MoneiAuthenticateOptions,
  MoneiRequest,
  MoneiStrategyOptions,
  MoneiStrategyOptionsWithRequest,
  MoneiVerifyCallback,
  MoneiVerifyFunction,
  MoneiVerifyFunctionWithParams,
  MoneiVerifyFunctionWithRequest,
  MoneiVerifyFunctionWithRequestAndParams,
} from './strategy-options.js';
