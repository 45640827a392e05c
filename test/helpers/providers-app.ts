import { Strategy as GitHubStrategy } from 'passport-github2';
import { Strategy as GoogleStrategy, type VerifyCallback } from 'passport-google-oauth20';
import { startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy } from '../../src/index.js';
import { startApp, type TestApp } from './app.js';
import { type Browser, locationOf } from './browser.js';
import { optionsFor } from './flow.js';
import { startOtherProvider } from './other-provider.js';

export const PROVIDERS = ['monei', 'google', 'github'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The outcome of a sign-in at its provider. `forged` is a callback with a code that the provider has not issued. */
export type Fate = 'allowed' | 'denied' | 'forged';

/** The response of a callback route: a user, or the status of an error. */
export interface Answer {
  status: number;
  user?: string;
  code?: string;
}

/** The user of each provider. */
export const USERS: Record<Provider, string> = {
  monei: 'ada-at-monei',
  google: 'ada-at-google',
  github: '7',
};

/** An app whose users can sign in with Monei, Google and GitHub, with the three providers on loopback. */
export interface ProvidersApp {
  url: string;
  /** Starts a sign-in with a provider. Returns the authorization URL. */
  start(provider: Provider, browser: Browser): Promise<URL>;
  /** Returns the callback URL of a sign-in. */
  decide(provider: Provider, asked: URL, fate?: Fate): Promise<string>;
  /** Opens a callback URL. */
  comeBack(callback: string, browser: Browser): Promise<Answer>;
  /** Returns the user who is signed in. */
  whoIs(browser: Browser): Promise<unknown>;
  /** Exchanges the code of a callback URL at Monei, which succeeds if the code was not used yet. */
  redeem(callback: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts the app and the providers.
 *
 * @param hosts the host names of the authorization pages, except Monei's
 * @param sessionKeys the `sessionKey` options of the strategies
 * @param keepSessionInfo the option of `passport.authenticate()` on the callback routes of Google and GitHub
 */
export async function startProvidersApp({
  hosts = {},
  sessionKeys = {},
  keepSessionInfo = false,
}: {
  hosts?: { google?: string; github?: string };
  sessionKeys?: Partial<Record<Provider, string>>;
  keepSessionInfo?: boolean;
} = {}): Promise<ProvidersApp> {
  const monei = await startEmulator({ users: [{ id: USERS.monei }] });
  const others = {
    google: await startOtherProvider({ sub: USERS.google }, hosts.google),
    github: await startOtherProvider({ id: Number(USERS.github) }, hosts.github),
  };
  const optionsOf = (provider: 'google' | 'github', { url }: Pick<TestApp, 'url'>) => ({
    clientID: provider,
    clientSecret: 'secret',
    callbackURL: `${url}/callback/${provider}`,
    state: 'true', // The types require a string. passport-oauth2 uses the session for every truthy value.
    ...others[provider].endpoints,
    ...sessionKeyOf(provider),
  });
  const sessionKeyOf = (provider: Provider) => {
    const sessionKey = sessionKeys[provider];
    return sessionKey === undefined ? {} : { sessionKey };
  };
  const takeId = (_access: string, _refresh: string, profile: { id: string }, done: VerifyCallback) =>
    done(null, { id: profile.id });

  let strategy: MoneiStrategy | undefined;
  const app = await startApp(
    (callbackURL) => {
      strategy = new MoneiStrategy(
        { ...optionsFor(monei, callbackURL), ...sessionKeyOf('monei') },
        async (_accessToken, _refreshToken, { id }) => ({ id }),
      );
      return strategy;
    },
    {
      routes({ express, passport, url }) {
        passport.use(new GoogleStrategy(optionsOf('google', { url }), takeId));
        passport.use(new GitHubStrategy({ ...optionsOf('github', { url }), ...{ pkce: true } }, takeId));
        for (const name of ['google', 'github']) {
          express.get(`/auth/${name}`, passport.authenticate(name));
          express.get(
            `/callback/${name}`,
            passport.authenticate(name, { keepSessionInfo }),
            ({ user }, res) => {
              res.json({ user });
            },
          );
        }
      },
    },
  );

  return {
    url: app.url,
    async start(provider, browser) {
      const path = provider === 'monei' ? '/auth' : `/auth/${provider}`;
      return new URL(locationOf(await browser(app.url + path)));
    },
    async decide(provider, asked, fate = 'allowed') {
      const deny = fate === 'denied';
      const callback = new URL(
        provider === 'monei'
          ? await monei.authorize(asked, { deny })
          : others[provider].authorize(asked, { deny }),
      );
      if (fate === 'forged') callback.searchParams.set('code', 'forged');
      return callback.href;
    },
    async comeBack(callback, browser) {
      const response = await browser(callback);
      const text = await response.text();
      if (!text.startsWith('{')) return { status: response.status };
      const { user, info } = JSON.parse(text) as { user?: { id: string }; info?: { code?: string } };
      return {
        status: response.status,
        ...(user && { user: user.id }),
        ...(info?.code !== undefined && { code: info.code }),
      };
    },
    async whoIs(browser) {
      const { user } = (await (await browser(`${app.url}/whoami`)).json()) as { user: { id: string } | null };
      return user?.id;
    },
    async redeem(callback) {
      const code = new URL(callback).searchParams.get('code') ?? '';
      return strategy?.connect.exchangeCode({ code, redirectURI: app.callbackURL });
    },
    async close() {
      await Promise.all([app.close(), monei.close(), others.google.close(), others.github.close()]);
    },
  };
}
