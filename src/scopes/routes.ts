import { MONEI_SCOPES, type MoneiScope } from './catalogue.js';

/**
 * Returns the scopes for a request to Monei's API. Its token needs one of them. The list is empty for a route that is
 * not in the catalogue: the route may need a scope, or not exist.
 *
 * Paths are compared as in Express's router: letter case, one slash at the end and the query are ignored, and a
 * parameter is one segment that is not empty. A `HEAD` request needs the scopes of `GET`.
 *
 * @param method the HTTP method, in upper or lower case
 * @param path the path below the API's base URL, such as `/wallet/me`
 */
export function scopesFor(method: string, path: string): MoneiScope[] {
  const segments = splitRequest(method, path);
  const names = Object.keys(MONEI_SCOPES) as MoneiScope[];
  return names.filter((name) =>
    MONEI_SCOPES[name].routes.some((route) => matchesRoute(route.split('/'), segments)),
  );
}

/** Splits a request into the segments that `matchesRoute` compares. The first one is the method and a space. */
export function splitRequest(method: string, path: string): string[] {
  const verb = method.toUpperCase();
  const pathname = String(path.split(/[?#]/, 1)[0]);
  const withoutSlash = pathname.length > 1 && pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  return `${verb === 'HEAD' ? 'GET' : verb} ${withoutSlash}`.split('/');
}

/** Whether the segments of a request match those of a route such as `GET /evm/portfolio/:chainId`. */
export function matchesRoute(route: string[], request: string[]): boolean {
  return (
    route.length === request.length &&
    route.every((segment, place) => {
      const given = String(request[place]);
      return segment.startsWith(':') ? given !== '' : given.toLowerCase() === segment.toLowerCase();
    })
  );
}
