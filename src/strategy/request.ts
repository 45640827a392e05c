import { parse } from 'node:querystring';
import type { MoneiRequest } from '../internal/passport-request.js';
import { pathOf } from './callback-route.js';
import type { SignInStrategy } from './passport-oauth2.js';

/** A request as frameworks have it. What each of them has differs. */
interface AnyRequest {
  query?: unknown;
  url?: string;
  originalUrl?: string;
  protocol?: unknown;
  host?: unknown;
  headers?: Record<string, string | string[] | undefined>;
  socket?: { encrypted?: boolean; remoteAddress?: string };
  connection?: { encrypted?: boolean; remoteAddress?: string };
  app?: { get?: (name: string) => unknown };
}

/** The parsed query, or the URL's own where the framework's parser is off or found nothing. */
export function queryOf(req: MoneiRequest): Record<string, unknown> {
  const { query, originalUrl, url } = req as AnyRequest;
  if (typeof query === 'object' && query !== null && Object.keys(query).length > 0) {
    return query as Record<string, unknown>;
  }
  const address = originalUrl ?? url ?? '';
  const start = address.indexOf('?');
  return start < 0 ? {} : parse(address.slice(start + 1));
}

/** Returns the path that the browser asked for, as a proxy passed it on. It is empty if the request has none. */
export function pathOfRequest(req: MoneiRequest): string {
  const { originalUrl, url } = req as AnyRequest;
  return pathOf(originalUrl ?? url ?? '');
}

/** Returns the strategy's redirect URI, or another one. A path is completed with the URL of the request. */
export function completeCallbackURL(
  strategy: SignInStrategy,
  req: MoneiRequest,
  callbackURL = strategy._callbackURL,
): string {
  if (!callbackURL.startsWith('/')) return callbackURL;
  return new URL(callbackURL, originalURL(req, Boolean(strategy._trustProxy))).href;
}

/**
 * Returns the URL that the browser requested. The framework knows which forwarded headers to trust: Express, Fastify and
 * Koa report the result in `protocol` and `host`.
 *
 * @internal
 * @param proxy believe `X-Forwarded-Proto` and `X-Forwarded-Host` of every sender
 * @throws {Error} where the request names no host
 */
export function originalURL(req: MoneiRequest, proxy: boolean): URL {
  const given = req as AnyRequest;
  const headers = given.headers ?? {};
  const socket = given.socket ?? given.connection;
  const plain = {
    protocol: given.socket?.encrypted || given.connection?.encrypted ? 'https' : 'http',
    host: headers.host ?? headers[':authority'],
  };
  const forwarded = {
    protocol: first(headers['x-forwarded-proto'])?.toLowerCase() ?? plain.protocol,
    host: first(headers['x-forwarded-host']) ?? plain.host,
  };
  const trusts = trustFunction(given);
  let origin = plain;
  if (proxy || trusts?.(socket?.remoteAddress, 0)) origin = forwarded;
  else if (!trusts && typeof given.protocol === 'string' && typeof given.host === 'string') {
    origin = { protocol: given.protocol, host: given.host };
  }
  const protocol = origin.protocol === 'https' ? 'https' : 'http';
  const address = `${protocol}://${origin.host}${given.originalUrl ?? given.url ?? ''}`;
  if (!origin.host || !URL.canParse(address)) {
    throw new Error(
      'passport-monei: this request names no host to complete `callbackURL` with. Make that option an absolute URL.',
    );
  }
  return new URL(address);
}

/** Express's answer to whom the app trusts. Its `req.host` differs from version to version. */
function trustFunction({ app }: AnyRequest): ((address: unknown, hop: number) => boolean) | undefined {
  const trusts = typeof app?.get === 'function' ? app.get('trust proxy fn') : undefined;
  return typeof trusts === 'function' ? (trusts as (address: unknown, hop: number) => boolean) : undefined;
}

/** The first entry of a header that every proxy may have added to. */
function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',', 1)[0]?.trim() || undefined;
}
