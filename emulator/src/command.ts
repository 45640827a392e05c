import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TOKEN_LIFE } from './authorization-server.js';
import { DEFAULT_CLIENT } from './defaults.js';
import {
  type EmulatedClient,
  type EmulatedRequest,
  type EmulatedUser,
  type EmulatorOptions,
  type MoneiEmulator,
  startEmulator,
} from './index.js';
import { addressesAt } from './paths.js';

const DEFAULT_PORT = 4000;

const HELP = `Usage: npx monei-connect-emulator [options]
       npx monei-connect-emulator check [options]   (compares the real Monei with the emulator; check --help says more)

Runs Monei Connect on localhost, to develop and test an app in any language without a Monei account or money.

  --port PORT                      port to listen on (default: ${DEFAULT_PORT}; 0: any free port)
  --client ID:SECRET:REDIRECT_URI  an app; repeat it for more apps, or for more redirect URIs of one app
                                   (default: ${DEFAULT_CLIENT.clientID}, with any redirect URI on loopback)
  --users FILE                     JSON file with an array of users, objects with an "id" (default: one user)
  --rate-limits                    applies Monei's rate limits
  --token-life SECONDS             lifetime of access tokens, 1 to ${TOKEN_LIFE} (default: ${TOKEN_LIFE})
  --help                           prints this text

An app can use it with these lines in .env, if it starts with: node --env-file=.env app.mjs

${describeEnvironment({ client: DEFAULT_CLIENT, ...addressesAt(`http://127.0.0.1:${DEFAULT_PORT}`) })}
SESSION_SECRET="for development"`;

/** The methods of `console` that print lines. */
type Output = Pick<Console, 'log' | 'error'>;

/**
 * Runs the command `monei-connect-emulator`. Resolves with the exit code: 1 after an error, 0 when the emulator runs or `--help`
 * is printed.
 */
export async function runEmulator(args: string[], output: Output): Promise<number> {
  try {
    const options = readArguments(args);
    if (!options) {
      output.log(HELP);
      return 0;
    }
    const emulator = await startEmulator({
      ...options,
      onRequest: (request) => output.log(describeRequest(request)),
    });
    output.log(describeEmulator(emulator));
    return 0;
  } catch (error) {
    output.error(explainError(error as NodeJS.ErrnoException));
    return 1;
  }
}

/** Returns the options in `args`, or `undefined` for `--help`. */
function readArguments(args: string[]): EmulatorOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      client: { type: 'string', multiple: true },
      users: { type: 'string' },
      'rate-limits': { type: 'boolean', default: false },
      'token-life': { type: 'string', default: String(TOKEN_LIFE) },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  return {
    // startEmulator() refuses NaN with an error that names the option.
    port: /^\d+$/.test(values.port) ? Number(values.port) : Number.NaN,
    clients: values.client && readClients(values.client),
    users: values.users === undefined ? undefined : readUsers(values.users),
    rateLimits: values['rate-limits'],
    tokenLife: Number(values['token-life']),
  };
}

/** Returns one client for each ID and secret, with all its redirect URIs. */
function readClients(values: string[]): EmulatedClient[] {
  const clients = new Map<string, EmulatedClient & { redirectURIs: string[] }>();
  for (const value of values) {
    const [, clientID = '', clientSecret = '', redirectURI = ''] =
      /^([^:]+):([^:]+):(.+)$/s.exec(value) ?? [];
    if (!clientID) throw new Error('--client must be ID:SECRET:REDIRECT_URI.');
    const key = JSON.stringify([clientID, clientSecret]);
    const client = clients.get(key) ?? { clientID, clientSecret, redirectURIs: [] };
    client.redirectURIs.push(redirectURI);
    clients.set(key, client);
  }
  return [...clients.values()];
}

function readUsers(file: string): EmulatedUser[] {
  try {
    // Some editors begin a file with a byte order mark, which JSON does not allow.
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`--users: ${file} ${code === undefined ? 'is not JSON' : `cannot be read (${code})`}.`);
  }
}

/** Returns a sentence about an error, for the terminal. */
function explainError({ code, message }: NodeJS.ErrnoException): string {
  // The other sentences of an error of parseArgs are about positional arguments, which this command does not have.
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message.split(/\.\s/)[0]}. --help shows the options.`;
  const sentence = message.replace('monei-connect-emulator: ', '');
  return code === 'EADDRINUSE' ? `${sentence} Choose another port with --port.` : sentence;
}

/** JavaScript that reads the environment variables into the options of MoneiStrategy and TokenKeeper. */
const JAVASCRIPT = `const { env } = process;
const options = {
  clientID: env.MONEI_CLIENT_ID,
  clientSecret: env.MONEI_CLIENT_SECRET,
  authorizationURL: env.MONEI_AUTHORIZATION_URL,
  tokenURL: env.MONEI_TOKEN_URL,
  revocationURL: env.MONEI_REVOCATION_URL,
  userProfileURL: env.MONEI_USER_PROFILE_URL,
};
const apiURL = env.MONEI_API_URL; // for TokenKeeper`;

function describeEmulator(emulator: MoneiEmulator): string {
  return `The Monei emulator runs at ${emulator.url}, until you press Ctrl-C. In a browser, this address shows its state.

Environment variables for the app:

${describeEnvironment(emulator)}

These lines of JavaScript read them. If a variable is not set, passport-monei uses the real Monei:

${JAVASCRIPT}

Requests:
`;
}

/** Returns a line for each environment variable. */
function describeEnvironment({
  client,
  endpoints,
  apiURL,
}: Pick<MoneiEmulator, 'client' | 'endpoints' | 'apiURL'>): string {
  const variables = {
    MONEI_CLIENT_ID: client.clientID,
    MONEI_CLIENT_SECRET: client.clientSecret,
    MONEI_AUTHORIZATION_URL: endpoints.authorizationURL,
    MONEI_TOKEN_URL: endpoints.tokenURL,
    MONEI_REVOCATION_URL: endpoints.revocationURL,
    MONEI_USER_PROFILE_URL: endpoints.userProfileURL,
    MONEI_API_URL: apiURL,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function describeRequest({ method, path, status, scopes, milliseconds }: EmulatedRequest): string {
  return [method, path, status, ...scopes, `${milliseconds.toFixed(1)} ms`].join(' ');
}
