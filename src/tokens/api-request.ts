import { validateHeaderValue } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { types } from 'node:util';
import type { OutgoingApiRequest, WholeApiResponse } from '../connect/api-messages.js';
import type { MoneiConnect } from '../connect/client.js';
import { MoneiConnectError } from '../connect/errors.js';
import { cleanText } from '../connect/redaction.js';
import { isToken } from '../connect/responses.js';
import { MissingScopeError } from '../scopes/missing-scope-error.js';
import { scopesFor } from '../scopes/routes.js';
import { type ApiBase, resolveTarget } from './api-target.js';
import { invalidValueError } from './checks.js';

/** The time limit of `fetch` for a caller without a `signal`, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * The longest `Retry-After` to wait for, in milliseconds. The time limit still allows a request before and after it.
 */
const LONGEST_DELAY_MS = 5_000;

/** The largest body of a request, in bytes. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A client for API requests: a `MoneiConnect` of any copy of this package. */
type ApiClient = Pick<MoneiConnect, 'sendApiRequest'>;

/** An API request before its body is read. */
export interface PendingApiRequest extends OutgoingApiRequest {
  body: Uint8Array | undefined;
  source: ReadableStream<Uint8Array> | null;
  /** The scopes of which the route needs one. */
  scopes: readonly string[];
  /** The time when the time limit ends, in milliseconds since the epoch. */
  end: number;
  timer: NodeJS.Timeout | undefined;
  /** Whether to wait and repeat the request if Monei asks for it. */
  mayWait: boolean;
}

/** Returns `connect` if it can send API requests. An app's object with only `refresh` and `revoke` cannot. */
export function requireApiClient(connect: object): ApiClient {
  if (typeof (connect as Partial<ApiClient>).sendApiRequest === 'function') return connect as ApiClient;
  throw new TypeError('passport-monei: for `fetch`, the option `connect` must be a MoneiConnect.');
}

/**
 * Checks an API request and starts its time limit, which `clearTimeout(request.timer)` ends.
 *
 * @throws {TypeError} if `input` is not under `apiURL`, or if `Request` refuses `init`
 */
export function startApiRequest(base: ApiBase, input: unknown, init: RequestInit): PendingApiRequest {
  const url = resolveTarget(base, input);
  const { method, headers, body } = toFetchRequest(url, init);
  const controller = new AbortController();
  const request: PendingApiRequest = {
    url,
    method,
    headers: Object.fromEntries(headers),
    body: undefined,
    source: body,
    scopes: scopesFor(method, url.pathname.slice(base.path.length)),
    signal: init.signal ?? controller.signal,
    end: init.signal ? Number.POSITIVE_INFINITY : Date.now() + TIMEOUT_MS,
    timer: undefined,
    mayWait: method === 'GET',
    requestSent: false,
  };
  const abort = () => controller.abort(timeoutError(request));
  if (!init.signal) request.timer = setTimeout(abort, TIMEOUT_MS);
  return request;
}

/** Returns a `Request` with the method, the headers and the body of `init`. */
function toFetchRequest(url: URL, { method = 'GET', headers: given, body }: RequestInit): Request {
  const headers = checkHeaders(given);
  if (!isBody(body)) {
    throw invalidValueError('body', 'a string, bytes, a Blob, a FormData, a URLSearchParams or a stream');
  }
  try {
    const init = { method: String(method).toUpperCase(), headers, body: toStream(body), duplex: 'half' };
    return new Request(url, init as RequestInit);
  } catch (error) {
    throw new TypeError(`passport-monei: fetch: ${cleanText(String((error as Error).message))}`);
  }
}

/** Returns an async iterable as a stream of bytes: `Request` of Node.js 20 hangs on an empty chunk. Returns other bodies as they are. */
function toStream(body: unknown): unknown {
  if (!isAsyncIterable(body) || body instanceof ReadableStream) return body;
  return ReadableStream.from(readBytes(body));
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Yields the bytes of each chunk. Copies them, because the app may use one buffer for all chunks. */
async function* readBytes(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') yield Buffer.from(chunk);
    else if (ArrayBuffer.isView(chunk)) {
      yield Uint8Array.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    } else if (types.isAnyArrayBuffer(chunk)) yield Uint8Array.from(new Uint8Array(chunk));
    else throw invalidValueError('body', 'an iterable of strings and bytes');
  }
}

/** Returns the caller's headers. The error quotes none: a value may be a secret with a line break at its end. */
function checkHeaders(given: RequestInit['headers'] | null): Headers {
  try {
    const headers = new Headers(given ?? {});
    for (const [name, value] of headers) validateHeaderValue(name, value);
    return headers;
  } catch {
    throw invalidValueError('headers', 'names and values that HTTP allows');
  }
}

/** Whether `Request` sends the contents of this body. It would send other objects as `[object Object]`. */
function isBody(body: unknown): boolean {
  if (typeof body === 'function') return false;
  if (typeof body !== 'object' || body === null) return true;
  if (ArrayBuffer.isView(body) || types.isArrayBuffer(body)) return true;
  if (body instanceof Blob || body instanceof FormData || body instanceof URLSearchParams) return true;
  return isAsyncIterable(body);
}

function timeoutError({ requestSent, moneiStatus }: OutgoingApiRequest): MoneiConnectError {
  const message = `Monei's API sent no whole response within ${TIMEOUT_MS} ms`;
  return new MoneiConnectError(message, { code: 'timeout', endpoint: 'api', requestSent, moneiStatus });
}

/**
 * Reads the body of a request to its end, so that it can be sent again.
 *
 * @throws {TypeError} if it is larger than 10 MB
 */
export async function readBody({ source, signal }: PendingApiRequest): Promise<Uint8Array | undefined> {
  if (!source) return undefined;
  const reader = source.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (!types.isUint8Array(read.value)) throw invalidValueError('body', 'a stream of bytes');
      size += read.value.byteLength;
      if (size > MAX_BODY_BYTES) throw invalidValueError('body', `${MAX_BODY_BYTES} bytes or less`);
      chunks.push(read.value);
    }
    return Buffer.concat(chunks);
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/** @throws {MissingScopeError} if the user granted none of the scopes of which the route needs one */
export function requireGrantedScope({ scopes: needed }: PendingApiRequest, granted: readonly string[]): void {
  if (needed.length > 0 && !needed.some((scope) => granted.includes(scope)))
    throw new MissingScopeError([...needed]);
}

/** Sends an API request. Repeats a `GET` once after a 429 or 503 with a short `Retry-After`. */
export async function sendAsUser(
  client: ApiClient,
  request: PendingApiRequest,
  accessToken: string,
): Promise<WholeApiResponse> {
  if (!isToken(accessToken)) throw invalidValueError('accessToken', 'a token that a header can contain');
  const response = await client.sendApiRequest(request, accessToken);
  const delayMs = retryDelayMs(response);
  if (!request.mayWait || Date.now() + delayMs >= request.end || delayMs > LONGEST_DELAY_MS) return response;
  request.mayWait = false;
  await wait(delayMs, undefined, { signal: request.signal });
  return client.sendApiRequest(request, accessToken);
}

/**
 * Returns the time that Monei asks to wait, in milliseconds: infinite if the response does not ask for a repetition.
 */
function retryDelayMs({ status, retryAfter = Number.POSITIVE_INFINITY }: WholeApiResponse): number {
  return status === 429 || status === 503 ? retryAfter * 1000 : Number.POSITIVE_INFINITY;
}
