import type { ServerResponse } from 'node:http';
import { type Deferred, deferred } from '../helpers/deferred.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';

/** The body of a code exchange. */
export interface Exchange {
  code: string;
  redirect_uri: string;
}

/** A server on which the exchange of each code waits until the test calls `respond`. */
export interface HoldingMonei {
  endpoints: { authorizationURL: string; tokenURL: string; userProfileURL: string };
  /** Resolves with the exchange of this code as soon as the server has received it. */
  received(code: string): Promise<Exchange>;
  respond(code: string, body: object): void;
  /** The codes that the server received, in that order. */
  codes: string[];
  /** Forgets all exchanges. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts the server. The name of its user is the access token without the prefix `mct_`. */
export async function startHoldingMonei(): Promise<HoldingMonei> {
  const exchanges = new Map<string, Deferred<Exchange>>();
  const waiting = new Map<string, ServerResponse>();
  const exchangeOf = (code: string) => {
    const known = exchanges.get(code) ?? deferred<Exchange>();
    exchanges.set(code, known);
    return known;
  };
  const server = await startLoopbackServer((request, response) => {
    if (request.url === '/me') {
      const name = request.headers.authorization?.replace('Bearer mct_', '');
      response.end(JSON.stringify({ data: { id: 'ada', name } }));
      return;
    }
    const exchange: Exchange = JSON.parse(server.seen.at(-1)?.body ?? '');
    monei.codes.push(exchange.code);
    waiting.set(exchange.code, response);
    exchangeOf(exchange.code).resolve(exchange);
  });
  const monei: HoldingMonei = {
    endpoints: {
      authorizationURL: `${server.url}/authorize`,
      tokenURL: `${server.url}/token`,
      userProfileURL: `${server.url}/me`,
    },
    received: (code) => exchangeOf(code).promise,
    respond: (code, body) => {
      waiting.get(code)?.end(JSON.stringify(body));
    },
    codes: [],
    forget() {
      monei.codes = [];
      exchanges.clear();
      waiting.clear();
      server.seen = [];
    },
    close: server.close,
  };
  return monei;
}
