import { startEmulator } from 'monei-connect-emulator';
import type { MoneiStrategyOptions } from 'passport-monei';
import type { Config } from '../express/env.js';

/** The Monei that the app uses. */
export interface Monei {
  /** Options of the strategy. */
  options: Omit<MoneiStrategyOptions, 'callbackURL'>;
  close(): Promise<void>;
}

/** Returns the real Monei, or starts an emulator if there are no credentials. */
export async function chooseMonei(credentials: Config['credentials']): Promise<Monei> {
  if (credentials) return { options: credentials, close: async () => {} };
  const { client, endpoints, close } = await startEmulator();
  return { options: { ...client, ...endpoints }, close };
}
