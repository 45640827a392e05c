import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MoneiEmulator } from '../../src/index.js';

/** A request on its way to the emulator. */
export interface ProxiedRequest {
  method: string;
  /** The path with the query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A response on its way back. */
export interface ProxiedResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Sends a request on to the emulator. */
export type Forward = (request: ProxiedRequest) => Promise<ProxiedResponse>;

/** Handles a request in place of the proxy, which would send it on as it is. */
export type Rewrite = (request: ProxiedRequest, forward: Forward) => Promise<ProxiedResponse>;

/** The addresses of an emulator behind a proxy. */
export type ProxiedEmulator = Pick<MoneiEmulator, 'url' | 'endpoints' | 'apiURL' | 'close'>;

/** Starts an HTTP server in front of an emulator that rewrites requests and responses. */
export async function startRewritingProxy(
  emulator: MoneiEmulator,
  rewrite: Rewrite,
): Promise<ProxiedEmulator> {
  const forward: Forward = (request) => forwardTo(emulator, request);
  const server = createServer(async (request, response) => {
    try {
      const { method = '', url = '', headers } = request;
      const answer = await rewrite({ method, url, headers, body: await textOf(request) }, forward);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = answer.headers;
      response.writeHead(answer.status, kept).end(method === 'HEAD' ? undefined : answer.body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const behind = (address: string) => address.replace(emulator.url, url);
  const { authorizationURL, tokenURL, revocationURL, userProfileURL } = emulator.endpoints;
  return {
    url,
    endpoints: {
      authorizationURL: behind(authorizationURL),
      tokenURL: behind(tokenURL),
      revocationURL: behind(revocationURL),
      userProfileURL: behind(userProfileURL),
    },
    apiURL: behind(emulator.apiURL),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forwardTo({ url }: MoneiEmulator, request: ProxiedRequest): Promise<ProxiedResponse> {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = request.headers;
  return new Promise((resolve, reject) => {
    const { method } = request;
    // The emulator compares Host with Origin: both stay those of the proxy.
    const sent = sendRequest(`${url}${request.url}`, { method, headers, agent: false }, async (response) => {
      const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
      const body = await textOf(response);
      resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(entries), body });
    });
    sent.on('error', reject).end(request.body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text;
}
