import type { Consent, MoneiEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy, type MoneiStrategyOptions } from '../../src/index.js';
import type { Outcome, TestApp } from './app.js';
import { type Browser, locationOf, openBrowser } from './browser.js';

/** Returns the options of a strategy for `emulator`. */
export function optionsFor(emulator: MoneiEmulator, callbackURL: string) {
  return { ...emulator.client, ...emulator.endpoints, callbackURL };
}

/** Returns a strategy for `emulator`. Its verify function accepts every user, with the profile as the user. */
export function strategyFor(emulator: MoneiEmulator, options: Partial<MoneiStrategyOptions> = {}) {
  return (callbackURL: string): MoneiStrategy =>
    new MoneiStrategy(
      { ...optionsFor(emulator, callbackURL), ...options },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    );
}

/** Starts a sign-in. Returns the authorization URL. */
export async function start(app: TestApp, browser: Browser = openBrowser(), as = ''): Promise<URL> {
  return new URL(locationOf(await browser(`${app.url}/auth?as=${as}`)));
}

/** Opens a callback URL. Returns the response of the app. */
export async function comeBack(callback: string, browser: Browser): Promise<Outcome & { status: number }> {
  const response = await browser(callback);
  return { status: response.status, ...((await response.json()) as Outcome) };
}

/** Runs a whole sign-in in one browser. */
export async function signIn(
  app: TestApp,
  emulator: MoneiEmulator,
  consent: Consent = {},
  { browser = openBrowser(), as = '' }: { browser?: Browser; as?: string } = {},
): Promise<Outcome & { status: number }> {
  const asked = await start(app, browser, as);
  return comeBack(await emulator.authorize(asked.href, consent), browser);
}
