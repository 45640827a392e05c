import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MoneiEmulator } from '../../../emulator/src/index.js';

/** The output of the app after a successful run. */
export const SIGNED_IN = 'Adébáyọ̀ Ọlá signed in\n';

const IMPORTS = `
import MoneiStrategy, { MoneiConnectError, Strategy } from 'passport-monei';
import { MoneiConnect, MoneiConnectError as TheSameError } from 'passport-monei/connect';
import { memoryStore, ReconnectRequiredError, TokenKeeper } from 'passport-monei/tokens';
`;

const REQUIRES = `
const { default: MoneiStrategy, MoneiConnectError, Strategy } = require('passport-monei');
const { MoneiConnect, MoneiConnectError: TheSameError } = require('passport-monei/connect');
const { memoryStore, ReconnectRequiredError, TokenKeeper } = require('passport-monei/tokens');
`;

/** Starts the emulator in the process of the app. */
const OWN_EMULATOR = {
  mjs: "import { startEmulator } from 'monei-connect-emulator';",
  cjs: "const { startEmulator } = require('monei-connect-emulator');",
};

/** Uses the emulator in another process that the environment names. A production bundle contains no emulator. */
const OTHER_EMULATOR = `
async function startEmulator() {
  const { client, endpoints, url } = JSON.parse(process.env.EMULATOR);
  const authorize = async (authorizationURL) => {
    const body = new URLSearchParams([...new URL(authorizationURL).searchParams, ['scope:profile:read', 'allow']]);
    const headers = { origin: url };
    const request = { method: 'POST', headers, body, redirect: 'manual' };
    return (await fetch(endpoints.authorizationURL, request)).headers.get('location');
  };
  return { client, endpoints, authorize, close: async () => {} };
}
`;

/** Uses every entry: signs in at the emulator without a web framework, and checks the classes of the results. */
const APP = `
async function main() {
  const emulator = await startEmulator();
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
  const reason = await keeper.accessToken('unknown').catch((reason) => reason);
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

interface SignInAppOptions {
  /** The code that uses `main`. Default: calls it. */
  ending?: string;
  /** `other`: uses the emulator of `environmentFor()`. Default: its own. */
  emulator?: 'own' | 'other';
}

/** Returns the source of the app. */
export function signInApp(
  kind: 'mjs' | 'cjs',
  { ending = 'main();', emulator = 'own' }: SignInAppOptions = {},
): string {
  const packages = kind === 'mjs' ? IMPORTS : REQUIRES;
  return [packages, emulator === 'own' ? OWN_EMULATOR[kind] : OTHER_EMULATOR, APP, ending, ''].join('\n');
}

/** Writes the app into a project, as an ES module and as CommonJS. */
export function writeSignInApp(folder: string, options: SignInAppOptions = {}): void {
  for (const kind of ['mjs', 'cjs'] as const) {
    writeFileSync(join(folder, `sign-in.${kind}`), signInApp(kind, options));
  }
}

/** Returns the environment of an app that uses `emulator`. */
export function environmentFor({ client, endpoints, url }: MoneiEmulator): NodeJS.ProcessEnv {
  return { ...process.env, EMULATOR: JSON.stringify({ client, endpoints, url }) };
}
