import makeFetchCookie from 'fetch-cookie';
import nodeFetch, { type RequestInit, type Response } from 'node-fetch';

/** A simple browser for sign-ins: it keeps cookies and does not follow redirects. */
export type Browser = (url: string, init?: RequestInit) => Promise<Response>;

/** Opens a browser with an empty cookie jar. */
export function openBrowser(): Browser {
  const fetch = makeFetchCookie(nodeFetch);
  return (url, init) => fetch(url, { redirect: 'manual', ...init });
}

/** Returns the URL to which a response redirects. Fails if it does not redirect. */
export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`expected a redirect, got status ${response.status}`);
  return location;
}
