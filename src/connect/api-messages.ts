import type { OutgoingHttpHeaders } from 'node:http';

/**
 * A request to Monei's API. `TokenKeeper.fetch` hands it to the `MoneiConnect` of any copy of this package, so it is plain
 * data.
 */
export interface ApiRequest {
  readonly url: URL;
  readonly method: string;
  /** The caller's headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** Becomes `true` as soon as a connection is ready for the request. */
  requestSent: boolean;
}

/** A whole response of Monei's API. */
export interface ApiResponse {
  status: number;
  statusText: string;
  /** Names and values in turn, as they arrived. */
  rawHeaders: string[];
  /** Seconds. */
  retryAfter: number | undefined;
  bytes: Uint8Array;
}

/** The largest body of an API response, before and after decompression. */
export const MAX_API_BYTES = 10 * 1024 * 1024;

const REDIRECTS = [301, 302, 303, 307, 308];

/** Returns the headers of an API request. The caller's replace the custom ones, in whatever case those are. */
export function apiHeaders(
  customHeaders: OutgoingHttpHeaders,
  { headers, body }: ApiRequest,
  accessToken: string,
): OutgoingHttpHeaders {
  const custom = Object.entries(customHeaders).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    'user-agent': 'passport-monei',
    accept: '*/*',
    ...Object.fromEntries(custom),
    ...headers,
    'accept-encoding': 'identity',
    authorization: `Bearer ${accessToken}`,
    // Node frames the body of a POST by itself, but not that of a DELETE.
    ...(body && { 'content-length': body.byteLength }),
  };
}

/** Whether a response with this status can be given to the caller of `fetch`. */
export function isApiStatus(status: number): boolean {
  return status >= 200 && status <= 599 && !REDIRECTS.includes(status);
}

/** Returns the headers of a response without those that describe its compressed body. */
export function withoutCoding(rawHeaders: string[]): string[] {
  const isKept = (name: string) => !/^content-(encoding|length)$/i.test(name);
  return rawHeaders.filter((_text, place) => isKept(String(rawHeaders[place - (place % 2)])));
}
