import { MONEI_API, requireEndpoint } from '../connect/endpoints.js';
import { invalidValueError } from './checks.js';

/** The option `apiURL`. */
export interface ApiBase {
  url: URL;
  /** The path of `url` without a slash at its end. */
  path: string;
}

/**
 * Returns the option `apiURL`, checked.
 *
 * @throws {TypeError} with the reason why it is not a base URL
 */
export function requireApiBase(apiURL: string = MONEI_API): ApiBase {
  const url = requireEndpoint('apiURL', apiURL);
  if (apiURL.includes('?')) throw invalidValueError('apiURL', 'a URL without a query');
  return { url, path: url.pathname.replace(/\/+$/, '') };
}

/**
 * Returns the URL of an API request.
 *
 * @throws {TypeError} if `input` is not under `apiURL`
 */
export function resolveTarget(base: ApiBase, input: unknown): URL {
  const text = input instanceof URL ? input.href : input;
  if (typeof text === 'string' && isUnambiguous(text)) {
    const { protocol, host } = base.url;
    const whole = text.startsWith('/') ? `${protocol}//${host}${base.path}${text}` : text;
    const url = URL.canParse(whole) ? new URL(whole) : undefined;
    const isUnder =
      url?.protocol === protocol && url.host === host && url.pathname.startsWith(`${base.path}/`);
    if (url && isUnder && url.username === '' && url.password === '') return url;
  }
  throw new TypeError(
    'passport-monei: fetch takes a path that begins with one slash, or a URL under `apiURL`, as a string or a URL object. ' +
      'No part of its path may be `.` or begin with `..`. It must not contain a backslash or a control character.',
  );
}

/**
 * Whether all servers read a path or URL in the same way. URL parsers drop tabs and line breaks, read `\` as `/`, and
 * resolve `..`. Servers behind a proxy may decode a path twice, or cut a segment at `;`.
 */
function isUnambiguous(text: string): boolean {
  const path = text
    .replace(/[?#].*/s, '')
    .replace(/%2e/gi, '.')
    .replace(/%2f|%5c/gi, '/');
  const climbs = /\/(\.\.|\.(\/|;|$))/.test(path) || /%(25)+(2e|2f|5c)/i.test(path);
  return !climbs && !/[\\\p{Cc}]/u.test(text) && !text.startsWith('//');
}
