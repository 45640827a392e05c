export { MONEI_SCOPES, type MoneiScope, type MoneiScopeName } from '../scopes/catalogue.js';
export { missingScopes } from '../scopes/grant.js';
export { scopesFor } from '../scopes/routes.js';
export { type MoneiCodeExchange, MoneiConnect, type MoneiRefreshOptions } from './client.js';
export {
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  type MoneiErrorDetails,
} from './errors.js';
export type { MoneiAgent, MoneiConnectOptions } from './options.js';
export type { MoneiTokens, MoneiUser } from './responses.js';
