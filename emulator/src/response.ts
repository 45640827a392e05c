import { STATUS_CODES } from 'node:http';
import type { Html } from './html.js';

/** A response of the emulator to an HTTP request. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** `true`: the connection breaks in the middle of the body. */
  cutOff?: boolean;
}

const NOT_STORED = { 'cache-control': 'no-store' };

export function jsonResponse(status: number, body: unknown): HttpResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...NOT_STORED };
  return { status, headers, body: JSON.stringify(body) };
}

/** Returns an error in the form that Monei documents (docs.monei.cc/connect/errors). */
export function errorResponse(status: number, message: string): HttpResponse {
  return jsonResponse(status, { statusCode: status, message, error: STATUS_CODES[status] });
}

export function pageResponse(status: number, page: Html): HttpResponse {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...NOT_STORED,
    // With no-referrer, browsers would send `Origin: null` with the page's forms (Fetch, "append a request Origin header").
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    // There is no form-action, because browsers would apply it to the redirect to the app after the form.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  };
  return { status, headers, body: page.toString() };
}

/** Returns a redirect: 302 to the app, 303 to the page at `/` after one of its forms. */
export function redirectResponse(location: string, status: 302 | 303 = 303): HttpResponse {
  return { status, headers: { location, ...NOT_STORED }, body: '' };
}
