import { type Browser, openBrowser } from '../helpers/browser.js';

/** What browsers take: RFC 6265 §6.1 asks for 4096 bytes for name, value and attributes, and none of them takes more. */
const COOKIE_BYTES = 4096;

/** A browser that complains about a cookie that real ones would drop without a word. */
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
