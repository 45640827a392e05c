/**
 * Whether a request with this path may finish a sign-in with this redirect URI.
 *
 * The paths are equal segment by segment, or the shorter one has at least two segments and the longer one ends with them:
 * a proxy may strip or add a prefix. `.` and `..` are not resolved.
 *
 * @param redirectURI an absolute URL, or a path
 * @param path the path of the request: see `pathOf`
 */
export function isCallbackRoute(redirectURI: string, path: string): boolean {
  const callbackPath = pathOf(redirectURI);
  if (path === '' || path === callbackPath) return path !== '';
  const [one, other] = [segmentsOf(path), segmentsOf(callbackPath)];
  const shared = Math.min(one.length, other.length);
  if (one.length !== other.length && shared < 2) return false;
  const endOf = (segments: string[]) => segments.slice(segments.length - shared).join('/');
  return endOf(one) === endOf(other);
}

/** Returns the path of a URL as it was written: without scheme, host, query and fragment. */
export function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(Boolean).map(comparable);
}

/** Returns a segment decoded and in lower case. Decoding must not make two segments of one. */
function comparable(segment: string): string {
  try {
    const decoded = decodeURIComponent(segment);
    if (!/[/\\]/.test(decoded)) return decoded.toLowerCase();
  } catch {
    // Not valid percent-encoding: compared as it is.
  }
  return segment.toLowerCase();
}
