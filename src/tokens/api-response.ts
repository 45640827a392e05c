import type { WholeApiResponse } from '../connect/api-messages.js';

/** Statuses whose responses have no body. */
const WITHOUT_BODY = [204, 205, 304];

/** Returns a response of Monei's API as the `Response` of `fetch`. */
export function toFetchResponse(
  { status, statusText, rawHeaders, bytes }: WholeApiResponse,
  url: URL,
): Response {
  const headers = new Headers();
  for (let place = 0; place < rawHeaders.length; place += 2) {
    headers.append(String(rawHeaders[place]), String(rawHeaders[place + 1]));
  }
  const body = WITHOUT_BODY.includes(status) ? null : (bytes as Uint8Array<ArrayBuffer>);
  // Node's parser accepts characters in the status text that HTTP does not allow. `Response` throws for them.
  const response = new Response(body, {
    status,
    statusText: statusText.replace(/[^ -~\u0080-\u00ff]/g, ''),
    headers,
  });
  const { origin, pathname, search } = url;
  return Object.defineProperty(response, 'url', { value: origin + pathname + search });
}
