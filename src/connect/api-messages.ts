import type { OutgoingHttpHeaders } from 'node:http';

/**
 * A request to Monei's API. It is plain data, because `TokenKeeper.fetch` may pass it to the `MoneiConnect` of another
 * copy of this package.
 */
export interface OutgoingApiRequest {
  readonly url: URL;
  readonly method: string;
  /** The caller's headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** Becomes `true` as soon as a connection is ready for the request. */
  requestSent: boolean;
  /** The status of the response, while its body arrives. */
  moneiStatus?: number | undefined;
}

/** A whole response of Monei's API. */
export interface WholeApiResponse {
  status: number;
  statusText: string;
  /** Alternating names and values, as they arrived. */
  rawHeaders: string[];
  /** The `Retry-After`, in seconds. */
  retryAfter: number | undefined;
  bytes: Uint8Array;
}

/** The largest body of an API response in bytes, before and after decompression. */
export const MAX_API_BYTES = 10 * 1024 * 1024;

const REDIRECTS = [301, 302, 303, 307, 308];

/** Headers that only this package sets in API requests: the token, and what belongs to one connection. */
const RESERVED =
  /^(authorization|accept-encoding|content-length|host|expect|connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/;

/** Returns the headers of an API request. The caller's replace the custom ones, ignoring case. */
export function apiHeaders(
  customHeaders: OutgoingHttpHeaders,
  { headers, body }: OutgoingApiRequest,
  accessToken: string,
): OutgoingHttpHeaders {
  const custom = Object.entries(customHeaders).map(([name, value]) => [name.toLowerCase(), value] as const);
  const allowed = [...custom, ...Object.entries(headers)].filter(([name]) => !RESERVED.test(name));
  return {
    'user-agent': 'passport-monei',
    accept: '*/*',
    ...Object.fromEntries(allowed),
    'accept-encoding': 'identity',
    authorization: `Bearer ${accessToken}`,
    // Node sets the length of a POST, but not of a DELETE.
    ...(body && { 'content-length': body.byteLength }),
  };
}

/** Whether `fetch` may resolve with a response of this status. */
export function isApiStatus(status: number): boolean {
  return status >= 200 && status <= 599 && !REDIRECTS.includes(status);
}

/** Returns the headers of a response without those of its compressed body. */
export function removeCodingHeaders(rawHeaders: string[]): string[] {
  const isKept = (name: string) => !/^content-(encoding|length)$/i.test(name);
  return rawHeaders.filter((_text, place) => isKept(String(rawHeaders[place - (place % 2)])));
}
