import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the app prints when everything went well. */
export const SIGNED_IN = 'Adébáyọ̀ Ọlá signed in\n';

const IMPORTS = `
import MoneiStrategy, { MoneiConnectError, Strategy } from 'passport-monei';
import { MoneiConnect, MoneiConnectError as TheSameError } from 'passport-monei/connect';
import { memoryStore, ReconnectRequiredError, TokenKeeper } from 'passport-monei/tokens';
import { startEmulator } from 'monei-connect-emulator';
`;

const REQUIRES = `
const { default: MoneiStrategy, MoneiConnectError, Strategy } = require('passport-monei');
const { MoneiConnect, MoneiConnectError: TheSameError } = require('passport-monei/connect');
const { memoryStore, ReconnectRequiredError, TokenKeeper } = require('passport-monei/tokens');
const { startEmulator } = require('monei-connect-emulator');
`;

/** Uses every entry point: signs in at the emulator without a web framework, and checks the classes of what comes. */
const APP = `
async function main() {
  const emulator = await startEmulator({ allowInProduction: true }); // Bundlers set NODE_ENV.
  const options = { ...emulator.client, ...emulator.endpoints, callbackURL: 'http://localhost:3000/callback' };
  const strategy = new MoneiStrategy(options, async (accessToken, refreshToken, profile) => profile);
  const session = {};
  const visit = (url) => new Promise((resolve, reject) => {
    const query = Object.fromEntries(new URL(url).searchParams);
    const req = { method: 'GET', url, query, session, headers: { host: 'localhost:3000', cookie: 'session' } };
    const fail = ({ message }) => reject(new Error(message));
    const visited = Object.assign(Object.create(strategy), { redirect: resolve, success: resolve, fail, error: reject });
    visited.authenticate(req, {});
  });
  const callback = await emulator.authorize(await visit('http://localhost:3000/login'));
  const { displayName } = await visit(callback);

  const error = await strategy.connect.fetchUser('mct_unknown').catch((reason) => reason);
  const keeper = new TokenKeeper({ connect: strategy.connect, store: memoryStore(), keys: false });
  const reason = await keeper.accessToken('nobody').catch((reason) => reason);
  const checks = {
    strategy: strategy instanceof Strategy,
    connect: strategy.connect instanceof MoneiConnect,
    error: error instanceof MoneiConnectError && error instanceof TheSameError,
    reason: reason instanceof ReconnectRequiredError,
  };
  await emulator.close();
  for (const name in checks) if (!checks[name]) throw new Error(name + ' has another class');
  console.log(displayName + ' signed in');
}
`;

/** Its source, with what is done with `main`. */
export function signInApp(kind: 'mjs' | 'cjs', ending = 'main();'): string {
  return `${kind === 'mjs' ? IMPORTS : REQUIRES}${APP}\n${ending}\n`;
}

/** Writes it into a project, as an ES module and as CommonJS. */
export function writeSignInApp(folder: string): void {
  for (const kind of ['mjs', 'cjs'] as const) writeFileSync(join(folder, `sign-in.${kind}`), signInApp(kind));
}
