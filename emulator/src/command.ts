import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type EmulatedClient,
  type EmulatedRequest,
  type EmulatedUser,
  type EmulatorOptions,
  type MoneiEmulator,
  startEmulator,
} from './index.js';

const HELP = `Usage: npx monei-connect-emulator [options]

Monei Connect on localhost, to develop and test an app in any language, without a Monei account or money.

  --port PORT                      where to listen (default: 4000; 0: any free port)
  --client ID:SECRET:REDIRECT_URI  an app that may ask; repeat it for more apps, and for more redirect URIs of one
                                   (default: mc_emulator, with any redirect URI on loopback)
  --users FILE                     the people with a Monei account: a JSON array of objects with an "id"
  --rate-limits                    Monei's own rate limits
  --token-life SECONDS             how long an access token lives (default: 3600)
  --help                           this text`;

const DEFAULT_PORT = 4000;

/** Where lines are printed. */
type Output = Pick<Console, 'log' | 'error'>;

/** `monei-connect-emulator`. Returns the exit code; with 0, the emulator may be running. */
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
    output.error(explain(error as NodeJS.ErrnoException));
    return 1;
  }
}

/** `undefined`: somebody wants to read about them. */
function readArguments(args: string[]): EmulatorOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      client: { type: 'string', multiple: true },
      users: { type: 'string' },
      'rate-limits': { type: 'boolean', default: false },
      'token-life': { type: 'string', default: '3600' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  return {
    // What is no number is refused by the emulator.
    port: /^\d+$/.test(values.port) ? Number(values.port) : Number.NaN,
    clients: values.client && readClients(values.client),
    users: values.users === undefined ? undefined : readUsers(values.users),
    rateLimits: values['rate-limits'],
    tokenLife: Number(values['token-life']),
  };
}

/** An app that is there more than once has more than one redirect URI. */
function readClients(texts: string[]): EmulatedClient[] {
  const clients = new Map<string, EmulatedClient & { redirectURIs: string[] }>();
  for (const text of texts) {
    const [, clientID = '', clientSecret = '', redirectURI = ''] = /^([^:]+):([^:]+):(.+)$/s.exec(text) ?? [];
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
    throw new Error(`--users: ${file} ${code === undefined ? 'is no JSON' : `can't be read (${code})`}.`);
  }
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  // Of parseArgs. What follows in its message is about arguments that this command does not have.
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message.split(/\.\s/)[0]}. --help shows the options.`;
  const sentence = message.replace('monei-connect-emulator: ', '');
  return code === 'EADDRINUSE' ? `${sentence} Choose another port with --port.` : sentence;
}

function describeEmulator({ url, client, endpoints, apiURL }: MoneiEmulator): string {
  return `The Monei emulator runs at ${url}, for as long as this program does. Open it in a browser to look inside.

MONEI_CLIENT_ID=${client.clientID}
MONEI_CLIENT_SECRET=${client.clientSecret}
MONEI_AUTHORIZATION_URL=${endpoints.authorizationURL}
MONEI_TOKEN_URL=${endpoints.tokenURL}
MONEI_REVOCATION_URL=${endpoints.revocationURL}
MONEI_USER_PROFILE_URL=${endpoints.userProfileURL}
MONEI_API_URL=${apiURL}
`;
}

function describeRequest({ method, path, status, scopes, milliseconds }: EmulatedRequest): string {
  return [method, path, status, ...scopes, `${milliseconds.toFixed(1)} ms`].join(' ');
}
