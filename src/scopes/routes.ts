import { MONEI_SCOPES, type MoneiScope } from './catalogue.js';

/**
 * The scopes of which a call to Monei's API needs one: some routes are opened by two. None for a route that the catalogue
 * does not know, from which nothing follows.
 *
 * A path is taken as Express's router takes it: letter case, one slash at the end, and the query make no difference, and a
 * parameter is one part of the path that is not empty. `HEAD` is answered where `GET` is.
 *
 * @param method of HTTP, in any case
 * @param path below the API's base URL, such as `/wallet/me`
 */
export function scopesFor(method: string, path: string): MoneiScope[] {
  const asked = splitRequest(method, path);
  const names = Object.keys(MONEI_SCOPES) as MoneiScope[];
  return names.filter((name) =>
    MONEI_SCOPES[name].routes.some((route) => matchesRoute(route.split('/'), asked)),
  );
}

/** A call, in parts that can be compared with those of a route. The first part is the method and a space. */
export function splitRequest(method: string, path: string): string[] {
  const verb = method.toUpperCase();
  const pathname = String(path.split(/[?#]/, 1)[0]);
  const withoutSlash = pathname.length > 1 && pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  return `${verb === 'HEAD' ? 'GET' : verb} ${withoutSlash}`.split('/');
}

/** Compares a route such as `GET /evm/portfolio/:chainId` with a call, part by part. */
export function matchesRoute(route: string[], asked: string[]): boolean {
  return (
    route.length === asked.length &&
    route.every((part, place) => {
      const given = String(asked[place]);
      return part.startsWith(':') ? given !== '' : given.toLowerCase() === part.toLowerCase();
    })
  );
}
