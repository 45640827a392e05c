import { setTimeout as wait } from 'node:timers/promises';
import { MONEI_API } from '../connect/endpoints.js';
import { MoneiConnectError } from '../connect/errors.js';
import { reasonOf, secondsOf } from '../connect/http.js';
import { endpointOption } from '../connect/options.js';
import { cleanText } from '../connect/redaction.js';
import { isToken } from '../connect/responses.js';
import { MissingScopeError } from '../scopes/missing-scope-error.js';
import { scopesFor } from '../scopes/routes.js';
import { wrong } from './checks.js';
import type { KeptTokens } from './encryption.js';

/** Milliseconds for a whole call, its body included, unless the caller brings a `signal`. */
const TIMEOUT = 10_000;

/** The longest `Retry-After` that is waited out, in seconds: a call before it and one after it still fit in `TIMEOUT`. */
const LONGEST_PAUSE = 5;

/** Node's own `fetch`, that of the package `node-fetch`, or a function like them. */
export type FetchFunction = {
  /** Sends a request and gives its response. */
  fetch(url: string, init: object): Promise<object>;
}['fetch'];

/**
 * Gives the user's tokens, refreshed if that is needed, or if `refused` is the access token that is stored. They are shown
 * to `check` as soon as they were read, and what it throws is passed on.
 */
type Tokens = (check: (tokens: KeptTokens) => void, refused?: string) => Promise<KeptTokens>;

/** A call, and how long it may take. */
interface Call {
  url: URL;
  init: RequestInit;
  headers: Headers;
  signal: AbortSignal;
  /** When the signal aborts, as far as that is known: milliseconds since the epoch. */
  end: number;
  /** Whether to wait when Monei asks for it. */
  mayWait: boolean;
}

/** Monei's API, called with `fetch`. A token goes to no other place. */
export class MoneiAPI {
  readonly #base: URL;
  /** Without a slash at its end. */
  readonly #basePath: string;
  readonly #fetch: FetchFunction;

  /** @throws {TypeError} naming the option that is wrong */
  constructor(apiURL: string = MONEI_API, fetch: FetchFunction = (url, init) => globalThis.fetch(url, init)) {
    this.#base = endpointOption('apiURL', apiURL);
    if (apiURL.includes('?')) throw wrong('apiURL', 'a URL without a query');
    this.#basePath = this.#base.pathname.replace(/\/+$/, '');
    if (typeof fetch !== 'function') throw wrong('fetch', "a function: Node's own, or that of node-fetch");
    this.#fetch = fetch;
  }

  /** A call as the user whose tokens `tokensFor` gives. See `TokenKeeper.fetch`. */
  async call(input: unknown, init: RequestInit, tokensFor: Tokens): Promise<Response> {
    const url = this.#target(input);
    const method = String(init.method ?? 'GET').toUpperCase();
    const needed = scopesFor(method, url.pathname.slice(this.#basePath.length));
    const check = ({ scopes }: KeptTokens) => {
      if (needed.length > 0 && !needed.some((scope) => scopes.includes(scope))) {
        throw new MissingScopeError(needed);
      }
    };
    const headers = copyOf(init.headers);
    const call: Call = { url, init, headers, mayWait: method === 'GET', ...limitOf(init.signal) };

    const tokens = await unlessAborted(call.signal, () => tokensFor(check));
    const response = await this.#send(call, tokens.accessToken);
    if (response.status !== 401 || !canBeSentAgain(init.body)) return response;
    const renewed = await unlessAborted(call.signal, () => tokensFor(check, tokens.accessToken));
    // Monei refused a token that came from a refresh a short time ago: it is not refreshed again.
    if (renewed.accessToken === tokens.accessToken) return response;
    discard(response);
    return this.#send(call, renewed.accessToken);
  }

  /** Where a call goes, if that is a place under `apiURL`. */
  #target(input: unknown): URL {
    const text = input instanceof URL ? input.href : input;
    if (typeof text === 'string' && isPlain(text)) {
      const { protocol, host } = this.#base;
      const whole = text.startsWith('/') ? `${protocol}//${host}${this.#basePath}${text}` : text;
      const url = URL.canParse(whole) ? new URL(whole) : undefined;
      const isUnder =
        url?.protocol === protocol && url.host === host && url.pathname.startsWith(`${this.#basePath}/`);
      if (url && isUnder && url.username === '' && url.password === '') return url;
    }
    throw new TypeError(
      'passport-monei: fetch takes a path that begins with one slash, or a URL under `apiURL`, as a string or a URL object. ' +
        'Neither may hold `.` or `..` as a part of its path, a backslash, or a control character.',
    );
  }

  /** Sends a call, and waits, once, when Monei asks for that. */
  async #send(call: Call, token: string): Promise<Response> {
    const response = await this.#sendOnce(call, token);
    const pause = call.mayWait ? pauseAskedFor(response) : undefined;
    if (pause === undefined || Date.now() + pause >= call.end) return response;
    call.mayWait = false;
    discard(response);
    await unlessAborted(call.signal, () => wait(pause));
    return this.#sendOnce(call, token);
  }

