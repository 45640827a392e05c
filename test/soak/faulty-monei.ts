import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listenOnLoopback } from '../helpers/listen.js';
import { type Fault, faultFor, mayBeRepeated, type PlannedRequest } from './plan.js';

/** The state of one sign-in at Monei. */
export interface SignInRecord {
  /** The faults of its requests, in order. */
  faults: Fault[];
  tokenRequests: number;
  profileRequests: number;
  codeIsUsed: boolean;
}

/** A server that follows Monei's contract, except for the requests that get a fault. */
export interface FaultyMonei {
  endpoints: { authorizationURL: string; tokenURL: string; userProfileURL: string };
  requests: number;
  faultyRequests: number;
  /** The number of repeated requests that must not be repeated. */
  wrongRepeats: number;
  /** Returns the longest time of a request so far, in milliseconds. */
  slowestRequest(): number;
  /** Returns the state of a sign-in, and deletes it. */
  take(signIn: number): SignInRecord;
  closeIdleConnections(): void;
  close(): Promise<void>;
}

/** Returns the code of a sign-in. */
export const codeOf = (signIn: number) => `code-${signIn}`;

/** Returns the tokens and the user of a sign-in. */
export const accountOf = (signIn: number) => ({
  accessToken: `mct_${signIn}`,
  refreshToken: `mcr_${signIn}`,
  id: `user-${signIn}`,
});

export async function startFaultyMonei(seed: number): Promise<FaultyMonei> {
  const records = new Map<number, SignInRecord>();
  const lastFaults = new Map<string, Fault>();
  const busy = new WeakSet<Socket>();
  const arrivals = new Set<number>();
  let slowest = 0;

  const recordOf = (signIn: number) => {
    const record = records.get(signIn) ?? {
      faults: [],
      tokenRequests: 0,
      profileRequests: 0,
      codeIsUsed: false,
    };
    records.set(signIn, record);
    return record;
  };

  /** Counts a request, and returns its place in the plan. */
  const register = (endpoint: PlannedRequest['endpoint'], signIn: number): PlannedRequest => {
    const record = recordOf(signIn);
    const attempt = endpoint === 'token' ? ++record.tokenRequests : ++record.profileRequests;
    const before = lastFaults.get(`${endpoint} ${signIn}`);
    if (attempt > 1 && !(before && mayBeRepeated(endpoint, before))) monei.wrongRepeats++;
    return { signIn, endpoint, attempt };
  };

  const respondTo = ({ signIn, endpoint }: PlannedRequest): [status: number, body: string] => {
    const { accessToken, refreshToken, id } = accountOf(signIn);
    if (endpoint === 'profile') return [200, JSON.stringify({ statusCode: 200, data: { id } })];
    const record = recordOf(signIn);
    if (record.codeIsUsed) return [400, JSON.stringify({ statusCode: 400, message: 'Code already used' })];
    record.codeIsUsed = true;
    const tokens = { access_token: accessToken, refresh_token: refreshToken };
    return [
      200,
      JSON.stringify({ ...tokens, token_type: 'Bearer', expires_in: 3600, scopes: ['profile:read'] }),
    ];
  };

  const server = createServer(async (request, response) => {
    const { socket } = request;
    const arrival = performance.now();
    busy.add(socket);
    arrivals.add(arrival);
    response.on('close', () => {
      busy.delete(socket);
      arrivals.delete(arrival);
      slowest = Math.max(slowest, performance.now() - arrival);
    });
    monei.requests++;
    const planned = register(...(await readRequest(request)));
    const fault = faultFor(seed, planned);
    if (!fault) return respond(response, respondTo(planned));
    monei.faultyRequests++;
    lastFaults.set(`${planned.endpoint} ${planned.signIn}`, fault);
    if (fault === 'closes the connection after the response')
      return respondAndClose(response, respondTo(planned), busy);
    recordOf(planned.signIn).faults.push(fault);
    injectFault(fault, response, () => respondTo(planned));
  });
  const { url, close } = await listenOnLoopback(server);
  const monei: FaultyMonei = {
    endpoints: {
      authorizationURL: `${url}/authorize`,
      tokenURL: `${url}/token`,
      userProfileURL: `${url}/me`,
    },
    requests: 0,
    faultyRequests: 0,
    wrongRepeats: 0,
    slowestRequest() {
      const now = performance.now();
      return Math.max(slowest, ...[...arrivals].map((arrival) => now - arrival));
    },
    take(signIn) {
      const record = recordOf(signIn);
      records.delete(signIn);
      for (const endpoint of ['token', 'profile']) lastFaults.delete(`${endpoint} ${signIn}`);
      return record;
    },
    closeIdleConnections: () => server.closeIdleConnections(),
    close,
  };
  return monei;
}

/** Returns the endpoint and the sign-in of a request, which its code or token names. */
async function readRequest(
  request: IncomingMessage,
): Promise<[endpoint: PlannedRequest['endpoint'], signIn: number]> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  if (request.url === '/token') return ['token', Number(JSON.parse(body).code.replace('code-', ''))];
  return ['profile', Number(request.headers.authorization?.replace('Bearer mct_', ''))];
}

function respond(response: ServerResponse, [status, body]: [status: number, body: string]): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

/** Responds, and closes the connection while it is idle. The next request on it is lost. */
function respondAndClose(response: ServerResponse, content: [number, string], busy: WeakSet<Socket>): void {
  const { socket } = response;
  response.on('close', () => {
    setImmediate(() => {
      if (socket && !busy.has(socket)) socket.destroy();
    });
  });
  respond(response, content);
}

function injectFault(fault: Fault, response: ServerResponse, act: () => [number, string]): void {
  const { socket } = response;
  const half = ([, body]: [number, string]) => body.slice(0, body.length / 2);
  const respondWithHalf = (then: () => void) => {
    const [status, body] = act();
    response.writeHead(status, { 'content-length': body.length }).write(half([status, body]), then);
  };
  switch (fault) {
    case 'resets the connection':
      socket?.resetAndDestroy();
      return;
    case 'stalls':
      act(); // Uses up the code.
      return;
    case 'stalls in the middle of the response':
      return respondWithHalf(() => {});
    case 'truncates the response':
      return respondWithHalf(() => socket?.destroy());
    case 'responds with 429 and Retry-After: 1':
      response.writeHead(429, { 'retry-after': '1' }).end('{"statusCode":429,"message":"Too many requests"}');
      return;
    case 'responds with 429 and Retry-After: 60':
      response
        .writeHead(429, { 'retry-after': '60' })
        .end('{"statusCode":429,"message":"Too many requests"}');
      return;
    case 'responds with HTML and status 200':
      act();
      response.end('<!doctype html><title>Welcome</title>');
      return;
    case 'responds with half of the JSON':
      return respond(response, [200, half(act())]);
    case 'responds in another protocol':
      socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
      return;
    default:
      response.writeHead(Number(fault.slice(-3))).end('<h1>Something went wrong</h1>');
  }
}
