import { setTimeout as sleep } from 'node:timers/promises';
import { TOKEN_LIFE } from './authorization-server.js';
import { API, PATHS } from './paths.js';
import { type Answer, errorAnswer } from './response.js';

/** Longer than the package waits by default. */
const SLOW = 15_000;

/** What can be made to fail: as `endpoint` of a `MoneiConnectError` names it. `api` is all of Monei's API but the profile. */
export const ENDPOINTS = ['token', 'revocation', 'profile', 'api'] as const;

/** How the next answers of an endpoint go wrong. */
export interface EmulatedTrouble {
  /** Whose answers. `api` is every route of Monei's API but `GET /user/me`. */
  endpoint: (typeof ENDPOINTS)[number];
  /** The HTTP status of an error, 400 to 599. Nothing is done then, and nobody is charged. 429 says to wait for 1 s. */
  status?: number | undefined;
  /** Milliseconds that the answer is late. */
  delay?: number | undefined;
  /** `true`: what was asked for is done, and the connection breaks in the middle of the answer. */
  cutOff?: boolean | undefined;
  /** How many answers. Default: 1. */
  times?: number | undefined;
}

/** The trouble that was ordered, and not yet made. */
export class Troubles {
  #ordered: (EmulatedTrouble & { left: number })[] = [];

  /** @throws {TypeError} naming what is wrong with it */
  order(trouble: EmulatedTrouble): void {
    checkTrouble(trouble);
    this.#ordered.push({ ...trouble, left: trouble.times ?? 1 });
  }

  /** What is to come. */
  get waiting(): readonly (EmulatedTrouble & { left: number })[] {
    return this.#ordered;
  }

  /** Answers a call to `path`, in the way that was ordered for it. */
  async answer(path: string, handle: () => Promise<Answer> | Answer): Promise<Answer> {
    const trouble = this.#take(path);
    if (!trouble) return handle();
    const { delay = 0, status, cutOff = false } = trouble;
    // Nobody waits for a late answer when the emulator is closed.
    if (delay > 0) await sleep(delay, undefined, { ref: false });
    if (status !== undefined) return failure(status);
    return { ...(await handle()), cutOff };
  }

  #take(path: string): EmulatedTrouble | undefined {
    const endpoint = endpointOf(path);
    const found = this.#ordered.find((one) => one.endpoint === endpoint);
    if (found) found.left--;
    this.#ordered = this.#ordered.filter(({ left }) => left > 0);
    return found;
  }
}

/** What the form on the page at `/` orders. */
export function troubleOf(form: URLSearchParams): EmulatedTrouble {
  const [endpoint, kind, times] = ['endpoint', 'kind', 'times'].map((name) => form.get(name) ?? '');
  const how =
    kind === 'slow' ? { delay: SLOW } : kind === 'cutOff' ? { cutOff: true } : { status: Number(kind) };
  return { endpoint: endpoint as EmulatedTrouble['endpoint'], times: Number(times), ...how };
}

/** @throws {TypeError} for what is no number of seconds that a token may live */
export function checkTokenLife(seconds: number): number {
  if (isWhole(seconds, 1, TOKEN_LIFE)) return seconds;
  throw new TypeError('monei-connect-emulator: `tokenLife` must be whole seconds, from 1 to 3600.');
}

/** Monei says with a 429 how many seconds to wait (docs.monei.cc/connect/errors). */
function failure(status: number): Answer {
  const answer = errorAnswer(status, 'The emulator was asked to fail');
  if (status === 429) answer.headers['retry-after'] = '1';
  return answer;
}

function endpointOf(path: string): EmulatedTrouble['endpoint'] | undefined {
  if (path === PATHS.token) return 'token';
  if (path === PATHS.revocation) return 'revocation';
  if (path === PATHS.profile) return 'profile';
  return path.startsWith(`${API}/`) ? 'api' : undefined;
}

function checkTrouble({ endpoint, status, delay, cutOff, times = 1 }: EmulatedTrouble): void {
  const refuse = (reason: string) => new TypeError(`monei-connect-emulator: fail() needs ${reason}.`);
  if (!ENDPOINTS.includes(endpoint)) throw refuse(`an \`endpoint\`, one of ${ENDPOINTS.join(', ')}`);
  if (status === undefined && !delay && !cutOff) throw refuse('a `status`, a `delay` or `cutOff`');
  if (status !== undefined && !isWhole(status, 400, 599)) throw refuse('a `status` from 400 to 599');
  if (delay !== undefined && !isWhole(delay, 0, 3_600_000)) {
    throw refuse('a `delay` in milliseconds, of an hour at most');
  }
  if (!isWhole(times, 1, 1_000_000)) throw refuse('`times` to be a whole number from 1 on');
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
