import { isJsonObject } from '../is-json-object.js';
import { type Difference, differencesOf, type Shape, typeOf } from './shape.js';
import { ERROR } from './shapes.js';

/** A response that was read to its end. */
export interface Reply {
  status: number;
  headers: Headers;
  /** The JSON value of the body, or `undefined` if the body is not JSON. */
  body: unknown;
}

/** Reads a response to its end. */
export async function readReply(response: Response): Promise<Reply> {
  const { status, headers } = response;
  const text = await response.text();
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch {
    return { status, headers, body: undefined };
  }
}

/** Describes what is expected of an error response. */
export function expectedRefusal(status: number): string {
  return `status ${status} with Monei's error body`;
}

/** Describes a response that should be an error, without quoting its text. */
export function describeRefusal({ status, body }: Reply): string {
  if (status < 400) return `status ${status}`;
  const found = differencesOf(ERROR, body);
  if (found.length === 0 && isJsonObject(body) && body.statusCode === status) return expectedRefusal(status);
  if (body === undefined) return `status ${status} with a body that is not JSON`;
  if (found.length === 0) return `status ${status} with a body whose statusCode is another one`;
  return `status ${status} with another error body (${describeDifferences(found, 'seen')})`;
}

/** Compares a response with status 200 and a shape. Returns two descriptions, which are equal if it matches. */
export function describeSuccess({ status, body }: Reply, shape: Shape): { expected: string; seen: string } {
  if (status !== 200) return { expected: 'status 200', seen: `status ${status}` };
  if (body === undefined) return { expected: 'JSON', seen: 'a body that is not JSON' };
  const found = differencesOf(shape, body);
  return { expected: describeDifferences(found, 'expected'), seen: describeDifferences(found, 'seen') };
}

function describeDifferences(found: Difference[], side: 'expected' | 'seen'): string {
  return found.map((one) => `${one.path || 'body'}: ${one[side]}`).join(', ');
}

/** Returns a text field of a JSON object, or `undefined`. */
export function textField(body: unknown, name: string): string | undefined {
  const value = isJsonObject(body) ? body[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Describes a list of scopes. Scopes other than the three that are requested are counted and not named. */
export function describeScopes(scopes: unknown): string {
  if (!Array.isArray(scopes)) return `scopes: ${typeOf(scopes)}`;
  const known = [...KNOWN].filter((scope) => scopes.includes(scope));
  const others = scopes.filter((scope) => !KNOWN.has(scope)).length;
  return `scopes: ${[...known, ...(others > 0 ? [`${others} others`] : [])].join(' ') || 'none'}`;
}

const KNOWN = new Set<unknown>(['profile:read', 'kyc:read', 'wallet:read']);
