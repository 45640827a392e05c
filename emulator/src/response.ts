import { STATUS_CODES } from 'node:http';
import type { Html } from './html.js';

/** What the emulator answers to a request. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** `true`: the connection breaks in the middle of it. */
  cutOff?: boolean;
}

const NOT_STORED = { 'cache-control': 'no-store' };

export function jsonAnswer(status: number, body: unknown): Answer {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...NOT_STORED };
  return { status, headers, body: JSON.stringify(body) };
}

/** An error in the form that Monei documents (docs.monei.cc/connect/errors). */
export function errorAnswer(status: number, message: string): Answer {
  return jsonAnswer(status, { statusCode: status, message, error: STATUS_CODES[status] });
}

export function pageAnswer(status: number, page: Html): Answer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...NOT_STORED,
    // Not no-referrer: with that, browsers hide the origin of this page's own forms, too (Fetch, "append a request
    // Origin header").
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    // No form-action: browsers apply it to the redirects that follow, which lead into the app.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  };
  return { status, headers, body: page.toString() };
}

/** 302 brings the browser back to the app, 303 (the default) to a page after a form. */
export function redirectAnswer(location: string, status: 302 | 303 = 303): Answer {
  return { status, headers: { location, ...NOT_STORED }, body: '' };
}
