import type http from 'node:http';
import type { IncomingMessage } from 'node:http';
import type https from 'node:https';
import { type Body, MAX_BODY_BYTES, readBody, TOO_LARGE } from './body.js';

/** Node's HTTP client for this URL. Loaded with the first call: it takes longer than all of `passport-monei/connect`. */
export function httpClient({ protocol }: URL): typeof http | typeof https {
  return process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
}

/** By protocol. */
const keepAliveAgents = new Map<string, http.Agent>();

/**
 * Connections that stay open between calls, for as long as the server's `Keep-Alive` says, and a minute at most: what
 * was idle for longer may be dead without anybody having said so. Idle ones don't keep the process alive. Proxies are
 * used as Node's global agents use them.
 */
export function keepAliveAgent(url: URL): http.Agent {
  const known = keepAliveAgents.get(url.protocol);
  if (known) return known;
  const { Agent, globalAgent } = httpClient(url);
  const agent = new Agent({ keepAlive: true, timeout: 60_000, ...proxiesOf(globalAgent) });
  keepAliveAgents.set(url.protocol, agent);
  return agent;
}

/** With `NODE_USE_ENV_PROXY=1`, Node since 22.21 and 24.5 tells its global agents of `HTTPS_PROXY`, `NO_PROXY` and so on. */
function proxiesOf(agent: http.Agent): http.AgentOptions {
  const { options } = agent as unknown as { options: { proxyEnv?: object } };
  return { proxyEnv: options.proxyEnv } as http.AgentOptions;
}

/** What a server answered. */
export type Answer = Body & { status: number; retryAfter: number | undefined };

/** Why there was no whole answer. */
export interface NoAnswer {
  failure: 'timeout' | 'network';
  /** In our words. */
  reason: string;
  /** In those of Node, an agent or a proxy. */
  details?: string;
}

/** What becomes of a request. */
interface Outcomes {
  answer(answer: Answer): void;
  broken(error: unknown): void;
  /** It went out on a connection that the server had closed meanwhile, and nothing came back. */
  stale(): void;
}

/**
 * One exchange over HTTP. The timeout covers all of it: connecting, waiting, and a body that drips. A request on a
 * stale connection is repeated on another. If the server saw it after all, that does no harm: codes and refresh tokens
 * work once, and are used up either way.
 */
export function sendRequest(
  open: () => http.ClientRequest,
  body: string | undefined,
  timeout: number,
): Promise<Answer | NoAnswer> {
  return new Promise((resolve) => {
    let request: http.ClientRequest | undefined;
    let settled = false;
    const settle = (outcome: Answer | NoAnswer) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(outcome);
      if ('failure' in outcome) request?.destroy();
    };
    // Called after the answer, too: every connection is closed some day.
    const broken = (error: unknown) =>
      settle({ failure: 'network', reason: 'could not be reached', details: reasonOf(error) });
    const start = () => {
      if (settled) return;
      try {
        request = open();
        follow(request, { answer: settle, broken, stale: start });
        request.end(body);
      } catch (error) {
        broken(error); // The agent threw, or does not speak the endpoint's protocol.
      }
    };
    const giveUp = () => settle({ failure: 'timeout', reason: `gave no whole answer within ${timeout} ms` });
    const timer = setTimeout(giveUp, timeout);
    start();
  });
}

/** Reports the one outcome of a request. */
function follow(request: http.ClientRequest, { answer, broken, stale }: Outcomes): void {
  let over = false;
  request.on('error', (error: NodeJS.ErrnoException) => {
    const unseen = !over && request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    over = true;
    if (unseen) stale();
    else broken(error);
  });
  request.on('close', () => {
    if (!over) broken('the connection was closed');
  });
  request.on('response', (response) => {
    // From here on, the response tells how it went: the request may close before the response ends.
    over = true;
    collect(response, broken, (body) => {
      const { statusCode = 0, headers } = response;
      answer({ status: statusCode, retryAfter: secondsOf(headers['retry-after']), ...body });
    });
  });
}

/** Reads a body to its end, or cuts it off where it gets too large. */
function collect(
  response: IncomingMessage,
  failed: (error: unknown) => void,
  done: (body: Body) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let ended = false;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= MAX_BODY_BYTES) return;
    done(TOO_LARGE);
    response.destroy();
  });
  response.on('end', () => {
    ended = true;
    readBody(Buffer.concat(chunks), response.headers['content-encoding'], done);
  });
  response.on('error', failed);
  response.on('close', () => {
    if (!ended) failed('the connection was closed');
  });
}

/** `Retry-After` in seconds: a number of them, or the date to wait for (RFC 9110 §10.2.3). */
export function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const date = retryAfter.endsWith('GMT') ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/** What went wrong, in the words of Node, an agent or a proxy. */
export function reasonOf(error: unknown): string {
  // Where every address of a host refuses, Node's error has a code and no message.
  if (error instanceof Error)
    return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
  return String(error);
}
