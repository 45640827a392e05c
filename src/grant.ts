/** What the user allowed, beside what the app asked for. Plain data, safe to store and to show. */
export interface MoneiGrant {
  /** The scopes that were asked for in this sign-in, in the order they were asked for. */
  requested: string[];
  /** The scopes that the token carries, exactly as Monei's answer lists them. */
  granted: string[];
  /** Asked for and not granted, in the order they were asked for. */
  missing: string[];
  /** Granted without being asked for this time: the user allowed them earlier. */
  unrequested: string[];
  /** Whether anything is missing. Normal with Monei: users allow each scope by itself. */
  partial: boolean;
}

/** Compares what was asked for with what Monei's token answer lists as granted. */
export function grantOf(requested: readonly string[], granted: readonly string[]): MoneiGrant {
  const asked = new Set(requested);
  const given = new Set(granted);
  const missing = [...asked].filter((scope) => !given.has(scope));
  return {
    requested: [...asked],
    granted: [...given],
    missing,
    unrequested: [...given].filter((scope) => !asked.has(scope)),
    partial: missing.length > 0,
  };
}
