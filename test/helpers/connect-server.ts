import type { OutgoingHttpHeaders, RequestListener } from 'node:http';
import { MoneiConnect, type MoneiConnectOptions } from '../../src/connect/index.js';
import { credentials } from './fixtures.js';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.js';

/** The headers of a JSON response. */
export const JSON_TYPE = { 'content-type': 'application/json' };

/** Returns a client whose endpoints are `/token`, `/revoke` and `/me` of a server. */
export function connectTo(url: string, options: Partial<MoneiConnectOptions> = {}): MoneiConnect {
  return new MoneiConnect({
    ...credentials,
    tokenURL: `${url}/token`,
    revocationURL: `${url}/revoke`,
    userProfileURL: `${url}/me`,
    ...options,
  });
}

/** A loopback server in the place of Monei. */
export interface ConnectServer {
  /** The server. It forgets the requests that it has seen before each test. */
  readonly server: LoopbackServer;
  /** Responds to the next requests. */
  respond: RequestListener;
  /** Responds to the next requests with this body. */
  reply(body: string | Buffer, status?: number, headers?: OutgoingHttpHeaders): void;
  /** Returns a client whose endpoints are on the server. */
  connect(options?: Partial<MoneiConnectOptions>): MoneiConnect;
}

/** Starts a server for the tests of a suite, and closes it after them. */
export function useConnectServer(): ConnectServer {
  let server: LoopbackServer;
  before(async () => {
    server = await startLoopbackServer((request, response) => monei.respond(request, response));
  });
  beforeEach(() => {
    server.seen = [];
  });
  after(() => server.close());

  const monei: ConnectServer = {
    get server() {
      return server;
    },
    respond: (_request, response) => response.end(),
    reply(body, status = 200, headers = JSON_TYPE) {
      monei.respond = (_request, response) => response.writeHead(status, headers).end(body);
    },
    connect: (options) => connectTo(server.url, options),
  };
  return monei;
}
