import type { MoneiAuthenticateOptions, MoneiProfile, MoneiStrategyOptions } from '../../src/index.js';

/** A web framework, with Passport's own binding for it and with sessions: an app that signs users in with Monei. */
export interface Framework {
  name: string;
  /** Whether the session keeps what it held when someone logs in. */
  keepsSession?: true;
  start(settings: AppSettings): Promise<FrameworkApp>;
}

/** What the suite decides about an app. */
export interface AppSettings {
  /** The options of the strategy, but for the callback URL, which is `/callback` of the app. */
  options: Omit<MoneiStrategyOptions, 'callbackURL'>;
  /** The options of `authenticate()` on the routes `/auth/<name>`. */
  signIns: Record<string, MoneiAuthenticateOptions>;
}

/**
 * A running app, on loopback. All its answers but redirects are JSON.
 *
 * - `/auth/<name>`: off to Monei
 * - `/callback`: back, where the app asks Passport for the outcome and answers with it itself, as an `Answer`
 * - `/plain`: back, where Passport answers failures, and the app gets to see who signed in as usual
 * - `/whoami`: a `Session`
 * - `/login`: logs in Ben, who uses a password; `/login?keep`: the same with `keepSessionInfo`
 * - `/logout`
 * - `/remember`: puts something of the app's own into the session
 */
export interface FrameworkApp {
  url: string;
  /** All that reached the framework's error handling. */
  errors: unknown[];
  close(): Promise<void>;
}

/** What came of a sign-in. */
export interface Answer {
  outcome: 'success' | 'fail' | 'error';
  user?: MoneiProfile;
  authInfo?: { state?: unknown };
  info?: { message?: string; code?: string; reason?: string; missing?: string[] };
  error?: { name: string; code?: string };
}

/** What a session holds: who is logged in, and whether it remembers what was put into it. */
export interface Session {
  user: SessionUser | null;
  remembers: boolean;
}

/** What is kept of a user in the session. Little, because the session may be a cookie. */
export interface SessionUser {
  id: string;
  displayName?: string;
}

/** The path of the callback, and of the one where Passport answers failures. */
export const CALLBACK_PATH = '/callback';
export const PLAIN_PATH = '/plain';

/** A user of the app who has nothing to do with Monei. */
export const BEN: SessionUser = { id: 'ben', displayName: 'Ben' };

/** The user as the session keeps them. */
export function sessionUser(user: unknown): SessionUser {
  const { id, displayName } = user as MoneiProfile;
  return { id, ...(displayName !== undefined && { displayName }) };
}

/** The answer to a sign-in that succeeded. */
export function success(user: unknown, authInfo: unknown): Answer {
  return { outcome: 'success', user: user as MoneiProfile, authInfo: authInfo as { state?: unknown } };
}

/** The answer to a sign-in that failed. */
export function failure(info: unknown): Answer {
  return { outcome: 'fail', info: info as { message?: string } };
}

/** The answer of an error handler, and its status: what the error itself suggests. */
export function problem(error: unknown): { status: number; answer: Answer } {
  const { name, code, status = 500 } = error as { name: string; code?: string; status?: number };
  return { status, answer: { outcome: 'error', error: { name, ...(code !== undefined && { code }) } } };
}
