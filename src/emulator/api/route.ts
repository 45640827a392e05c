import type { MoneiAnswer } from '../../api-types.js';
import type { EmulatedUser } from '../registrations.js';
import { read, type Schema, type Values } from './fields.js';

/** What a route answers. */
export interface Reply {
  status: number;
  body: unknown;
}

/** What came with a call, before it was checked. */
export interface Input {
  user: EmulatedUser;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

export interface Route {
  takesBody: boolean;
  answer(input: Input): Reply;
}

/** By method and path, in the spelling of the catalogue: `GET /evm/portfolio/:chainId`. */
export type Routes = Record<string, Route>;

/** A route: what it takes, and what it then answers. */
export function route<P extends Schema, Q extends Schema, B extends Schema>(
  takes: { params?: P; query?: Q; body?: B },
  answer: (call: { user: EmulatedUser; params: Values<P>; query: Values<Q>; body: Values<B> }) => Reply,
): Route {
  const { params = {} as P, query = {} as Q, body = {} as B } = takes;
  return {
    takesBody: takes.body !== undefined,
    answer: (input) =>
      answer({
        user: input.user,
        params: read(params, input.params),
        query: read(query, input.query),
        body: read(body, input.body),
      }),
  };
}

/** The answer of success, in Monei's envelope. */
export function ok<Data>(message: string, data: Data, status = 200): Reply {
  return { status, body: { statusCode: status, message, data, errors: {} } satisfies MoneiAnswer<Data> };
}
