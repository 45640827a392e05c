import { STATUS_CODES } from 'node:http';
import type { MoneiErrorAnswer, MoneiTransaction } from '../../api-types.js';
import { type MoneiScope, scopesFor } from '../../scopes.js';
import { ApiError } from '../api-error.js';
import type { EmulatedUser } from '../registrations.js';
import { NAIRA, numberOf } from './assets.js';
import { billRoutes } from './bills.js';
import { cryptoRoutes } from './crypto.js';
import { depositRoutes } from './deposits.js';
import { InvalidInput } from './fields.js';
import { Ledger } from './ledger.js';
import { offrampRoutes } from './offramp.js';
import { People, walletOf } from './people.js';
import { profileRoutes } from './profile.js';
import type { Reply, Routes } from './route.js';
import { transactionRoutes } from './transactions.js';
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
  const people = new People(users);
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
    ...transferRoutes(ledger, people),
    ...cryptoRoutes(ledger, people),
    ...billRoutes(ledger),
    ...offrampRoutes(ledger),
  };
  const matchers = Object.keys(routes).map(matcher);

  return {
    ledger,
    routes: Object.keys(routes),
    find(method, path) {
      const parts = partsOf(path);
      const found = matchers.find((one) => one.method === method && one.matches(parts));
      const route = found && routes[found.name];
      if (!found || !route) return undefined;
      const scopes = scopesFor(method, path);
      return {
        scopes,
        async answer({ user, scopes: granted, query, body }) {
          if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
            return refusal(403, `The token lacks the scope ${scopes.join(' or ')}`);
          }
          try {
            const given = route.takesBody ? await body() : {};
            return route.answer({ user, params: found.params(parts), query: fieldsOf(query), body: given });
          } catch (error) {
            if (error instanceof InvalidInput) return refusal(400, error.problems);
            if (error instanceof ApiError) return refusal(error.status, error.message);
            throw error;
          }
        },
      };
    },
    methods(path) {
      const parts = partsOf(path);
      return [...new Set(matchers.filter((one) => one.matches(parts)).map(({ method }) => method))];
    },
    account(userID) {
      const user = people.get(userID);
      if (!user) throw new Error(`passport-monei/emulator: there is no user ${JSON.stringify(userID)}.`);
      const held = ledger.balances(user);
      return {
        balances: {
          NGN: 0,
          ...Object.fromEntries(held.map(([asset, units]) => [asset.id, numberOf(units, asset)])),
        },
        transactions: structuredClone(ledger.history(userID).rows).reverse(),
      };
    },
  };
}

/** How a route is found, by the rules of `scopesFor`. */
function matcher(name: string) {
  const [method = '', path = ''] = name.split(' ');
  const pattern = path.split('/');
  return {
    name,
    method,
    matches: (parts: string[]) =>
      parts.length === pattern.length &&
      pattern.every((one, place) =>
        one.startsWith(':') ? parts[place] !== '' : one.toLowerCase() === parts[place]?.toLowerCase(),
      ),
    params: (parts: string[]) => {
      const named = pattern.flatMap((one, place) =>
        one.startsWith(':') ? [[one.slice(1), parts[place]]] : [],
      );
      try {
        return Object.fromEntries(named.map(([key, value]) => [key, decodeURIComponent(String(value))]));
      } catch {
        throw new ApiError(400, 'Failed to decode a part of the path');
      }
    },
  };
}

function partsOf(path: string): string[] {
  return (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).split('/');
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
  return { status, body: { statusCode: status, message, error } satisfies MoneiErrorAnswer };
}
