import makeFetchCookie from 'fetch-cookie';
import nodeFetch, { type RequestInit, type Response } from 'node-fetch';

/** A browser as far as sign-ins need one: it keeps cookies, and does not follow redirects by itself. */
export type Browser = (url: string, init?: RequestInit) => Promise<Response>;

/** Opens a browser with an empty cookie jar. */
export function openBrowser(): Browser {
  const fetch = makeFetchCookie(nodeFetch);
  return (url, init) => fetch(url, { redirect: 'manual', ...init });
}

/** Where a response sends the browser. Fails if it sends it nowhere. */
export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`expected a redirect, got status ${response.status}`);
  return location;
}
