import type { MoneiScope } from '../../src/scopes/catalogue.js';
import { createApi, type EmulatedAccount } from './api/index.js';
import { AuthorizationRefusal, AuthorizationServer, TOKEN_LIFE } from './authorization-server.js';
import { checkTokenLife, type EmulatedTrouble, Troubles } from './faults.js';
import { createRequestListener, type EmulatedRequest } from './http-server.js';
import { listenOnLoopback } from './listen.js';
import { API, PATHS } from './paths.js';
import type { EmulatedClient, EmulatedUser } from './registrations.js';

export type { EmulatedAccount } from './api/index.js';
export type { EmulatedTrouble } from './faults.js';
export type { EmulatedRequest } from './http-server.js';
export type { EmulatedClient, EmulatedUser } from './registrations.js';

/** Options of `startEmulator`. */
export interface EmulatorOptions {
  /** Default: 0, any free port. */
  port?: number | undefined;
  /** The apps that may ask. Default: one that accepts any loopback redirect URI. */
  clients?: readonly EmulatedClient[] | undefined;
  /** The people with a Monei account. Default: one. */
  users?: readonly EmulatedUser[] | undefined;
  /** `true`: Monei's own rate limits (10 token calls and 20 consent pages a minute). Default: none. */
  rateLimits?: boolean | undefined;
  /** Seconds that an access token lives, 1 to 3600. Default: 3600, as Monei documents it. */
  tokenLife?: number | undefined;
  /** Hears of every request that was answered. */
  onRequest?: ((request: EmulatedRequest) => void) | undefined;
}

/** What the user does on the consent page. */
export interface Consent {
  /** The scopes that they allow if they are asked for. Default: all. */
  allow?: readonly MoneiScope[] | undefined;
  /** `true`: they refuse the request as a whole. */
  deny?: boolean | undefined;
  /** Who they are: the id of one of the emulator's users. Default: the first. */
  user?: string | undefined;
}

/** A running emulator. */
export interface MoneiEmulator {
  /** Its origin, without a slash at the end. */
  url: string;
  /** The credentials of the first client, for the strategy's options. */
  client: { clientID: string; clientSecret: string };
  /** Where it listens, for the strategy's options. */
  endpoints: { authorizationURL: string; tokenURL: string; revocationURL: string; userProfileURL: string };
  /** Where Monei's API is, for the keeper's options. */
  apiURL: string;
  /**
   * Decides without a browser: takes the URL that the app redirected to, and returns the callback URL.
   *
   * @throws {Error} where the consent page would show an error instead of going back to the app
   */
  authorize(authorizationURL: string | URL, consent?: Consent): Promise<string>;
  /** What a user does in Monei's settings: takes back all that they granted to an app, its tokens included. */
  revokeGrant(who?: { clientID?: string | undefined; user?: string | undefined }): void;
  /** Lets an hour pass for the access tokens of a grant: Monei answers 401, and the refresh token is good. */
  expireTokens(who?: { clientID?: string | undefined; user?: string | undefined }): void;
  /**
   * Makes the next answers of an endpoint fail, come late, or be cut off.
   *
   * @throws {TypeError} naming what is wrong with it
   * @example emulator.fail({ endpoint: 'token', status: 503, times: 2 });
   */
  fail(trouble: EmulatedTrouble): void;
  /**
   * What a user has, and what they did. Default: the first user.
   *
   * @throws {Error} when there is no user with this id
   */
  account(user?: string): EmulatedAccount;
  /**
   * The money of a deposit arrives, or the tokens of an offramp that waits for them.
   *
   * @throws {Error} when nothing with this reference waits
   */
  completeDeposit(reference: string): void;
  /** Stops it, open connections included. Everything it knew is gone. */
  close(): Promise<void>;
}

const DEFAULT_CLIENT: EmulatedClient = {
  clientID: 'mc_emulator',
  clientSecret: 'mcs_emulator',
  name: 'Example app',
};

