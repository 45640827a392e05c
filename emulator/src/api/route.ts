import type { MoneiEnvelope } from '../../../src/api/index.js';
import type { EmulatedUser } from '../registrations.js';
import { readValues, type Schema, type Values } from './fields.js';

/** A response of a route, with its body before JSON. */
export interface ApiResponse {
  status: number;
  body: unknown;
}

/** The input of a request, before it is checked. */
export interface RouteInput {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

export interface Route {
  takesBody: boolean;
  respond(user: EmulatedUser, input: RouteInput): ApiResponse;
}

/** Routes by method and path, as `MONEI_SCOPES` writes them: `GET /evm/portfolio/:chainId`. */
export type Routes = Record<string, Route>;

type None = Record<never, never>;

/**
 * Creates a route from the schemas of its path, query and body, and a function that responds to the fields of all three.
 */
export function route<P extends Schema = None, Q extends Schema = None, B extends Schema = None>(
  { params = {} as P, query = {} as Q, body }: { params?: P; query?: Q; body?: B },
  respond: (user: EmulatedUser, input: Values<P> & Values<Q> & Values<B>) => ApiResponse,
): Route {
  return {
    takesBody: body !== undefined,
    respond: (user, raw) =>
      respond(user, {
        ...readValues(params, raw.params),
        ...readValues(query, raw.query),
        ...readValues(body ?? ({} as B), raw.body),
      }),
  };
}

/** Returns a successful response, in Monei's envelope. */
export function ok<Data>(message: string, data: Data, status = 200): ApiResponse {
  return { status, body: { statusCode: status, message, data, errors: {} } satisfies MoneiEnvelope<Data> };
}
