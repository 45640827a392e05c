import http, { type RequestListener } from 'node:http';
import { type LoopbackServer, type SeenRequest, startLoopbackServer } from './loopback-server.js';

/** A loopback server that passes requests on to another server, and records them. */
export interface RecordingProxy extends LoopbackServer {
  /** The responses that the proxy has passed on, in order. */
  responses: { status: number; body: string }[];
}

/**
 * Starts a proxy in front of the server at `target`.
 *
 * @param respond may return a listener that responds to a request instead of the target
 */
export async function startRecordingProxy(
  target: string,
  respond: (request: SeenRequest) => RequestListener | undefined = () => undefined,
): Promise<RecordingProxy> {
  const server = await startLoopbackServer((request, response, seen) => {
    const listener = respond(seen);
    if (listener) return listener(request, response);
    const { method, url = '', headers, body } = seen;
    const upstream = http.request(new URL(url, target), { method, headers }, async (incoming) => {
      const { statusCode = 502, headers } = incoming;
      let text = '';
      for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
      proxy.responses.push({ status: statusCode, body: text });
      response.writeHead(statusCode, headers).end(text);
    });
    upstream.on('error', () => response.destroy()).end(body);
  });
  const proxy: RecordingProxy = Object.assign(server, { responses: [] });
  return proxy;
}