  async #sendOnce({ url, init, headers, signal }: Call, token: string): Promise<Response> {
    if (!isToken(token)) throw wrong('accessToken', 'a token that a header can hold');
    headers.set('authorization', `Bearer ${token}`);
    const fetch = this.#fetch; // Not as a method of this object.
    try {
      return (await fetch(url.href, { ...init, headers, signal, redirect: 'error' })) as Response;
    } catch (error) {
      throw signal.aborted ? reasonFor(signal) : failureOf(error, token);
    }
  }
}

/** Whether a text means what it shows: URL parsers drop tabs and lines, take `\` for `/`, and climb at `..`. */
function isPlain(text: string): boolean {
  const path = text.replace(/[?#].*/s, '');
  const climbs = /(\/|%2f|%5c)(\.|%2e){1,2}(\/|%2f|%5c|$)/i.test(path);
  return !climbs && !/[\\\p{Cc}]/u.test(text) && !text.startsWith('//');
}

/** The caller's headers. One that HTTP does not allow may be a secret with a line break at its end. */
function copyOf(headers: RequestInit['headers'] | null): Headers {
  try {
    return new Headers(headers ?? {});
  } catch {
    throw wrong('headers', 'names and values that HTTP allows');
  }
}

function limitOf(signal: AbortSignal | null | undefined): Pick<Call, 'signal' | 'end'> {
  if (signal) return { signal, end: Number.POSITIVE_INFINITY };
  const controller = new AbortController();
  const giveUp = () => {
    const message = `Monei's API gave no whole answer within ${TIMEOUT} ms`;
    controller.abort(new MoneiConnectError(message, { code: 'timeout', endpoint: 'api' }));
  };
  setTimeout(giveUp, TIMEOUT).unref();
  return { signal: controller.signal, end: Date.now() + TIMEOUT };
}

/** What `start` gives, unless the signal aborts first. What was started goes on: others may wait for it. */
function unlessAborted<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(reasonFor(signal));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    start()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Signals of packages may lack a reason. */
function reasonFor(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError');
}

/** How long Monei asks to wait, in milliseconds, if that is a short time. */
function pauseAskedFor({ status, headers }: Response): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = secondsOf(headers.get('retry-after') ?? undefined) ?? Number.POSITIVE_INFINITY;
  return seconds <= LONGEST_PAUSE ? seconds * 1000 : undefined;
}

/** What bodies call themselves that can be read more than once. Jest has an `ArrayBuffer` of its own for each test. */
const RESENDABLE = ['ArrayBuffer', 'Blob', 'File', 'FormData', 'URLSearchParams'];

/** Whether a body is still whole after it was sent. Streams, iterables, and forms of the package `form-data` are not. */
function canBeSentAgain(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true;
  if (ArrayBuffer.isView(body)) return true;
  const kind = Object.prototype.toString.call(body).slice(8, -1);
  return RESENDABLE.includes(kind) && !('pipe' in (body as object));
}

/** Gives the connection of an answer back that nobody is going to read. Its body may be a stream of Node's. */
function discard({ body }: Response): void {
  const { cancel, resume } = (body ?? {}) as { cancel?: () => Promise<void>; resume?: () => void };
  if (cancel) cancel.call(body).catch(() => {});
  else resume?.call(body);
}

/**
 * Why there is no answer, in clean words: the causes of Node's errors quote what a server sent.
 *
 * @returns a `TypeError` for a call that `fetch` refused to make
 */
function failureOf(error: unknown, token: string): Error {
  const { name, cause } = (error ?? {}) as Partial<Error>;
  const reason = cleanText(reasonOf(cause ?? error), [token]);
  if (name === 'TypeError' && cause === undefined) return new TypeError(`passport-monei: fetch: ${reason}`);
  return new MoneiConnectError(`Monei's API gave no answer: ${reason}`, { code: 'network', endpoint: 'api' });
}
