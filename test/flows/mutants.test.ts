import { expect } from 'chai';
import { type Consent, type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { submitConsent } from '../../emulator/test/contract/consent-form.js';
import { type Mutant, mutants } from '../../emulator/test/contract/mutants.js';
import { startRewritingProxy } from '../../emulator/test/contract/rewriting-proxy.js';
import { MoneiConnect, MoneiStrategy } from '../../src/index.js';
import { memoryStore, TokenKeeper } from '../../src/tokens/index.js';
import { startApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, start } from '../helpers/flow.js';

// The emulator's mutants are guesses about Monei that turn out to be wrong. With each, the worst that a user may see is a
// clear error: never another account, a sign-in without a required scope, or tokens that are lost.

const USER = { id: 'ngozi', name: 'Ngozi Eze' };

/** The outcomes that a user sees. An API request has the status of its response, or the code of its error. */
interface Seen {
  /** A sign-in in which the user allows everything. */
  signIn: string;
  /** A second sign-in in another browser. */
  again: string;
  /** A sign-in in which the user denies a required scope. */
  partial: string;
  /** A sign-in in which the user denies everything. */
  denied: string;
  /** An API request. */
  request: string;
  /** An API request to a route whose scope was not granted. */
  withoutScope: string;
  /** An API request after the access token expired. */
  expired: string;
  /** An API request after that one. */
  later: string;
  /** The app forgets the user. */
  forgotten: string;
  /** An API request after the user revoked the app in Monei's settings. */
  revoked: string;
}

const DOCUMENTED: Seen = {
  signIn: 'user ngozi',
  again: 'user ngozi',
  partial: 'missing_scope',
  denied: 'access_denied',
  request: 'status 200',
  withoutScope: 'missing_scope',
  expired: 'status 200',
  later: 'status 200',
  forgotten: 'revoked',
  revoked: 'reconnect_required',
};

/** After a sign-in that failed, no tokens are stored. */
const NO_TOKENS = {
  request: 'reconnect_required',
  withoutScope: 'reconnect_required',
  expired: 'reconnect_required',
  later: 'reconnect_required',
};

const failedSignIn = (outcome: string) => ({ ...NO_TOKENS, signIn: outcome, again: outcome });

/** The outcomes that differ from those with a Monei as documented, by mutant. With all others, none does. */
const DIFFERENT: Record<string, Partial<Seen>> = {
  'wants client credentials for a refresh': { expired: 'reconnect_required', later: 'reconnect_required' },
  'lists only newly granted scopes': { again: 'missing_scope' },
  'lists no scopes at all': {
    ...failedSignIn('MoneiConnectError malformed_response'),
    partial: 'MoneiConnectError malformed_response',
  },
  'wraps tokens in its envelope': {
    ...failedSignIn('MoneiConnectError malformed_response'),
    partial: 'MoneiConnectError malformed_response',
  },
  'accepts only form bodies': {
    ...failedSignIn('MoneiConnectError bad_request'),
    partial: 'MoneiConnectError bad_request',
  },
  // The token does carry the scope.
  'grants scopes that the user denied': { partial: 'user ngozi' },
  'names a denial user_denied': { denied: 'AuthorizationError user_denied' },
  'does not return the state': {
    ...failedSignIn('invalid_state'),
    partial: 'invalid_state',
    denied: 'invalid_state',
  },
  'nests the profile one level deeper': failedSignIn('MoneiConnectError malformed_response'),
  'gives the user id as a number': { signIn: 'user 4711', again: 'user 4711' },
  'gives no user id': failedSignIn('MoneiConnectError malformed_response'),
  // The page of a gateway does not end tokens.
  'answers errors with HTML pages': { revoked: 'MoneiConnectError unauthorized' },
};

describe('users of an app see the right outcomes with a Monei that', () => {
  const documented: Mutant = {
    name: 'is as documented',
    change: () => (request, forward) => forward(request),
  };
  for (const mutant of [documented, ...mutants]) {
    it(mutant.name, async () => {
      const partial = await withMonei(mutant, ({ signIn }) => signIn({ allow: ['profile:read'] }));
      const denied = await withMonei(mutant, ({ signIn }) => signIn({ deny: true }));
      const connected = await withMonei(mutant, async ({ emulator, signIn, request, forget }) => {
        const before = { signIn: await signIn(), again: await signIn(), request: await request() };
        const withoutScope = await request('/kyc/status');
        emulator.expireTokens();
        const expired = await request();
        return { ...before, withoutScope, expired, later: await request(), forgotten: await forget() };
      });
      const revoked = await withMonei(mutant, async ({ emulator, connect, request }) => {
        await connect();
        emulator.revokeGrant();
        return request();
      });
      const seen: Seen = { ...connected, partial, denied, revoked };
      expect(seen).to.deep.equal({ ...DOCUMENTED, ...DIFFERENT[mutant.name] });
    });
  }

  it('is named in this test', () => {
    expect(mutants.map(({ name }) => name)).to.include.members(Object.keys(DIFFERENT));
  });
});

/** An app in front of a mutant. */
interface App {
  emulator: MoneiEmulator;
  /** Signs in with a new browser. Returns the user's id, or the code of the failure. */
  signIn(consent?: Consent): Promise<string>;
  /** Stores tokens that the emulator gives, whatever the mutant does to a sign-in. */
  connect(): Promise<void>;
  /** Sends an API request. */
  request(path?: string): Promise<string>;
  /** Forgets the user. Returns whether Monei revoked the tokens. */
  forget(): Promise<string>;
}

async function withMonei<Result>({ change }: Mutant, use: (app: App) => Promise<Result>): Promise<Result> {
  const emulator = await startEmulator({ users: [USER] });
  const proxy = await startRewritingProxy(emulator, change(emulator));
  const strategies: MoneiStrategy[] = [];
  const app = await startApp((callbackURL) => {
    const strategy = new MoneiStrategy(
      {
        ...{ ...emulator.client, ...proxy.endpoints, callbackURL },
        ...{ scope: ['wallet:read'], requiredScopes: ['wallet:read'] },
      },
      async (accessToken, refreshToken, { id, grant }) => {
        await keeper.save(USER.id, { accessToken, refreshToken, grant });
        return { id };
      },
    );
    strategies.push(strategy);
    return strategy;
  });
  const [strategy] = strategies;
  if (!strategy) throw new Error('the app has no strategy');
  const revocationErrors: unknown[] = [];
  const keeper = new TokenKeeper({
    connect: strategy.connect,
    store: memoryStore(),
    keys: false,
    apiURL: proxy.apiURL,
    onRevocationError: (error) => revocationErrors.push(error),
  });
  const signIn: App['signIn'] = async (consent = {}) => {
    const browser = openBrowser();
    const { location } = await submitConsent((await start(app, browser)).href, consent);
    const { outcome, user, info, error } = await comeBack(location, browser);
    if (outcome === 'success') return `user ${(user as { id: string }).id}`;
    return outcome === 'fail' ? String(info?.code) : `${error?.name} ${error?.code}`;
  };
  try {
    return await use({
      emulator,
      signIn,
      async connect() {
        const query = {
          client_id: emulator.client.clientID,
          redirect_uri: app.callbackURL,
          scope: 'wallet:read',
        };
        const url = `${emulator.endpoints.authorizationURL}?${new URLSearchParams(query)}`;
        const code = new URL(await emulator.authorize(url)).searchParams.get('code') ?? '';
        const direct = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
        await keeper.save(USER.id, await direct.exchangeCode({ code, redirectURI: app.callbackURL }));
      },
      async request(path = '/wallet/me') {
        try {
          return `status ${(await keeper.fetch(USER.id, path)).status}`;
        } catch (error) {
          const { name, code } = error as { name: string; code: string };
          return name === 'MoneiConnectError' ? `${name} ${code}` : code;
        }
      },
      async forget() {
        await keeper.forget(USER.id);
        return revocationErrors.length === 0 ? 'revoked' : 'not revoked';
      },
    });
  } finally {
    await app.close();
    await proxy.close();
    await emulator.close();
  }
}
