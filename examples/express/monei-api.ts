import type { TokenKeeper } from 'passport-monei/tokens';

/** The error of a response that is not a success or not JSON. */
export class MoneiApiError extends Error {
  /** The HTTP status of the response. */
  readonly status: number;
  /** Monei's reason, if the response has one. */
  readonly reason: string | undefined;

  constructor(status: number, message: unknown) {
    super(`Monei's API responded with ${status}`);
    this.status = status;
    this.reason = readReason(message);
  }
}

/**
 * Sends a request to Monei's API as a user, and returns the `data` of the response.
 *
 * @param route the method and the path: `GET /wallet/me`
 * @throws {MoneiApiError} if Monei refuses the request, or the response is not JSON
 * @throws the errors of `keeper.fetch`, for example if the user has revoked access or Monei can't be reached
 */
export async function requestMonei<Data>(
  keeper: TokenKeeper,
  userId: string,
  route: string,
  body?: object,
): Promise<Data> {
  const [method = '', path = ''] = route.split(' ');
  const response = await keeper.fetch(userId, path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
  });
  const content = (await response.json().catch(() => undefined)) as
    | { data: Data; message?: unknown }
    | undefined;
  if (!response.ok || !content) throw new MoneiApiError(response.status, content?.message);
  return content.data;
}

/** Returns Monei's reason from `message`, which is a text or a list of texts. */
function readReason(message: unknown): string | undefined {
  const reason = Array.isArray(message) ? message.join('; ') : message;
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, 200) : undefined;
}
