import { type Agent, type OutgoingHttpHeaders, validateHeaderName, validateHeaderValue } from 'node:http';
import { refuseMisspelled } from '../internal/misspelled-options.js';
import { quoteForMessage } from '../internal/quote-for-message.js';
import { requireTrimmedString } from '../internal/require-values.js';
import { type ConnectEndpoint, type Endpoint, endpointsOf } from './endpoints.js';

/** An `http.Agent` or `https.Agent`, or a function of the URL that returns one. */
export type MoneiAgent = Agent | ((url: URL) => Agent | undefined);

/** Options of `MoneiConnect`. */
export interface MoneiConnectOptions {
  /** The client ID as registered with Monei (`mc_…`). */
  clientID: string;
  /** The client secret as registered with Monei (`mcs_…`). */
  clientSecret: string;
  /** For proxies, private CAs and mTLS. Default: an agent of this package that keeps connections alive. */
  agent?: MoneiAgent | undefined;
  /** The time limit of one request, body included, in milliseconds. Default: 10000. */
  timeout?: number | undefined;
  /**
   * The longest `Retry-After` of a 429 response to wait for, in seconds. After the wait, the request is repeated once,
   * with the whole `timeout` again. `0`: never. Default: 5.
   */
  maxRetryAfter?: number | undefined;
  /** Headers to add to every request. */
  customHeaders?: OutgoingHttpHeaders | undefined;
  /** Default: Monei's. This URL and the two below must be `https:`, except on loopback. */
  tokenURL?: string | undefined;
  /** Default: Monei's. */
  revocationURL?: string | undefined;
  /** Default: Monei's. */
  userProfileURL?: string | undefined;
}

/** The names of the options of `MoneiConnect`. */
export const CONNECT_OPTIONS = [
  'clientID',
  'clientSecret',
  'agent',
  'timeout',
  'maxRetryAfter',
  'customHeaders',
  'tokenURL',
  'revocationURL',
  'userProfileURL',
] as const;

/** Checked options of `MoneiConnect`, with their defaults. */
export interface CheckedConnectOptions {
  clientID: string;
  clientSecret: string;
  agent: MoneiAgent | undefined;
  timeoutMs: number;
  maxRetryAfterSeconds: number;
  customHeaders: OutgoingHttpHeaders;
  endpoints: Record<ConnectEndpoint, Endpoint>;
}

/**
 * Checks the options and returns them with their defaults.
 *
 * @param known the names of all options of the caller, to find misspelled ones
 * @throws {TypeError} naming the option that is missing, misspelled or invalid
 */
export function checkConnectOptions(
  options: MoneiConnectOptions,
  known: readonly string[] = CONNECT_OPTIONS,
): CheckedConnectOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('passport-monei: pass an object of options: { clientID, clientSecret }.');
  }
  refuseMisspelled(options, known);
  return {
    ...requireCredentials(options),
    agent: requireAgent(options.agent),
    timeoutMs: requireTimeout(options.timeout),
    maxRetryAfterSeconds: requireMaxRetryAfter(options.maxRetryAfter),
    customHeaders: requireHeaders(options.customHeaders),
    endpoints: endpointsOf(options),
  };
}

/** Returns the client's credentials. Throws if they are swapped: the browser's address bar would show the secret. */
function requireCredentials(options: { clientID: unknown; clientSecret: unknown }): {
  clientID: string;
  clientSecret: string;
} {
  const clientID = requireTrimmedString('the option `clientID`', options.clientID);
  const clientSecret = requireTrimmedString('the option `clientSecret`', options.clientSecret);
  if (clientID.startsWith('mcs_')) {
    throw new TypeError(
      'passport-monei: the option `clientID` holds a client secret (mcs_…). Pass the client ID (mc_…) there.',
    );
  }
  if (clientSecret.startsWith('mc_')) {
    throw new TypeError(
      'passport-monei: the option `clientSecret` holds a client ID (mc_…). Pass the client secret (mcs_…) there.',
    );
  }
  return { clientID, clientSecret };
}

/** The default of `timeout`, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The longest delay of Node's timers, in milliseconds. With a longer one, they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Returns the time limit of one request, in milliseconds. */
function requireTimeout(value: unknown = DEFAULT_TIMEOUT_MS): number {
  if (typeof value !== 'number' || !(value > 0 && value <= LONGEST_TIMER_MS)) {
    throw new TypeError(
      'passport-monei: the option `timeout` must be a number of milliseconds, more than 0 and less than 2^31.',
    );
  }
  return value;
}

/** The default of `maxRetryAfter`, in seconds. */
const DEFAULT_MAX_RETRY_AFTER = 5;

/** Returns the longest `Retry-After` to wait for, in seconds. */
function requireMaxRetryAfter(value: unknown = DEFAULT_MAX_RETRY_AFTER): number {
  if (typeof value === 'number' && value >= 0 && value * 1000 <= LONGEST_TIMER_MS) return value;
  throw new TypeError(
    'passport-monei: the option `maxRetryAfter` must be a number of seconds, 0 (never wait) or more.',
  );
}

/** Returns the app's agent, if it passed one. */
function requireAgent(value: unknown): MoneiAgent | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function' || (typeof value === 'object' && 'addRequest' in value)) {
    return value as MoneiAgent;
  }
  throw new TypeError(
    'passport-monei: the option `agent` must be an http.Agent, an https.Agent, or a function of the URL that returns one.',
  );
}

/** Returns the custom headers without those for the length of a body, which depend on the request. */
function requireHeaders(value: unknown): OutgoingHttpHeaders {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError(
      'passport-monei: the option `customHeaders` must be an object of header names and values.',
    );
  }
  const headers: OutgoingHttpHeaders = {};
  for (const [name, content] of Object.entries(value)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, content);
    } catch {
      throw new TypeError(
        `passport-monei: the option \`customHeaders\` contains a header that HTTP does not allow: ${quoteForMessage(name)}.`,
      );
    }
    if (!/^(content-length|transfer-encoding)$/i.test(name)) headers[name] = content;
  }
  return headers;
}
