import { parseArgs } from 'node:util';
import { isLoopback } from '../loopback.js';
import type { MoneiUnderTest } from './assumption.js';

/** The options of the command `check`. */
export interface CheckOptions
  extends Pick<MoneiUnderTest, 'clientID' | 'clientSecret' | 'redirectURI' | 'endpoints' | 'apiURL'> {
  /** Whether the command asks before it starts. */
  confirm: boolean;
  /** Whether the results are printed as JSON. */
  json: boolean;
  /** Time between two token requests, in milliseconds. */
  delayMs: number;
  /** Longest time that a consent may take, in milliseconds. */
  consentTimeoutMs: number;
}

/** The addresses of the real Monei. */
const MONEI_URLS = {
  'authorization-url': 'https://monei.cc/connect/authorize',
  'token-url': 'https://api.monei.cc/api/v1/connect/token',
  'revocation-url': 'https://api.monei.cc/api/v1/connect/token/revoke',
  'user-profile-url': 'https://api.monei.cc/api/v1/user/me',
  'api-url': 'https://api.monei.cc/api/v1',
};

/** Time between two token requests, in seconds: ten requests in a minute, with half a second to spare for each. */
const DELAY = '6.5';

const CONSENT_TIMEOUT = '300';

export const CHECK_HELP = `Usage: npx monei-connect-emulator check [options]

Compares Monei with the assumptions of the emulator, and prints which of them hold. It needs a client that is registered with
Monei, with a redirect URI on loopback, and a user who decides on ten consent pages.

  --client-id ID             client ID (MONEI_CLIENT_ID)
  --client-secret SECRET     client secret (better as MONEI_CLIENT_SECRET: other programs can see options)
  --redirect-uri URI         registered redirect URI, http on loopback (MONEI_REDIRECT_URI)
  --authorization-url URL    address of the consent page (MONEI_AUTHORIZATION_URL)
  --token-url URL            address of the token endpoint (MONEI_TOKEN_URL)
  --revocation-url URL       address of the revocation endpoint (MONEI_REVOCATION_URL)
  --user-profile-url URL     address of the user's profile (MONEI_USER_PROFILE_URL)
  --api-url URL              base URL of the API (MONEI_API_URL)
  --yes                      starts without asking
  --json                     prints the results as JSON
  --delay SECONDS            time between two token requests (default: ${DELAY}, for ten in a minute)
  --consent-timeout SECONDS  longest time for one consent (default: ${CONSENT_TIMEOUT})
  --help                     prints this text

Exit code: 0 if nothing differs, 1 if something does, 2 if nothing was tried, 130 after Ctrl-C.`;

/**
 * Reads the options of `check` from arguments and environment variables. Returns `undefined` for `--help`.
 *
 * @throws {Error} with a sentence that names the option that is missing or wrong, without its value
 */
export function readCheckOptions(args: string[], env: NodeJS.ProcessEnv): CheckOptions | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      'client-id': text,
      'client-secret': text,
      'redirect-uri': text,
      'authorization-url': text,
      'token-url': text,
      'revocation-url': text,
      'user-profile-url': text,
      'api-url': text,
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      delay: { type: 'string', default: DELAY },
      'consent-timeout': { type: 'string', default: CONSENT_TIMEOUT },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const read = (
    name: 'client-id' | 'client-secret' | 'redirect-uri' | keyof typeof MONEI_URLS,
    fallback?: string,
  ) => {
    const variable = `MONEI_${name.toUpperCase().replaceAll('-', '_')}`;
    const value = values[name] || env[variable] || fallback;
    if (value === undefined) throw new Error(`--${name} or ${variable} is missing.`);
    return value;
  };
  const readURL = (name: keyof typeof MONEI_URLS) => {
    const value = read(name, MONEI_URLS[name]);
    if (!isHttps(value) && !isHttpOnLoopback(value))
      throw new Error(`--${name} must be an https URL, or an http URL on loopback.`);
    return value.replace(/\/$/, '');
  };
  return {
    clientID: read('client-id'),
    clientSecret: read('client-secret'),
    redirectURI: checkRedirectURI(read('redirect-uri')),
    endpoints: {
      authorizationURL: readURL('authorization-url'),
      tokenURL: readURL('token-url'),
      revocationURL: readURL('revocation-url'),
      userProfileURL: readURL('user-profile-url'),
    },
    apiURL: readURL('api-url'),
    confirm: !values.yes,
    json: values.json,
    delayMs: readSeconds('delay', values.delay),
    consentTimeoutMs: readSeconds('consent-timeout', values['consent-timeout']),
  };
}

function checkRedirectURI(redirectURI: string): string {
  if (isHttpOnLoopback(redirectURI)) return redirectURI;
  throw new Error('--redirect-uri must be an http URL on loopback, where this command can listen.');
}

function isHttps(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:';
}

function isHttpOnLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, host } = new URL(value);
  return protocol === 'http:' && isLoopback(host);
}

function readSeconds(name: string, value: string): number {
  const seconds = Number(value);
  if (value.trim() === '' || !(seconds >= 0 && seconds <= 3600)) {
    throw new Error(`--${name} must be a number of seconds, 0 to 3600.`);
  }
  return seconds * 1000;
}
