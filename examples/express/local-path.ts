/** Stands in for this app's origin, which addresses are resolved against. */
const HERE = 'http://app.invalid';

/** It travels in the session, where several sign-ins have to fit. */
const LONGEST = 500;

/**
 * The path and query of an address on this app, or nothing for any other: who redirects to what a request said, as it
 * is, redirects anywhere. Browsers read `//evil.example` and `/\evil.example` as other hosts.
 */
export function localPath(address: string): string | undefined {
  if (!URL.canParse(address, HERE)) return undefined;
  const { origin, pathname, search } = new URL(address, HERE);
  const path = pathname + search;
  // `/.//evil.example` is on this app, and its path by itself is not.
  return origin === HERE && !path.startsWith('//') && path.length <= LONGEST ? path : undefined;
}
