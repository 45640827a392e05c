import { STATUS_CODES } from 'node:http';
import type { MoneiErrorResponse, MoneiTransaction } from '../../../src/api/index.js';
import type { MoneiScope } from '../../../src/scopes/catalogue.js';
import { matchesRoute, scopesFor, splitRequest } from '../../../src/scopes/routes.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, toNumber } from './assets.js';
import { billRoutes } from './bills.js';
import { cryptoRoutes } from './crypto.js';
import { depositRoutes } from './deposits.js';
import { InvalidInput } from './fields.js';
import { Ledger } from './ledger.js';
import { offrampRoutes } from './offramp.js';
import { walletOf } from './people.js';
import { profileRoutes } from './profile.js';
import type { ApiResponse, Route, Routes } from './route.js';
import { transactionRoutes } from './transactions.js';
import { transferRoutes } from './transfers.js';
import { walletRoutes } from './wallet.js';

/** A request to a route, with a valid access token. */
export interface ApiRequest {
  user: EmulatedUser;
  /** The scopes of the token. */
  scopes: readonly string[];
  query: URLSearchParams;
  /** Reads the body. Called only if the token has the scope and the route takes a body. */
  body(): Promise<Record<string, unknown>>;
}

/** The route of a request. */
export interface ApiRoute {
  /** A token needs one of these scopes. Empty: any valid token may use the route. */
  scopes: MoneiScope[];
  respond(request: ApiRequest): Promise<ApiResponse>;
}

/** The balances and transactions of a user. */
export interface EmulatedAccount {
  /**
   * Balances by asset, as in the option `wallet`: naira, and each token that the user has ever had. A token with many decimals
   * is rounded to a JavaScript number.
   */
  balances: Record<string, number>;
  /** The transactions, the latest first. */
  transactions: MoneiTransaction[];
}

/** Monei's API without HTTP. All routes use one ledger. */
export interface Api {
  ledger: Ledger;
  /** The methods and paths of all routes: `GET /evm/portfolio/:chainId`. */
  routes: string[];
  /**
   * Returns the route of a request.
   *
   * @param path path below the base URL, without a query
   */
  find(method: string, path: string): ApiRoute | undefined;
  /** Returns the methods of the routes with a path. */
  methods(path: string): string[];
  /**
   * Returns the balances and transactions of a user.
   *
   * @throws {Error} if the user is unknown
   */
  account(userID: string): EmulatedAccount;
}

/**
 * Creates the API, with the balances in the `wallet` of each user.
 *
 * @throws {TypeError} if a wallet has an unknown asset or a wrong amount
 */
export function createApi(users: readonly EmulatedUser[]): Api {
  const ledger = new Ledger();
  for (const user of users) {
    for (const [asset, units] of walletOf(user)) {
      ledger.post({ from: asset === NAIRA ? 'banks' : 'chains', to: user, asset, units });
    }
  }
  const routes: Routes = {
    ...profileRoutes(),
    ...walletRoutes(ledger),
    ...depositRoutes(ledger),
    ...transactionRoutes(ledger),
    ...transferRoutes(ledger, users),
    ...cryptoRoutes(ledger, users),
    ...billRoutes(ledger),
    ...offrampRoutes(ledger),
  };
  const find: Api['find'] = (method, path) => {
    const parts = splitRequest(method, path);
    const [name, route] = Object.entries(routes).find(([one]) => matchesRoute(one.split('/'), parts)) ?? [];
    if (!name || !route) return undefined;
    const scopes = scopesFor(method, path);
    return {
      scopes,
      async respond(request) {
        if (scopes.length > 0 && !scopes.some((scope) => request.scopes.includes(scope))) {
          return errorResponse(403, `The token lacks the scope ${scopes.join(' or ')}`);
        }
        return respond(route, request, () => paramsOf(name, parts));
      },
    };
  };

  return {
    ledger,
    routes: Object.keys(routes),
    find,
    methods: (path) => ['GET', 'POST'].filter((method) => find(method, path)),
    account(userID) {
      const user = users.find(({ id }) => id === userID);
      if (!user) throw new Error(`monei-connect-emulator: there is no user ${JSON.stringify(userID)}.`);
      const balances = ledger.balances(user).map(([asset, units]) => [asset.id, toNumber(units, asset)]);
      return {
        balances: { NGN: 0, ...Object.fromEntries(balances) },
        transactions: structuredClone(ledger.history(userID).entries).reverse(),
      };
    },
  };
}

async function respond(
  route: Route,
  request: ApiRequest,
  params: () => Record<string, string>,
): Promise<ApiResponse> {
  try {
    const body = route.takesBody ? await request.body() : {};
    return route.respond(request.user, { params: params(), query: fieldsOf(request.query), body });
  } catch (error) {
    if (error instanceof InvalidInput) return errorResponse(400, error.problems);
    if (error instanceof ApiError) return errorResponse(error.status, error.message);
    throw error;
  }
}

/**
 * Returns the parameters in the path of a request.
 *
 * @throws {ApiError} 400 if a part of the path cannot be decoded
 */
function paramsOf(route: string, requestParts: string[]): Record<string, string> {
  const parts = route.split('/').map((name, index) => ({ name, value: String(requestParts[index]) }));
  const params = parts.filter(({ name }) => name.startsWith(':'));
  try {
    return Object.fromEntries(params.map(({ name, value }) => [name.slice(1), decodeURIComponent(value)]));
  } catch {
    throw new ApiError(400, 'Failed to decode a part of the path');
  }
}

/** Returns the parameters of a query. A repeated one becomes an array, which every field refuses. */
function fieldsOf(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

function errorResponse(status: number, message: string | string[]): ApiResponse {
  const error = String(STATUS_CODES[status]);
  return { status, body: { statusCode: status, message, error } satisfies MoneiErrorResponse };
}
