import { setTimeout as sleep } from 'node:timers/promises';
import { TOKEN_LIFE } from './authorization-server.js';
import { API, PATHS } from './paths.js';
import { errorResponse, type HttpResponse } from './response.js';

/** Delay of a fault from the page at `/`, in milliseconds. It is longer than the default timeout of passport-monei. */
const FORM_DELAY_MS = 15_000;

/** Endpoints that can fail, named as in `MoneiConnectError`. */
export const ENDPOINTS = ['token', 'revocation', 'profile', 'api'] as const;

/** A simulated failure of an endpoint. */
export interface EmulatedFault {
  /** The endpoint that fails. `api` is every route of Monei's API except `GET /user/me`. */
  endpoint: (typeof ENDPOINTS)[number];
  /** The status of an error response, 400 to 599. The request has no other effect. A 429 asks the app to wait for 1 s. */
  status?: number | undefined;
  /** Delay of the response in milliseconds, after the request has had its effect, such as a payment. */
  delay?: number | undefined;
  /** `true`: the connection breaks in the middle of the response, after the request has had its effect. */
  cutOff?: boolean | undefined;
  /** Number of responses that fail. Default: 1. */
  times?: number | undefined;
}

/** A fault, with the number of responses that are still to fail. */
export type PendingFault = EmulatedFault & { left: number };

/** Faults that were injected and have not happened yet. */
export class Faults {
  #pending: PendingFault[] = [];

  /**
   * Adds a fault.
   *
   * @throws {TypeError} that names the wrong field
   */
  inject(fault: EmulatedFault): void {
    checkFault(fault);
    this.#pending.push({ ...fault, left: fault.times ?? 1 });
  }

  get pending(): readonly PendingFault[] {
    return this.#pending;
  }

  /** Calls `handle` for a request to `path`, and applies the next fault of its endpoint to the response. */
  async respond(path: string, handle: () => Promise<HttpResponse>): Promise<HttpResponse> {
    const fault = this.#take(path);
    if (!fault) return handle();
    const { delay = 0, status, cutOff = false } = fault;
    const response = status === undefined ? await handle() : faultResponse(status);
    // With `ref: false`, the timer does not keep the process alive after the emulator is closed.
    if (delay > 0) await sleep(delay, undefined, { ref: false });
    return { ...response, cutOff };
  }

  #take(path: string): PendingFault | undefined {
    const endpoint = endpointOf(path);
    const fault = this.#pending.find((one) => one.endpoint === endpoint);
    if (fault) fault.left--;
    this.#pending = this.#pending.filter(({ left }) => left > 0);
    return fault;
  }
}

/** Returns the fault that the form on the page at `/` describes. */
export function readFault(form: URLSearchParams): EmulatedFault {
  const [endpoint, kind, times] = ['endpoint', 'kind', 'times'].map((name) => form.get(name) ?? '');
  const effect =
    kind === 'slow'
      ? { delay: FORM_DELAY_MS }
      : kind === 'cutOff'
        ? { cutOff: true }
        : { status: Number(kind) };
  return { endpoint: endpoint as EmulatedFault['endpoint'], times: Number(times), ...effect };
}

/**
 * Returns `seconds`.
 *
 * @throws {TypeError} if it is not a lifetime that access tokens can have
 */
export function checkTokenLife(seconds: number): number {
  if (isIntegerBetween(seconds, 1, TOKEN_LIFE)) return seconds;
  throw new TypeError('monei-connect-emulator: `tokenLife` must be whole seconds, from 1 to 3600.');
}

/** Returns an error response. A 429 has `Retry-After`, as documented in docs.monei.cc/connect/errors. */
function faultResponse(status: number): HttpResponse {
  const response = errorResponse(status, 'This fault was injected into the emulator');
  if (status === 429) response.headers['retry-after'] = '1';
  return response;
}

function endpointOf(path: string): EmulatedFault['endpoint'] | undefined {
  if (path === PATHS.token) return 'token';
  if (path === PATHS.revocation) return 'revocation';
  if (path === PATHS.profile) return 'profile';
  return path.startsWith(`${API}/`) ? 'api' : undefined;
}

function checkFault({ endpoint, status, delay, cutOff, times = 1 }: EmulatedFault): void {
  const refuse = (reason: string) => new TypeError(`monei-connect-emulator: fail() needs ${reason}.`);
  if (!ENDPOINTS.includes(endpoint)) throw refuse(`an \`endpoint\`, one of ${ENDPOINTS.join(', ')}`);
  if (status === undefined && !delay && !cutOff) throw refuse('a `status`, a `delay` or `cutOff`');
  if (status !== undefined && !isIntegerBetween(status, 400, 599)) throw refuse('a `status` from 400 to 599');
  if (delay !== undefined && !isIntegerBetween(delay, 0, 3_600_000)) {
    throw refuse('a `delay` in milliseconds, of an hour at most');
  }
  if (!isIntegerBetween(times, 1, 1_000_000)) throw refuse('`times` to be a whole number, 1 or more');
}

function isIntegerBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
