import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ListeningServer, listenOnLoopback } from './listen.js';

/** A request that a loopback server received. */
export interface SeenRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A real HTTP server on loopback. */
export interface LoopbackServer extends Pick<ListeningServer<unknown>, 'url' | 'port' | 'close'> {
  /** The requests that the server received, in order. */
  seen: SeenRequest[];
  /** The number of connections that clients have opened to the server. */
  connections: number;
}

/** Starts a server that reads each request to its end, and then calls `listener` with it. */
export async function startLoopbackServer(
  listener: (request: IncomingMessage, response: ServerResponse, seen: SeenRequest) => void,
): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const seen = { method: request.method, url: request.url, headers: request.headers, body };
    loopback.seen.push(seen);
    listener(request, response, seen);
  });
  server.on('connection', () => {
    loopback.connections++;
  });
  const { url, port, close } = await listenOnLoopback(server);
  const loopback: LoopbackServer = { url, port, close, seen: [], connections: 0 };
  return loopback;
}
