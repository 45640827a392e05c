import { Strategy as GitHubStrategy } from 'passport-github2';
import { Strategy as GoogleStrategy } from 'passport-google-oauth20';
import { MoneiStrategy } from 'passport-monei';
import type { Strategy } from './sign-in.js';

export const CLIENT = {
  clientID: 'mc_9f8e7d6c5b4a',
  clientSecret: 'mcs_0a1b2c3d4e5f6a7b8c9d',
  callbackURL: 'http://localhost:3000/auth/callback',
};

/** The strategies with one scope each, and a state in the session. */
const STRATEGIES = {
  ours: (api: string): Strategy => {
    return new MoneiStrategy({ ...optionsFor(api), scope: ['profile:read'] }, (_a, _r, profile, done) =>
      done(null, profile),
    );
  },
  google: (api: string): Strategy => {
    const options = { ...optionsFor(api), scope: ['profile'], state: true };
    return new GoogleStrategy(options, (_a, _r, profile, done) => done(null, profile));
  },
  github: (api: string): Strategy => {
    const options = { ...optionsFor(api), scope: ['read:user'], state: true };
    return new GitHubStrategy(
      options as never,
      (_a: string, _r: string, profile: object, done: (error: null, user: object) => void) =>
        done(null, profile),
    );
  },
};

export type StrategyName = keyof typeof STRATEGIES;

/** Returns the strategy of this name for the provider at this URL. */
export function strategyFor(name: StrategyName, api: string): Strategy {
  return STRATEGIES[name](api);
}

function optionsFor(api: string) {
  return {
    ...CLIENT,
    authorizationURL: `${api}/authorize`,
    tokenURL: `${api}/token`,
    // The end of this path tells the strategy for Google which kind of profile to read.
    userProfileURL: `${api}/userinfo`,
  };
}
