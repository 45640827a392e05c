import { type Browser, openBrowser } from '../helpers/browser.js';

/** The largest size of a cookie in bytes, with name and attributes (RFC 6265 §6.1). Browsers drop larger cookies. */
const COOKIE_BYTES = 4096;

/** Returns a browser that throws if a cookie is too large. Real browsers drop such a cookie without an error. */
export function openStrictBrowser(): Browser {
  const browser = openBrowser();
  return async (url, init) => {
    const response = await browser(url, init);
    for (const cookie of response.headers.raw()['set-cookie'] ?? []) {
      const bytes = Buffer.byteLength(cookie);
      if (bytes > COOKIE_BYTES) throw new Error(`a cookie of ${bytes} bytes: ${cookie.slice(0, 40)}…`);
    }
    return response;
  };
}
