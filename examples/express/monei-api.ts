import type { TokenKeeper } from 'passport-monei/tokens';

/** Monei's API answered, but not with what it was asked for. */
export class MoneiApiError extends Error {
  /** The HTTP status of the answer. */
  readonly status: number;
  /** What Monei says about it, if it says something. */
  readonly reason: string | undefined;

  constructor(status: number, message: unknown) {
    super(`Monei's API answered ${status}`);
    this.status = status;
    this.reason = reasonOf(message);
  }
}

/**
 * Calls Monei's API as a user, and gives the `data` of the answer.
 *
 * @param route a method and a path: `GET /wallet/me`
 * @throws {MoneiApiError} when Monei says no, or says something that is no JSON
 * @throws what `keeper.fetch` rejects with: when the user took the access back, say, or Monei can't be reached
 */
export async function callMonei<Data>(
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
  const answer = (await response.json().catch(() => undefined)) as
    | { data: Data; message?: unknown }
    | undefined;
  if (!response.ok || !answer) throw new MoneiApiError(response.status, answer?.message);
  return answer.data;
}

/** Monei says why in `message`: a text, or a list of them. */
function reasonOf(message: unknown): string | undefined {
  const reason = Array.isArray(message) ? message.join('; ') : message;
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, 200) : undefined;
}
