/**
 * Whether a request with this path can finish a sign-in with this redirect URI.
 *
 * The paths must have the same segments. Because a proxy may strip or add a prefix, it is enough that the longer path
 * ends with the shorter one, if the shorter one has at least two segments. `.` and `..` are not resolved.
 *
 * @param redirectURI an absolute URL, or a path
 * @param path the path of the request, from `pathOf`
 */
export function isCallbackRoute(redirectURI: string, path: string): boolean {
  const callbackPath = pathOf(redirectURI);
  if (path === '') return false;
  if (path === callbackPath) return true;
  const [requested, expected] = [segmentsOf(path), segmentsOf(callbackPath)];
  const shorter = Math.min(requested.length, expected.length);
  if (requested.length !== expected.length && shorter < 2) return false;
  const lastOf = (list: string[]) => list.slice(list.length - shorter).join('/');
  return lastOf(requested) === lastOf(expected);
}

/** Returns a URL without scheme, host, query and fragment, and does not resolve or decode the rest. */
export function pathOf(url: string): string {
  return withoutOrigin(url).replace(/[?#].*$/s, '');
}

/** Returns a URL without scheme and host, which the target of a request may have (RFC 9112 §3.2.2). */
export function withoutOrigin(url: string): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(Boolean).map(normalizeSegment);
}

/** Returns a segment decoded and in lower case. A segment stays encoded if it would become two segments. */
function normalizeSegment(segment: string): string {
  try {
    const decoded = decodeURIComponent(segment);
    if (!/[/\\]/.test(decoded)) return decoded.toLowerCase();
  } catch {
    // Not valid percent-encoding: it is not decoded.
  }
  return segment.toLowerCase();
}
