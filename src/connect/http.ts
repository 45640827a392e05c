import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { type Body, decompress, tooLargeBody } from './body.js';

/** Returns Node's HTTP client for `url`. */
export function httpModule({ protocol }: URL): typeof http | typeof https {
  return protocol === 'https:' ? https : http;
}

/** The agents of this package, by protocol. */
const keepAliveAgents = new Map<string, http.Agent>();

/**
 * Returns the agent that keeps connections open between requests, for the time in the server's `Keep-Alive` and at most
 * a minute: after that, a server or firewall may have dropped the connection without a packet. Idle connections do not
 * keep the process alive.
 */
export function keepAliveAgent(url: URL): http.Agent {
  const known = keepAliveAgents.get(url.protocol);
  if (known) return known;
  const { Agent, globalAgent } = httpModule(url);
  const agent = new Agent({ keepAlive: true, timeout: 60_000, ...proxyOptionsOf(globalAgent) });
  keepAliveAgents.set(url.protocol, agent);
  return agent;
}

/** Returns the proxies of the environment, which Node passes to its global agents with `NODE_USE_ENV_PROXY=1`. */
function proxyOptionsOf(agent: http.Agent): http.AgentOptions {
  const { proxyEnv } = (agent as unknown as { options: { proxyEnv?: object } }).options;
  return (proxyEnv ? { proxyEnv } : {}) as http.AgentOptions;
}

/** A whole response. */
export interface WholeResponse {
  status: number;
  statusText: string;
  /** Alternating names and values, as they arrived. */
  rawHeaders: string[];
  /** The `Retry-After`, in seconds. */
  retryAfter: number | undefined;
  body: Body;
}

/** A request that got no whole response. */
export interface HttpFailure {
  failure: 'timeout' | 'network' | 'aborted';
  /** The message of Node, an agent or a proxy. */
  details: string | undefined;
  /** The status of a response that broke off. */
  status: number | undefined;
  /** Whether a connection was ready for the request, so that it may have been sent. */
  requestSent: boolean;
  /** Whether the request was sent on a kept connection (of an earlier request) that was closed before a response. */
  stale: boolean;
}

/** Whether the server may have received the request. */
export function wasSent(outcome: WholeResponse | HttpFailure): boolean {
  return !('failure' in outcome) || outcome.requestSent;
}

/** Returns the reason of a network error. `status` is that of a response that broke off. */
export function networkReason(status: number | undefined): string {
  return status === undefined ? 'could not be reached' : 'broke off its response';
}

/** A request for `sendRequest`. */
export interface HttpRequest {
  /** Creates Node's request. Throws if the agent does. */
  open(): http.ClientRequest;
  body: string | Uint8Array | undefined;
  /** The largest body of a response in bytes, before and after decompression. */
  maxBytes: number;
  /** The time limit from connecting to the end of the response, in milliseconds. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called when a connection is ready for the request. */
  onSent?: (() => void) | undefined;
  /** Called when the status of the response has arrived. */
  onStatus?: ((status: number) => void) | undefined;
  /** Whether to repeat the request if its kept connection was closed before a response. */
  mayRepeat(): boolean | Promise<boolean>;
}

/** Sends a request. Repeats it once if its kept connection was closed before a response and `mayRepeat` allows it. */
export async function sendRequest(request: HttpRequest): Promise<WholeResponse | HttpFailure> {
  const start = performance.now();
  const outcome = await attemptRequest(request, request.timeoutMs);
  if (!('failure' in outcome) || !outcome.stale || !(await request.mayRepeat())) return outcome;
  const leftMs = request.timeoutMs && Math.max(1, request.timeoutMs - (performance.now() - start));
  const repeated = await attemptRequest(request, leftMs);
  return 'failure' in repeated ? { ...repeated, requestSent: true } : repeated;
}

