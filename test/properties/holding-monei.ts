import type { ServerResponse } from 'node:http';
import { type Deferred, deferred } from '../helpers/deferred.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';

/** The body of a code exchange. */
export interface Exchange {
  code: string;
  redirect_uri: string;
}

/** A server that lets the exchange of each code wait until it is told what to answer. */
export interface HoldingMonei {
  endpoints: { authorizationURL: string; tokenURL: string; userProfileURL: string };
  /** Resolves when somebody wants to exchange this code. */
  asked(code: string): Promise<Exchange>;
  answer(code: string, body: object): void;
  /** All that somebody wanted to exchange, in that order. */
  codes: string[];
  /** Starts over, with codes that nobody has asked about. */
  forget(): void;
  close(): Promise<void>;
}

/** The user of an access token `mct_…` has what follows the prefix for an id. */
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
    asked: (code) => exchangeOf(code).promise,
    answer: (code, body) => {
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
