import { STATUS_CODES } from 'node:http';
import type { MoneiErrorResponse, MoneiTransaction } from '../../../src/api/index.js';
import type { MoneiScope } from '../../../src/scopes/catalogue.js';
import { matches, partsOfCall, scopesFor } from '../../../src/scopes/routes.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, numberOf } from './assets.js';
import { billRoutes } from './bills.js';
import { cryptoRoutes } from './crypto.js';
import { depositRoutes } from './deposits.js';
import { InvalidInput } from './fields.js';
import { Ledger } from './ledger.js';
import { offrampRoutes } from './offramp.js';
import { walletOf } from './people.js';
import { profileRoutes } from './profile.js';
import type { Reply, Route, Routes } from './route.js';
import { transactionRoutes } from './transaction-log.js';
import { transferRoutes } from './transfers.js';
import { walletRoutes } from './wallet.js';

/** A call to a route, by somebody whose token was checked. */
export interface ApiCall {
  user: EmulatedUser;
  /** Of the token. */
  scopes: readonly string[];
  query: URLSearchParams;
  /** Reads the body, if the route takes one and the scope is there. */
  body(): Promise<Record<string, unknown>>;
}

/** A route that was found for a call. */
export interface FoundRoute {
  /** One of them is needed. None: any valid token will do. */
  scopes: MoneiScope[];
  answer(call: ApiCall): Promise<Reply>;
}

/** What somebody has. */
export interface EmulatedAccount {
  /**
   * By asset, as in the option `wallet`: naira, and what was ever there. Rounded as JavaScript rounds numbers, where a
   * token has more decimals.
   */
  balances: Record<string, number>;
  /** The latest comes first. */
  transactions: MoneiTransaction[];
}

/** Monei's API without HTTP: its routes, on one ledger. */
export interface Api {
  ledger: Ledger;
  /** All that there are: `GET /evm/portfolio/:chainId`. */
  routes: string[];
  /** @param path below the base URL, without a query */
  find(method: string, path: string): FoundRoute | undefined;
  /** The methods of the routes at a path. */
  methods(path: string): string[];
  /** @throws {Error} when there is no such user */
  account(userID: string): EmulatedAccount;
}

/** @throws {TypeError} when a user's wallet holds what there is not */
export function createApi(users: readonly EmulatedUser[]): Api {
  const ledger = new Ledger();
  for (const user of users) {
    for (const [asset, units] of walletOf(user)) {
      ledger.move({ from: asset === NAIRA ? 'banks' : 'chains', to: user, asset, units });
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
    const asked = partsOfCall(method, path);
    const [name, route] = Object.entries(routes).find(([one]) => matches(one.split('/'), asked)) ?? [];
    if (!name || !route) return undefined;
    const scopes = scopesFor(method, path);
    return {
      scopes,
      async answer(call) {
        if (scopes.length > 0 && !scopes.some((scope) => call.scopes.includes(scope))) {
          return refusal(403, `The token lacks the scope ${scopes.join(' or ')}`);
        }
        return answer(route, call, () => paramsOf(name, asked));
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
      const held = ledger.balances(user).map(([asset, units]) => [asset.id, numberOf(units, asset)]);
      return {
        balances: { NGN: 0, ...Object.fromEntries(held) },
        transactions: structuredClone(ledger.history(userID).rows).reverse(),
      };
    },
  };
}

async function answer(route: Route, call: ApiCall, params: () => Record<string, string>): Promise<Reply> {
  try {
    const body = route.takesBody ? await call.body() : {};
    return route.answer(call.user, { params: params(), query: fieldsOf(call.query), body });
  } catch (error) {
    if (error instanceof InvalidInput) return refusal(400, error.problems);
    if (error instanceof ApiError) return refusal(error.status, error.message);
    throw error;
  }
}

/** @throws {ApiError} 400 for a part of the path that can't be decoded */
function paramsOf(route: string, asked: string[]): Record<string, string> {
  const parts = route.split('/').map((name, place) => ({ name, given: String(asked[place]) }));
  const params = parts.filter(({ name }) => name.startsWith(':'));
  try {
    return Object.fromEntries(params.map(({ name, given }) => [name.slice(1), decodeURIComponent(given)]));
  } catch {
    throw new ApiError(400, 'Failed to decode a part of the path');
  }
}

/** A parameter that is there twice becomes a list, which no field takes. */
function fieldsOf(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

function refusal(status: number, message: string | string[]): Reply {
  const error = String(STATUS_CODES[status]);
  return { status, body: { statusCode: status, message, error } satisfies MoneiErrorResponse };
}
