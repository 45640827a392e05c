import { parse } from 'node:querystring';
import type { MoneiRequest } from '../internal/passport-request.js';
import { pathOf, withoutOrigin } from './callback-route.js';
import type { SignInStrategy } from './passport-oauth2.js';

/** A request of any framework. None of the properties exists in all frameworks. */
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

/** Returns the query that the framework parsed. If that is absent or empty, parses the query of the URL. */
export function queryOf(req: MoneiRequest): Record<string, unknown> {
  const { query, originalUrl, url } = req as AnyRequest;
  if (typeof query === 'object' && query !== null && Object.keys(query).length > 0) {
    return query as Record<string, unknown>;
  }
  const address = originalUrl ?? url ?? '';
  const start = address.indexOf('?');
  return start < 0 ? {} : parse(address.slice(start + 1));
}

/** Returns the path of the request, or an empty string if the request has no URL. */
export function pathOfRequest(req: MoneiRequest): string {
  const { originalUrl, url } = req as AnyRequest;
  return pathOf(originalUrl ?? url ?? '');
}

/** Returns the absolute redirect URI. Completes a path with the protocol and host of the request. */
export function completeCallbackURL(
  strategy: SignInStrategy,
  req: MoneiRequest,
  callbackURL = strategy._callbackURL,
): string {
  if (!callbackURL.startsWith('/')) return callbackURL;
  return new URL(callbackURL, originalURL(req, Boolean(strategy._trustProxy))).href;
}

/**
 * Returns the URL that the browser requested. Without `proxy`, uses forwarded headers only if the framework trusts
 * their sender. Fastify and Koa set `protocol` and `host` accordingly. For Express, `trustFunction` says so.
 *
 * @internal
 * @param proxy whether to trust `X-Forwarded-Proto` and `X-Forwarded-Host` of every sender
 * @throws {Error} if the request has no host
 */
export function originalURL(req: MoneiRequest, proxy: boolean): URL {
  const request = req as AnyRequest;
  const headers = request.headers ?? {};
  const socket = request.socket ?? request.connection;
  const plain = {
    protocol: request.socket?.encrypted || request.connection?.encrypted ? 'https' : 'http',
    host: headers.host ?? headers[':authority'],
  };
  const forwarded = {
    protocol: firstValue(headers['x-forwarded-proto'])?.toLowerCase() ?? plain.protocol,
    host: firstValue(headers['x-forwarded-host']) ?? plain.host,
  };
  const trusts = trustFunction(request);
  let origin = plain;
  if (proxy || trusts?.(socket?.remoteAddress, 0)) origin = forwarded;
  else if (!trusts && typeof request.protocol === 'string' && typeof request.host === 'string') {
    origin = { protocol: request.protocol, host: request.host };
  }
  const protocol = origin.protocol === 'https' ? 'https' : 'http';
  const target = withoutOrigin(request.originalUrl ?? request.url ?? '');
  const address = `${protocol}://${origin.host}${target}`;
  if (!origin.host || !URL.canParse(address)) {
    throw new Error(
      'passport-monei: this request has no host that completes `callbackURL`. Make that option an absolute URL.',
    );
  }
  return new URL(address);
}

/**
 * Returns Express's function that says which proxies the app trusts. It is used in place of `req.host`, which differs
 * between versions of Express.
 */
function trustFunction({ app }: AnyRequest): ((address: unknown, hop: number) => boolean) | undefined {
  const trusts = typeof app?.get === 'function' ? app.get('trust proxy fn') : undefined;
  return typeof trusts === 'function' ? (trusts as (address: unknown, hop: number) => boolean) : undefined;
}

/** Returns the first value of a header, which the proxy nearest to the browser set. */
function firstValue(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',', 1)[0]?.trim() || undefined;
}
