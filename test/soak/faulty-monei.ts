import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listenOnLoopback } from '../helpers/listen.js';
import { type Fault, faultFor, mayBeRepeated, type PlannedCall } from './plan.js';

/** What Monei knows about one sign-in. */
export interface SignInRecord {
  /** What happened to its calls, in order. */
  faults: Fault[];
  tokenCalls: number;
  profileCalls: number;
  codeIsUsed: boolean;
}

/** A Monei that keeps to the contract, but for the calls that its plan says otherwise about. */
export interface FaultyMonei {
  endpoints: { authorizationURL: string; tokenURL: string; userProfileURL: string };
  calls: number;
  faultyCalls: number;
  /** Calls that were tried again though they must not be. */
  wrongRepeats: number;
  /** From the arrival of a call until it is answered, or the caller hangs up, or now. In milliseconds. */
  slowestCall(): number;
  /** Tells what happened to a sign-in, and forgets it. */
  take(signIn: number): SignInRecord;
  closeIdleConnections(): void;
  close(): Promise<void>;
}

/** The code that the user of a sign-in brings back. */
export const codeOf = (signIn: number) => `code-${signIn}`;

/** What that code is worth. */
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
    const record = records.get(signIn) ?? { faults: [], tokenCalls: 0, profileCalls: 0, codeIsUsed: false };
    records.set(signIn, record);
    return record;
  };

  /** Reads which call this is, and counts it. */
  const register = (endpoint: PlannedCall['endpoint'], signIn: number): PlannedCall => {
    const record = recordOf(signIn);
    const attempt = endpoint === 'token' ? ++record.tokenCalls : ++record.profileCalls;
    const before = lastFaults.get(`${endpoint} ${signIn}`);
    if (attempt > 1 && !(before && mayBeRepeated(endpoint, before))) monei.wrongRepeats++;
    return { signIn, endpoint, attempt };
  };

  const answer = ({ signIn, endpoint }: PlannedCall): [status: number, body: string] => {
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
    monei.calls++;
    const call = register(...(await readCall(request)));
    const fault = faultFor(seed, call);
    if (!fault) return say(response, answer(call));
    monei.faultyCalls++;
    lastFaults.set(`${call.endpoint} ${call.signIn}`, fault);
    if (fault === 'hangs up after the answer') return hangUpAfter(response, answer(call), busy);
    recordOf(call.signIn).faults.push(fault);
    misbehave(fault, response, () => answer(call));
  });
  const { url, close } = await listenOnLoopback(server);
  const monei: FaultyMonei = {
    endpoints: {
      authorizationURL: `${url}/authorize`,
      tokenURL: `${url}/token`,
      userProfileURL: `${url}/me`,
    },
    calls: 0,
    faultyCalls: 0,
    wrongRepeats: 0,
    slowestCall() {
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

/** Whose call it is, by the code or the token that it brings. */
async function readCall(
  request: IncomingMessage,
): Promise<[endpoint: PlannedCall['endpoint'], signIn: number]> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  if (request.url === '/token') return ['token', Number(JSON.parse(body).code.replace('code-', ''))];
  return ['profile', Number(request.headers.authorization?.replace('Bearer mct_', ''))];
}

function say(response: ServerResponse, [status, body]: [status: number, body: string]): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

/** Closes the connection while nobody uses it: what arrives at the same moment is not read any more. */
function hangUpAfter(response: ServerResponse, said: [number, string], busy: WeakSet<Socket>): void {
  const { socket } = response;
  response.on('close', () => {
    setImmediate(() => {
      if (socket && !busy.has(socket)) socket.destroy();
    });
  });
  say(response, said);
}

function misbehave(fault: Fault, response: ServerResponse, answer: () => [number, string]): void {
  const { socket } = response;
  const half = ([, body]: [number, string]) => body.slice(0, body.length / 2);
  const sayHalf = (then: () => void) => {
    const [status, body] = answer();
    response.writeHead(status, { 'content-length': body.length }).write(half([status, body]), then);
  };
  switch (fault) {
    case 'resets the connection':
      socket?.resetAndDestroy();
      return;
    case 'stalls':
      answer(); // Its code is used up all the same.
      return;
    case 'stalls in the middle of the answer':
      return sayHalf(() => {});
    case 'truncates the answer':
      return sayHalf(() => socket?.destroy());
    case 'answers 429, and to wait for 1 s':
      response.writeHead(429, { 'retry-after': '1' }).end('{"statusCode":429,"message":"Too many requests"}');
      return;
    case 'answers 429, and to wait for 60 s':
      response
        .writeHead(429, { 'retry-after': '60' })
        .end('{"statusCode":429,"message":"Too many requests"}');
      return;
    case 'answers HTML with status 200':
      answer();
      response.end('<!doctype html><title>Welcome</title>');
      return;
    case 'answers half of the JSON':
      return say(response, [200, half(answer())]);
    case 'answers in another protocol':
      socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
      return;
    default:
      response.writeHead(Number(fault.slice(-3))).end('<h1>Something went wrong</h1>');
  }
}
