import { randomBytes } from 'node:crypto';

/** The error of an invalid setting. The message is for the person who starts the app. */
export class ConfigError extends Error {}

export interface Config {
  /** The port to listen on. 0: any free port. */
  port: number;
  /** The credentials of the app at Monei. Without them, the app runs against the emulator. */
  credentials: { clientID: string; clientSecret: string } | undefined;
  tokenKey: Buffer;
  sessionSecret: string;
}

/**
 * Reads the configuration from environment variables. An empty variable counts as not set.
 *
 * @throws {ConfigError} if a variable is not valid. The message names it, and shows no secret value.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  return {
    port: readPort(env.PORT || '3000'),
    credentials: readCredentials(env.MONEI_CLIENT_ID, env.MONEI_CLIENT_SECRET),
    tokenKey: readTokenKey(env.TOKEN_KEY),
    sessionSecret: env.SESSION_SECRET || randomBytes(32).toString('hex'),
  };
}

/** Returns an error that says why the app cannot listen on `port`. */
export function listenError({ code, message }: NodeJS.ErrnoException, port: number): ConfigError {
  const reason = code === 'EADDRINUSE' ? 'another program uses it' : (code ?? message);
  return new ConfigError(`Can't listen on port ${port}: ${reason}. Set PORT to another one.`);
}

function readPort(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new ConfigError(
    `PORT must be a whole number from 0 (any free port) to 65535, not ${JSON.stringify(text)}.`,
  );
}

function readCredentials(clientID = '', clientSecret = ''): Config['credentials'] {
  if (clientID && clientSecret) return { clientID, clientSecret };
  if (!clientID && !clientSecret) return undefined;
  const missing = clientID ? 'MONEI_CLIENT_SECRET' : 'MONEI_CLIENT_ID';
  throw new ConfigError(
    `${missing} is not set. Set both MONEI_CLIENT_ID and MONEI_CLIENT_SECRET, or neither to use the emulator.`,
  );
}

function readTokenKey(hex: string | undefined): Buffer {
  if (!hex) return randomBytes(32);
  if (/^[0-9a-f]{64}$/i.test(hex)) return Buffer.from(hex, 'hex');
  throw new ConfigError('TOKEN_KEY must be 64 hex digits. Make one with: openssl rand -hex 32');
}
