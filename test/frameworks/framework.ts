import type { MoneiAuthenticateOptions, MoneiProfile, MoneiStrategyOptions } from '../../src/index.js';

/** An app in one web framework that signs users in with Monei, with Passport and sessions. */
export interface Framework {
  name: string;
  /** Whether the session keeps its data at a login. */
  keepsSession?: true;
  start(settings: AppSettings): Promise<FrameworkApp>;
}

/** Settings of an app that the suite chooses. */
export interface AppSettings {
  /** The options of the strategy. The app adds its `callbackURL`, `/callback`. */
  options: Omit<MoneiStrategyOptions, 'callbackURL'>;
  /** The options of `authenticate()` on the routes `/auth/<name>`. */
  signIns: Record<string, MoneiAuthenticateOptions>;
}

/**
 * A running app on loopback. All its responses except redirects are JSON.
 *
 * - `/auth/<name>` redirects to Monei.
 * - `/callback` is a callback route that responds with a `SignInOutcome`, in a callback of the app's own.
 * - `/plain` is a callback route without such a callback: Passport responds to failures.
 * - `/whoami` responds with a `Session`.
 * - `/login` logs in Ben with a password, and `/login?keep` does so with `keepSessionInfo`.
 * - `/logout` logs the user out.
 * - `/remember` stores data of the app in the session.
 */
export interface FrameworkApp {
  url: string;
  /** The errors that reached the framework's error handling. */
  errors: unknown[];
  close(): Promise<void>;
}

/** The outcome of a sign-in. */
export interface SignInOutcome {
  outcome: 'success' | 'fail' | 'error';
  user?: MoneiProfile;
  authInfo?: { state?: unknown };
  info?: { message?: string; code?: string; reason?: string; missing?: string[] };
  error?: { name: string; code?: string };
}

/** The content of a session: the user, and whether it still has the data of `/remember`. */
export interface Session {
  user: SessionUser | null;
  remembers: boolean;
}

/** The data of a user in the session. It is small, because the session may be a cookie. */
export interface SessionUser {
  id: string;
  displayName?: string;
}

/** The paths of the two callback routes. */
export const CALLBACK_PATH = '/callback';
export const PLAIN_PATH = '/plain';

/** A user of the app without a Monei account. */
export const BEN: SessionUser = { id: 'ben', displayName: 'Ben' };

/** Returns the data of a user for the session. */
export function sessionUser(user: unknown): SessionUser {
  const { id, displayName } = user as MoneiProfile;
  return { id, ...(displayName !== undefined && { displayName }) };
}

/** Returns the outcome of a successful sign-in. */
export function successOutcome(user: unknown, authInfo: unknown): SignInOutcome {
  return { outcome: 'success', user: user as MoneiProfile, authInfo: authInfo as { state?: unknown } };
}

/** Returns the outcome of a failed sign-in. */
export function failureOutcome(info: unknown): SignInOutcome {
  return { outcome: 'fail', info: info as { message?: string } };
}

/** Returns the outcome for an error, and the status that the error suggests. */
export function errorOutcome(error: unknown): { status: number; outcome: SignInOutcome } {
  const { name, code, status = 500 } = error as { name: string; code?: string; status?: number };
  return { status, outcome: { outcome: 'error', error: { name, ...(code !== undefined && { code }) } } };
}
