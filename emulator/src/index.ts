import type { MoneiScope } from '../../src/scopes/catalogue.js';
import { createApi, type EmulatedAccount } from './api/index.js';
import { AuthorizationRefusal } from './authorization-request.js';
import { AuthorizationServer, TOKEN_LIFE } from './authorization-server.js';
import { DEFAULT_CLIENT, DEFAULT_USER } from './defaults.js';
import { checkTokenLife, type EmulatedFault, Faults } from './faults.js';
import { createRequestListener, type EmulatedRequest } from './http-server.js';
import { isJsonObject } from './is-json-object.js';
import { listenOnLoopback } from './listen.js';
import { addressesAt } from './paths.js';
import type { EmulatedClient, EmulatedUser } from './registrations.js';

export type { EmulatedAccount } from './api/index.js';
export type { EmulatedFault } from './faults.js';
export type { EmulatedRequest } from './http-server.js';
export type { EmulatedClient, EmulatedUser } from './registrations.js';

/** Options of `startEmulator`. */
export interface EmulatorOptions {
  /** The port to listen on. Default: 0, any free port. */
  port?: number | undefined;
  /** The registered apps. Default: one that accepts any redirect URI on loopback. */
  clients?: readonly EmulatedClient[] | undefined;
  /** The users with a Monei account. Default: one. */
  users?: readonly EmulatedUser[] | undefined;
  /** `true` applies Monei's rate limits: 10 token requests and 20 consent pages per minute. Default: no limits. */
  rateLimits?: boolean | undefined;
  /** Lifetime of access tokens in seconds, 1 to 3600. Default: 3600, as documented by Monei. */
  tokenLife?: number | undefined;
  /** Called for each request, after its response. An error that it throws or rejects with is printed. */
  onRequest?: ((request: EmulatedRequest) => unknown) | undefined;
}

/** The user's decision on the consent page. */
export interface Consent {
  /** The requested scopes that the user allows. Default: all. */
  allow?: readonly MoneiScope[] | undefined;
  /** `true`: the user denies the whole request. */
  deny?: boolean | undefined;
  /** The id of the user. Default: the first of the emulator's users. */
  user?: string | undefined;
}

/** A running emulator. */
export interface MoneiEmulator {
  /** The emulator's origin, without a slash at the end. */
  url: string;
  /** The credentials of the first client, for the options of `MoneiStrategy`. */
  client: { clientID: string; clientSecret: string };
  /** The URLs of the emulator's endpoints, for the options of `MoneiStrategy`. */
  endpoints: { authorizationURL: string; tokenURL: string; revocationURL: string; userProfileURL: string };
  /** The base URL of Monei's API, for the options of `TokenKeeper`. */
  apiURL: string;
  /**
   * Decides for the user, without a browser: takes the URL that the app redirects to, and returns the callback URL.
   *
   * @throws {Error} if the consent page would show an error instead of returning to the app
   */
  authorize(authorizationURL: string | URL, consent?: Consent): Promise<string>;
  /** Revokes the grant and all tokens of an app, as a user can in Monei's settings. */
  revokeGrant(grant?: { clientID?: string | undefined; user?: string | undefined }): void;
  /** Lets the access tokens of a grant expire. API requests with them get a 401, and their refresh tokens stay valid. */
  expireTokens(grant?: { clientID?: string | undefined; user?: string | undefined }): void;
  /**
   * Makes the next responses of an endpoint fail. With `status`, a request has no other effect. With `delay` or `cutOff`, the
   * emulator first does what the request asks for. A test can simulate a payment that was made although its request timed out.
   *
   * @throws {TypeError} that names the wrong field
   * @example emulator.fail({ endpoint: 'token', status: 503, times: 2 });
   */
  fail(fault: EmulatedFault): void;
  /**
   * Returns the balances and transactions of a user. Default: the first user.
   *
   * @throws {Error} if there is no user with this id
   */
  account(user?: string): EmulatedAccount;
  /**
   * Completes a pending deposit, or the payment for a pending offramp (a sale of tokens for naira).
   *
   * @throws {Error} if no pending transaction has this reference
   */
  completeDeposit(reference: string): void;
  /** Stops the emulator and closes all connections. No data is saved. */
  close(): Promise<void>;
}

/**
 * Starts Monei Connect on localhost, to develop and test an app without a Monei account or money. It follows Monei's published
 * documentation, and saves no data.
 *
 * @example
 * ```ts
 * const emulator = await startEmulator();
 * const options = { ...emulator.client, ...emulator.endpoints, callbackURL };
 * passport.use(new MoneiStrategy(options, verify));
 * // The user allows one of the scopes that the app requested with `url`:
 * const callback = await emulator.authorize(url, { allow: ['profile:read'] });
 * await emulator.close();
 * ```
 *
 * @throws {TypeError} that names an option that is wrong or unknown
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
  const faults = new Faults();
  const [client = DEFAULT_CLIENT] = clients;
  const [firstUser = DEFAULT_USER] = users;
  const api = createApi(users);
  const listener = createRequestListener(monei, api, faults, { rateLimits, onRequest });
  const servers = await listenOnLoopback(listener, port);
  const url = `http://127.0.0.1:${servers.port}`;
  const { endpoints, apiURL } = addressesAt(url);

  return {
    url,
    client: { clientID: client.clientID, clientSecret: client.clientSecret },
    endpoints,
    apiURL,
    async authorize(requested, { allow, deny = false, user = firstUser.id } = {}) {
      const [address, query = ''] = String(requested).split(/\?(.*)/s);
      if (address !== endpoints.authorizationURL) {
        throw new Error(
          `monei-connect-emulator: ${address} is not the URL of the consent page, ${endpoints.authorizationURL}.`,
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
    fail: (fault) => faults.inject(fault),
    account: (user = firstUser.id) => api.account(user),
    completeDeposit: (reference) => api.ledger.complete(reference),
    close: () => servers.close(),
  };
}

/** The names of all options. If one is missing, this does not compile. */
const OPTIONS: Record<keyof EmulatorOptions, true> = {
  port: true,
  clients: true,
  users: true,
  rateLimits: true,
  tokenLife: true,
  onRequest: true,
};

function checkOptions(options: EmulatorOptions): void {
  if (!isJsonObject(options as unknown)) {
    throw new TypeError('monei-connect-emulator: pass an object of options, for example { port: 4000 }.');
  }
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown.length > 0) {
    const known = Object.keys(OPTIONS).join(', ');
    throw new TypeError(
      `monei-connect-emulator: unknown option ${unknown.join(', ')}. The options are: ${known}.`,
    );
  }
  const { port = 0, rateLimits = false, onRequest = () => {} } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(
      'monei-connect-emulator: `port` must be a whole number from 0 (any free port) to 65535.',
    );
  }
  if (typeof rateLimits !== 'boolean') {
    throw new TypeError('monei-connect-emulator: `rateLimits` must be true or false.');
  }
  if (typeof onRequest !== 'function') {
    throw new TypeError('monei-connect-emulator: `onRequest` must be a function.');
  }
  if (process.env.NODE_ENV === 'production') {
    throw new Error(
      'monei-connect-emulator: does not start with NODE_ENV=production, because anyone can sign in to it as any user.',
    );
  }
}
