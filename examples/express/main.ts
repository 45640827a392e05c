import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { MoneiEmulator } from 'monei-connect-emulator';
import { memoryStore } from 'passport-monei/tokens';
import { type AppOptions, createApp } from './app.js';
import { type Monei, startDemo } from './demo.js';
import { type Config, ConfigError, listenError, readConfig } from './env.js';

try {
  await start(readConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start(config: Config): Promise<void> {
  const { credentials, emulator }: Monei = config.credentials
    ? { credentials: config.credentials }
    : await startDemo();
  const server = createServer();
  try {
    // The redirect URI contains the port, so the app is created after the server listens.
    const url = `http://localhost:${await listen(server, config.port)}`;
    const callbackURL = `${url}/auth/monei/callback`;
    server.on('request', appFor({ ...config, credentials, emulator, callbackURL, tokens: memoryStore() }));
    console.log(`Open ${url}`);
    console.log(
      emulator
        ? `It runs against the Monei emulator at ${emulator.url}: no account, no money.`
        : `It runs against Monei. This redirect URI must be registered there: ${callbackURL}`,
    );
  } catch (error) {
    await stop(server, emulator);
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop(server, emulator));
}

function appFor(options: AppOptions): Express {
  try {
    return createApp(options);
  } catch (error) {
    // The strategy throws a TypeError that names the option.
    throw error instanceof TypeError ? new ConfigError(error.message) : error;
  }
}

/** Listens on this machine only. Returns the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)));
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function stop(server: Server, emulator: MoneiEmulator | undefined): Promise<void> {
  server.close();
  server.closeAllConnections();
  await emulator?.close();
}