/** Sends a request. Only the first outcome counts: a connection is also closed after a whole response. */
function attemptRequest(
  given: HttpRequest,
  timeoutMs: number | undefined,
): Promise<WholeResponse | HttpFailure> {
  const { open, signal } = given;
  return new Promise((resolve) => {
    let request: http.ClientRequest | undefined;
    let status: number | undefined;
    let requestSent = false;
    const settle = (outcome: WholeResponse | HttpFailure) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve(outcome);
    };
    const fail = (failure: HttpFailure['failure'], error?: unknown, stale = false) => {
      const details = error === undefined ? undefined : describeError(error);
      settle({ failure, details, status, requestSent, stale });
      request?.destroy();
    };
    const abort = () => fail('aborted');
    const timer = timeoutMs === undefined ? undefined : setTimeout(fail, timeoutMs, 'timeout');
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    try {
      const opened = open();
      request = opened;
      whenReady(opened, () => {
        requestSent = true;
        given.onSent?.();
      });
      opened.on('error', (error) => {
        if (status !== undefined) return;
        const stale = isStale(opened, error);
        if (stale) closeIdleConnections(opened);
        fail('network', error, stale);
      });
      opened.on('close', () => {
        if (status === undefined) fail('network', 'the connection was closed');
      });
      // From here on, only events of the response count: the request may close before the response ends.
      opened.on('response', (response) => {
        const { statusCode = 0, statusMessage = '', headers, rawHeaders } = response;
        status = statusCode;
        given.onStatus?.(statusCode);
        const onBreak = (error: unknown) => fail('network', error);
        collectBody(response, given.maxBytes, onBreak, (body) => {
          const retryAfter = parseRetryAfter(headers['retry-after']);
          settle({ status: statusCode, statusText: statusMessage, rawHeaders, retryAfter, body });
        });
      });
      opened.end(given.body);
    } catch (error) {
      fail('network', error); // The agent threw, or does not speak the endpoint's protocol.
    }
  });
}

/** Calls `ready` as soon as the request has a connected socket whose TLS handshake is finished. */
function whenReady(request: http.ClientRequest, ready: () => void): void {
  request.on('socket', (socket) => {
    const { encrypted, secureConnecting } = socket as { encrypted?: boolean; secureConnecting?: boolean };
    const isPending = socket.connecting || secureConnecting || socket.destroyed;
    if (request.reusedSocket || !isPending) ready();
    else socket.once(encrypted ? 'secureConnect' : 'connect', ready);
  });
}

/** Whether a kept connection was already closed when the request was sent on it. */
function isStale({ reusedSocket }: http.ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}

/** Closes the other idle connections of the agent: a server that closed one has usually closed all of them. */
function closeIdleConnections(request: http.ClientRequest): void {
  const { freeSockets = {} } = (request as unknown as { agent: { freeSockets?: Record<string, Socket[]> } })
    .agent;
  for (const socket of Object.values(freeSockets).flat()) socket.destroy();
}

/** Reads a body to its end, or stops as soon as it is too large. */
function collectBody(
  response: http.IncomingMessage,
  maxBytes: number,
  onBreak: (error: unknown) => void,
  done: (body: Body) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let ended = false;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= maxBytes) return;
    done(tooLargeBody(maxBytes));
    response.destroy();
  });
  response.on('end', () => {
    ended = true;
    const [first] = chunks;
    const whole = first && chunks.length === 1 ? first : Buffer.concat(chunks);
    decompress(whole, response.headers['content-encoding'], maxBytes, done);
  });
  response.on('error', onBreak);
  response.on('close', () => {
    if (!ended) onBreak('the connection was closed');
  });
}

/** Returns `Retry-After` in seconds. The header contains a number of seconds, or a date (RFC 9110 §10.2.3). */
function parseRetryAfter(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const date = retryAfter.endsWith('GMT') ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/** Returns the message of Node, an agent or a proxy. */
function describeError(error: unknown): string {
  // If every address of a host refuses the connection, Node's error has a code and no message.
  if (error instanceof Error)
    return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
  return String(error);
}
