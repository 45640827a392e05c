import { startEmulator } from 'monei-connect-emulator';
import type { MoneiStrategyOptions } from 'passport-monei';
import type { Config } from '../express/env.js';

/** The Monei that the app talks to. */
export interface Monei {
  /** What the strategy needs to know of it. */
  options: Omit<MoneiStrategyOptions, 'callbackURL'>;
  close(): Promise<void>;
}

/** The real Monei, or without credentials an emulator of the app's own. */
export async function chooseMonei(credentials: Config['credentials']): Promise<Monei> {
  if (credentials) return { options: credentials, close: async () => {} };
  const { client, endpoints, close } = await startEmulator();
  return { options: { ...client, ...endpoints }, close };
}
