import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a loopback server got. */
export interface SeenRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A real HTTP server on loopback, written for one test. */
export interface LoopbackServer {
  url: string;
  port: number;
  seen: SeenRequest[];
  /** The connections that were ever opened to it. */
  connections: number;
  close(): Promise<void>;
}

/** Starts a server that reads each request to its end and then leaves the answer to `listener`. */
export async function startLoopbackServer(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    loopback.seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    listener(request, response);
  });
  server.on('connection', () => {
    loopback.connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const loopback: LoopbackServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    seen: [],
    connections: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return loopback;
}
