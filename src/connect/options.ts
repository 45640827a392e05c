import { type Agent, type OutgoingHttpHeaders, validateHeaderName, validateHeaderValue } from 'node:http';
import { refuseMisspelled } from '../internal/misspelled-options.js';
import { describeType, quoteForMessage } from '../internal/quote-for-message.js';

/** An `http.Agent` or `https.Agent`, or a function of the URL that gives one. */
export type MoneiAgent = Agent | ((url: URL) => Agent | undefined);

/** Options of `MoneiConnect`. */
export interface MoneiConnectOptions {
  /** As registered with Monei (`mc_…`). */
  clientID: string;
  /** As registered with Monei (`mcs_…`). */
  clientSecret: string;
  /** For proxies, private CAs, mTLS. Default: an agent of the package's own that keeps connections alive. */
  agent?: MoneiAgent | undefined;
  /** Milliseconds for one call, body included. Default: 10000. */
  timeout?: number | undefined;
  /**
   * When Monei is asked too often (429) and says to wait no longer than this many seconds, a call is sent once more after
   * that time, with a timeout of its own. `0`: never. Default: 5.
   */
  maxRetryAfter?: number | undefined;
  /** Headers to send with every call. */
  customHeaders?: OutgoingHttpHeaders | undefined;
  /** Default: Monei's. `https:` except on loopback, as are the two below. */
  tokenURL?: string | undefined;
  /** Default: Monei's. */
  revocationURL?: string | undefined;
  /** Default: Monei's. */
  userProfileURL?: string | undefined;
}

/** The options of the strategy and of `MoneiConnect`, with all of passport-oauth2's: apps share what they configure. */
const OPTIONS = [
  'clientID',
  'clientSecret',
  'callbackURL',
  'scope',
  'requiredScopes',
  'skipUserProfile',
  'passReqToCallback',
  'store',
  'sessionKey',
  'pkce',
  'proxy',
  'customHeaders',
  'agent',
  'timeout',
  'maxRetryAfter',
  'authorizationURL',
  'tokenURL',
  'revocationURL',
  'userProfileURL',
  'state',
  'scopeSeparator',
];

/** Refuses an option that is one of ours misspelt. */
export function checkSpelling(options: object): void {
  refuseMisspelled(options, OPTIONS);
}

/** The option `name` as a text that is there and has nothing stuck to it. */
function textOption(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') {
    throw new TypeError(
      `passport-monei: the option \`${name}\` is missing. Is the environment variable it comes from set?`,
    );
  }
  if (typeof value !== 'string') {
    throw new TypeError(
      `passport-monei: the option \`${name}\` must be a string, not ${describeType(value)}.`,
    );
  }
  if (value !== value.trim()) {
    throw new TypeError(`passport-monei: the option \`${name}\` begins or ends with white space: trim it.`);
  }
  if (/^(["'`]).*\1$/s.test(value)) {
    throw new TypeError(
      `passport-monei: the option \`${name}\` has quotation marks around it: remove them. ` +
        '`docker run --env-file` keeps those of a file.',
    );
  }
  return value;
}

/** A redirect URI, or a path of this app that is to become one. RFC 6749 §3.1.2: no fragment. */
export function callbackOption(value: unknown): string {
  const callbackURL = textOption('callbackURL', value);
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

/** An option that is on or off. */
export function flagOption(name: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`passport-monei: the option \`${name}\` must be true or false.`);
}

/** The client's credentials, each in its place: a swapped secret would end up in the browser's address bar. */
export function credentialOptions(options: { clientID: unknown; clientSecret: unknown }): {
  clientID: string;
  clientSecret: string;
} {
  const clientID = textOption('clientID', options.clientID);
  const clientSecret = textOption('clientSecret', options.clientSecret);
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

/**
 * An endpoint: `https:`, or plain `http:` on this machine. Credentials in it would be shown to browsers and in logs. A
 * fragment would swallow the parameters that are added (RFC 6749 §3.1, §3.2).
 */
export function endpointOption(name: string, value: unknown): URL {
  const text = textOption(name, value);
  if (!URL.canParse(text)) throw new TypeError(`passport-monei: the option \`${name}\` is not a URL.`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError(
      `passport-monei: the option \`${name}\` must be an https: URL. Plain http: is for loopback only, ` +
        'because the client secret and tokens travel there.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(
      `passport-monei: the option \`${name}\` must have no user name and no password. ` +
        'For credentials of a gateway, use `customHeaders`.',
    );
  }
  if (text.includes('#')) {
    throw new TypeError(`passport-monei: the option \`${name}\` must have no fragment (#).`);
  }
  return url;
}

/** Whether a host name means this machine (RFC 6761 §6.3, RFC 8252 §8.3). */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The property of the session that pending sign-ins lie under, unless it is left out. */
export function sessionKeyOption(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') {
    throw new TypeError('passport-monei: the option `sessionKey` must be a string that is not empty.');
  }
  if (value in {}) {
    throw new TypeError(
      `passport-monei: the option \`sessionKey\` can't be ${value}: every object has a property of that name.`,
    );
  }
  return value;
}

/** Milliseconds for one call, unless told otherwise. */
const DEFAULT_TIMEOUT = 10_000;

/** The longest delay that Node's timers keep; a longer one fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** The timeout of one call, in milliseconds. */
export function timeoutOption(value: unknown = DEFAULT_TIMEOUT): number {
  if (typeof value !== 'number' || !(value > 0 && value <= LONGEST_TIMER)) {
    throw new TypeError(
      'passport-monei: the option `timeout` must be a number of milliseconds, more than 0 and less than 2^31.',
    );
  }
  return value;
}

/** How long to wait for a Monei that is asked too often, unless told otherwise, in seconds. */
const DEFAULT_MAX_RETRY_AFTER = 5;

/** The longest `Retry-After` that is waited out, in seconds. */
export function maxRetryAfterOption(value: unknown = DEFAULT_MAX_RETRY_AFTER): number {
  if (typeof value === 'number' && value >= 0 && value * 1000 <= LONGEST_TIMER) return value;
  throw new TypeError(
    'passport-monei: the option `maxRetryAfter` must be a number of seconds, 0 (never wait) or more.',
  );
}

/** The agent option, or none. */
export function agentOption(value: unknown): MoneiAgent | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function' || (typeof value === 'object' && 'addRequest' in value)) {
    return value as MoneiAgent;
  }
  throw new TypeError(
    'passport-monei: the option `agent` must be an http.Agent, an https.Agent, or a function of the URL giving one.',
  );
}

/** Headers that every call to Monei carries, without those that frame a body: they depend on the call. */
export function headersOption(value: unknown): OutgoingHttpHeaders {
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
        `passport-monei: the option \`customHeaders\` holds a header that HTTP does not allow: ${quoteForMessage(name)}.`,
      );
    }
    if (!/^(content-length|transfer-encoding)$/i.test(name)) headers[name] = content;
  }
  return headers;
}

/** The app's own state, as the JSON value that it will be when it comes back out of a session. */
export function stateOption(value: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // Circular, or a BigInt: said below.
  }
  if (json === undefined) {
    throw new TypeError('passport-monei: the option `state` must be a JSON value: it waits in the session.');
  }
  return JSON.parse(json);
}
