import type { MoneiEnvelope } from '../../../src/api/index.js';
import type { EmulatedUser } from '../registrations.js';
import { read, type Schema, type Values } from './fields.js';

/** What a route answers. */
export interface Reply {
  status: number;
  body: unknown;
}

/** What came with a call, before it was checked. */
export interface Input {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

export interface Route {
  takesBody: boolean;
  answer(user: EmulatedUser, input: Input): Reply;
}

/** By method and path, in the spelling of the catalogue: `GET /evm/portfolio/:chainId`. */
export type Routes = Record<string, Route>;

type None = Record<never, never>;

/** A route: the fields that it takes, and what it answers to them, wherever they came from. */
export function route<P extends Schema = None, Q extends Schema = None, B extends Schema = None>(
  { params = {} as P, query = {} as Q, body }: { params?: P; query?: Q; body?: B },
  answer: (user: EmulatedUser, asked: Values<P> & Values<Q> & Values<B>) => Reply,
): Route {
  return {
    takesBody: body !== undefined,
    answer: (user, given) =>
      answer(user, {
        ...read(params, given.params),
        ...read(query, given.query),
        ...read(body ?? ({} as B), given.body),
      }),
  };
}

/** The answer of success, in Monei's envelope. */
export function ok<Data>(message: string, data: Data, status = 200): Reply {
  return { status, body: { statusCode: status, message, data, errors: {} } satisfies MoneiEnvelope<Data> };
}
