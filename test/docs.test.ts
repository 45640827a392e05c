import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { AuthenticateOptions } from 'passport';
import type { EmulatorOptions } from '../emulator/src/index.js';
import type {
  MoneiAuthenticateOptions,
  MoneiConnectOptions,
  MoneiErrorCode,
  MoneiErrorDetails,
  MoneiFailure,
  MoneiStrategyOptions,
  RequireScopesOptions,
} from '../src/index.js';
import type { PostgresStoreOptions, RedisStoreOptions, TokenKeeperOptions } from '../src/tokens/index.js';
import { pages } from './helpers/readme.js';

/** Names of a type. Without one of them, or with one that the type does not have, this file does not compile. */
type Names<Name extends PropertyKey> = Record<Name, true>;

type Reason = Extract<MoneiFailure, { code: 'invalid_state' }>['reason'];
type RouteOption = Exclude<
  keyof MoneiAuthenticateOptions,
  keyof Omit<AuthenticateOptions, 'scope' | 'state'>
>;

const reasons: Names<Reason> = {
  no_state: true,
  no_cookie: true,
  no_sign_in: true,
  unknown: true,
  expired: true,
  other_strategy: true,
  other_route: true,
  other_user: true,
  store: true,
};
const failures: Names<MoneiFailure['code']> = {
  missing_scope: true,
  access_denied: true,
  invalid_state: true,
  invalid_callback: true,
};
const errorCodes: Names<MoneiErrorCode> = {
  bad_request: true,
  unauthorized: true,
  forbidden: true,
  not_found: true,
  rate_limited: true,
  unavailable: true,
  unexpected_status: true,
  timeout: true,
  network: true,
  malformed_response: true,
};
const errorDetails: Names<keyof MoneiErrorDetails> = {
  code: true,
  endpoint: true,
  moneiStatus: true,
  retryAfter: true,
  requestSent: true,
};
const connectOptions: Names<keyof MoneiConnectOptions> = {
  clientID: true,
  clientSecret: true,
  agent: true,
  timeout: true,
  maxRetryAfter: true,
  customHeaders: true,
  tokenURL: true,
  revocationURL: true,
  userProfileURL: true,
};
const strategyOptions: Names<keyof MoneiStrategyOptions> = {
  ...connectOptions,
  callbackURL: true,
  scope: true,
  requiredScopes: true,
  skipUserProfile: true,
  passReqToCallback: true,
  store: true,
  sessionKey: true,
  pkce: true,
  proxy: true,
  state: true,
  authorizationURL: true,
};
const routeOptions: Names<RouteOption> = {
  scope: true,
  requiredScopes: true,
  callbackURL: true,
  callback: true,
  state: true,
};
const keeperOptions: Names<keyof TokenKeeperOptions> = {
  connect: true,
  store: true,
  keys: true,
  apiURL: true,
  onRevocationError: true,
};
const redisOptions: Names<keyof RedisStoreOptions> = { client: true, prefix: true };
const postgresOptions: Names<keyof PostgresStoreOptions> = { pool: true, table: true };
const guardOptions: Names<keyof RequireScopesOptions<unknown, unknown>> = { granted: true, onMissing: true };
const emulatorOptions: Names<keyof EmulatorOptions> = {
  port: true,
  clients: true,
  users: true,
  rateLimits: true,
  tokenLife: true,
  onRequest: true,
};

/** The sections of docs/ that list all names of a type. */
const SECTIONS: [page: string, heading: string, names: Names<string>][] = [
  ['troubleshooting.md', 'Refused states, by reason', reasons],
  ['troubleshooting.md', 'Failures, by code', failures],
  ['troubleshooting.md', 'Errors, by code', errorCodes],
  ['options.md', '`new MoneiStrategy(options, verify)`', strategyOptions],
  ['options.md', "`passport.authenticate('monei', options)`", routeOptions],
  ['options.md', '`new MoneiConnect(options)`', connectOptions],
  ['options.md', '`new TokenKeeper(options)`', keeperOptions],
  ['options.md', '`redisStore(options)`', redisOptions],
  ['options.md', '`postgresStore(options)`', postgresOptions],
  ['options.md', '`requireScopes(scopes, options)`', guardOptions],
  ['options.md', '`startEmulator(options)`', emulatorOptions],
  ['options.md', 'Errors', { ...errorCodes, ...errorDetails }],
];

/** Returns the text below a heading, up to the next heading of the same level. */
function sectionOf(page: string, heading: string): string {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8');
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '';
}

describe('the documentation', () => {
  for (const [page, heading, names] of SECTIONS) {
    it(`lists each name in docs/${page}, “${heading}”`, () => {
      const section = sectionOf(page, heading);
      const missing = Object.keys(names).filter((name) => !new RegExp(`\`${name}\\b`).test(section));
      expect(missing).to.deep.equal([]);
    });
  }

  it('has lines of at most 120 characters, tables and code aside', () => {
    const long = [...pages()].flatMap(([page, text]) =>
      text
        .replace(/^```.*?^```$/gms, '')
        .split('\n')
        .filter((line) => line.length > 120 && !/^[|<]/.test(line))
        .map((line) => `${page}: ${line}`),
    );
    expect(long).to.deep.equal([]);
  });
});