const DEFAULT_USER: EmulatedUser = {
  id: '64b7f0c2a1d94e0012ab34cd',
  firstName: 'Adébáyọ̀',
  lastName: 'Ọlá',
  name: 'Adébáyọ̀ Ọlá',
  email: 'adebayo@example.com',
  phone: '+2348012345678',
  verified: true,
  haveTransactionPin: true,
  isAdmin: false,
  createdAt: '2025-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.000Z',
  lastLoggedIn: '2026-01-15T09:30:00.000Z',
  wallet: { NGN: 125_000.5, USDT: 42.25, ETH: 0.05, SOL: 1.5 },
};

/**
 * Starts Monei Connect on localhost, to develop and test an app without a Monei account or money. It keeps to the
 * published wire contract and forgets everything when it stops.
 *
 * @example
 * ```ts
 * const emulator = await startEmulator();
 * const options = { ...emulator.client, ...emulator.endpoints, callbackURL };
 * passport.use(new MoneiStrategy(options, verify));
 * // The user allows only a part of what the app asked for at `url`:
 * const callback = await emulator.authorize(url, { allow: ['profile:read'] });
 * await emulator.close();
 * ```
 *
 * @throws {TypeError} naming an option that is wrong, or that there is none of
 * @throws {Error} with `NODE_ENV=production`
 * @throws {Error} with Node's code, for example `EADDRINUSE`, if it cannot listen on `port`
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<MoneiEmulator> {
  checkOptions(options);
  const {
    port = 0,
    clients = [DEFAULT_CLIENT],
    users = [DEFAULT_USER],
    rateLimits = false,
    tokenLife = TOKEN_LIFE,
    onRequest,
  } = options;
  const monei = new AuthorizationServer(clients, users);
  monei.tokenLife = checkTokenLife(tokenLife);
  const troubles = new Troubles();
  const [client = DEFAULT_CLIENT] = clients;
  const [firstUser = DEFAULT_USER] = users;
  const api = createApi(users);
  const listener = createRequestListener(monei, api, troubles, { rateLimits, onRequest });
  const servers = await listenOnLoopback(listener, port);
  const url = `http://127.0.0.1:${servers.port}`;
  const authorizationURL = url + PATHS.authorization;

  return {
    url,
    client: { clientID: client.clientID, clientSecret: client.clientSecret },
    endpoints: {
      authorizationURL,
      tokenURL: url + PATHS.token,
      revocationURL: url + PATHS.revocation,
      userProfileURL: url + PATHS.profile,
    },
    apiURL: url + API,
    async authorize(asked, { allow, deny = false, user = firstUser.id } = {}) {
      const [address, query = ''] = String(asked).split(/\?(.*)/s);
      if (address !== authorizationURL) {
        throw new Error(
          `monei-connect-emulator: ${address} is not ${authorizationURL}, the page that asks for consent.`,
        );
      }
      try {
        const request = monei.checkRequest(new URLSearchParams(query));
        if (deny) return monei.deny(request);
        return monei.approve(request, { userID: user, allow: [...(allow ?? request.scopes)] });
      } catch (error) {
        if (error instanceof AuthorizationRefusal) return error.location;
        throw error;
      }
    },
    revokeGrant({ clientID = client.clientID, user = firstUser.id } = {}) {
      monei.revokeGrant(clientID, user);
    },
    expireTokens({ clientID = client.clientID, user = firstUser.id } = {}) {
      monei.expireTokens(clientID, user);
    },
    fail: (trouble) => troubles.order(trouble),
    account: (user = firstUser.id) => api.account(user),
    completeDeposit: (reference) => api.ledger.complete(reference),
    close: () => servers.close(),
  };
}

/** The compiler keeps this complete: an option that is missing here does not compile. */
const OPTIONS: Record<keyof EmulatorOptions, true> = {
  port: true,
  clients: true,
  users: true,
  rateLimits: true,
  tokenLife: true,
  onRequest: true,
};

function checkOptions(options: EmulatorOptions): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown.length > 0) {
    const known = Object.keys(OPTIONS).join(', ');
    throw new TypeError(
      `monei-connect-emulator: there is no option ${unknown.join(', ')}. The options are: ${known}.`,
    );
  }
  const { port = 0 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(
      'monei-connect-emulator: `port` must be a whole number from 0 (any free port) to 65535.',
    );
  }
  if (process.env.NODE_ENV === 'production') {
    throw new Error(
      'monei-connect-emulator: does not start with NODE_ENV=production, because anyone can sign in to it as any user.',
    );
  }
}
