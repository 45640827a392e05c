export type { MoneiTokens, MoneiUser } from './answers.js';
export { type MoneiCodeExchange, MoneiConnect, type MoneiConnectOptions } from './connect.js';
export {
  MoneiConnectError,
  type MoneiEndpoint,
  type MoneiErrorCode,
  type MoneiErrorDetails,
} from './errors.js';
export type { MoneiAgent } from './options.js';
