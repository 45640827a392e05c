import type { RequestListener, ServerResponse } from 'node:http';
import type { Api } from './api/index.js';
import { ApiError } from './api-error.js';
import { AuthorizationRefusal } from './authorization-request.js';
import type { AuthorizationServer } from './authorization-server.js';
import { consentPage } from './consent-page.js';
import { quote, redactSecrets } from './explain.js';
import { checkTokenLife, type Faults, readFault } from './faults.js';
import { IncomingRequest } from './incoming-request.js';
import { errorPage } from './layout.js';
import { isLoopback } from './loopback.js';
import { API, PATHS } from './paths.js';
import { RateLimiter } from './rate-limiter.js';
import {
  errorResponse,
  type HttpResponse,
  jsonResponse,
  pageResponse,
  redirectResponse,
} from './response.js';
import { startPage } from './start-page.js';

type Handler = (request: IncomingRequest) => Promise<HttpResponse> | HttpResponse;

const PREFIX = 'monei-connect-emulator: ';

/** Handlers by method and path: `GET /connect/authorize`. */
type Handlers = Record<string, Handler>;

/** A request that the emulator has responded to. It has no query, headers or body, which can contain tokens. */
export interface EmulatedRequest {
  /** The HTTP method, for example `GET`. */
  method: string;
  /** The path, without the query. */
  path: string;
  /** The HTTP status of the response. */
  status: number;
  /** The scopes that the app requested, that the user allowed, that new tokens have, or of which an API route needs one. */
  scopes: readonly string[];
  /** Time from the arrival of the request to its response. */
  milliseconds: number;
}

interface ServerOptions {
  rateLimits?: boolean | undefined;
  onRequest?: ((request: EmulatedRequest) => unknown) | undefined;
}

/** Returns a listener that serves Monei Connect over HTTP: pages to browsers, JSON to apps. */
export function createRequestListener(
  monei: AuthorizationServer,
  api: Api,
  faults: Faults,
  { rateLimits = false, onRequest = () => {} }: ServerOptions = {},
): RequestListener {
  const handlers: Handlers = {
    ...consentHandlers(monei),
    ...connectHandlers(monei),
    ...startPageHandlers(monei, api, faults),
  };
  // Requests per minute, from docs.monei.cc/connect/errors.
  const limits: Record<string, RateLimiter> = rateLimits
    ? {
        [`POST ${PATHS.token}`]: new RateLimiter(10),
        [`GET ${PATHS.authorization}`]: new RateLimiter(20),
        [`POST ${PATHS.authorization}`]: new RateLimiter(20),
      }
    : {};

  const respond = async (request: IncomingRequest): Promise<HttpResponse> => {
    if (!isLoopback(request.headers.host)) return errorResponse(403, describeForeignHost(request));
    const name = `${request.method === 'HEAD' ? 'GET' : request.method} ${request.path}`;
    const handler = handlers[name] ?? apiHandler(monei, api, request);
    if (!handler) return respondWithoutHandler(request, handlers, api);
    const wait = limits[name]?.take() ?? 0;
    if (wait > 0) throw new ApiError(429, 'Too many requests', wait);
    const handle = async () => handler(request);
    // Errors become responses before faults are applied, so that faults apply to them too.
    return faults.respond(request.path, () => handle().catch((error) => respondToError(request, error)));
  };

  return (incoming, outgoing) => {
    const start = performance.now();
    const request = new IncomingRequest(incoming);
    respond(request)
      .catch((error: unknown) => respondToError(request, error))
      .then(async (response) => {
        send(request, response, outgoing);
        const emulated = describeRequest(request, response, performance.now() - start);
        await callOnRequest(onRequest, emulated);
      })
      // No request may end the process.
      .catch(() => outgoing.destroy());
  };
}

function consentHandlers(monei: AuthorizationServer): Handlers {
  return {
    [`GET ${PATHS.authorization}`](request) {
      const { query } = request;
      const consent = monei.checkRequest(query);
      request.scopes = consent.scopes;
      const { users } = monei;
      const user = users.find(({ id }) => id === query.get('user')) ?? monei.firstUser;
      const scopes = monei.newScopes(consent, user.id);
      return pageResponse(200, consentPage({ request: consent, scopes, user, users, parameters: query }));
    },
    async [`POST ${PATHS.authorization}`](request) {
      checkOrigin(request);
      const form = await request.form();
      const consent = monei.checkRequest(form);
      if (form.get('decision') === 'deny') return redirectResponse(monei.deny(consent), 302);
      const allow = consent.scopes.filter((scope) => form.get(`scope:${scope}`) === 'allow');
      request.scopes = allow;
      const userID = form.get('user') ?? monei.firstUser.id;
      return redirectResponse(monei.approve(consent, { userID, allow }), 302);
    },
  };
}

/** Returns the handlers of the page at `/` and of its buttons. */
function startPageHandlers(monei: AuthorizationServer, api: Api, faults: Faults): Handlers {
  return {
    [`GET ${PATHS.startPage}`]({ headers }) {
      const { clients, users, tokenLife } = monei;
      const page = startPage({
        ...{ url: `http://${headers.host}`, clients, users, tokenLife },
        ...{ grants: monei.grants(), account: api.account, faults: faults.pending },
      });
      return pageResponse(200, page);
    },
    async [`POST ${PATHS.startPage}`](request) {
      checkOrigin(request);
      const form = await request.form();
      const field = (name: string) => form.get(name) ?? '';
      switch (field('action')) {
        case 'revoke':
          monei.revokeGrant(field('client'), field('user'));
          break;
        case 'expire':
          monei.expireTokens(field('client'), field('user'));
          break;
        case 'token-life':
          monei.tokenLife = checkTokenLife(Number(field('seconds')));
          break;
        case 'fail':
          faults.inject(readFault(form));
          break;
        default:
          throw new ApiError(400, 'Unknown action');
      }
      return redirectResponse(PATHS.startPage);
    },
  };
}

function connectHandlers(monei: AuthorizationServer): Handlers {
  return {
    async [`POST ${PATHS.token}`](request) {
      const tokens = monei.token(await request.json());
      request.scopes = tokens.scopes;
      return jsonResponse(200, tokens);
    },
    async [`POST ${PATHS.revocation}`](request) {
      monei.revoke(await request.json());
      return jsonResponse(200, { statusCode: 200, message: 'Token revoked' });
    },
  };
}

/** Returns the handler of an API route, or `undefined` if the API has no such route. */
function apiHandler(
  monei: AuthorizationServer,
  api: Api,
  { method, path }: IncomingRequest,
): Handler | undefined {
  if (!path.startsWith(`${API}/`)) return undefined;
  const route = api.find(method, path.slice(API.length));
  if (!route) return undefined;
  return async (request) => {
    request.scopes = route.scopes;
    const { user, scopes } = monei.checkAccessToken(request.headers.authorization);
    const { status, body } = await route.respond({
      user,
      scopes,
      query: request.query,
      body: () => request.json(),
    });
    return jsonResponse(status, body);
  };
}

/**
 * Responds to `OPTIONS`, and to `HEAD` on a path without `GET`.
 *
 * @throws {ApiError} 404 for every other request
 */
function respondWithoutHandler(
  { method, path }: IncomingRequest,
  handlers: Handlers,
  api: Api,
): HttpResponse {
  const methods = Object.keys(handlers)
    .map((name) => name.split(' '))
    .flatMap(([handledMethod = '', handledPath]) => (handledPath === path ? [handledMethod] : []));
  if (path.startsWith(`${API}/`)) methods.push(...api.methods(path.slice(API.length)));
  if (methods.includes('GET')) methods.push('HEAD');
  const isKnownPath = methods.length > 0;
  if (isKnownPath && (method === 'OPTIONS' || method === 'HEAD')) {
    // A response with 405 lists the methods of the path (RFC 9110 §15.5.6).
    const allow = [...methods, 'OPTIONS'].join(', ');
    return { status: method === 'OPTIONS' ? 204 : 405, headers: { allow }, body: '' };
  }
  throw new ApiError(404, `Cannot ${method} ${path}`);
}

/** Returns why a host name is refused. A website can point its own host name at this machine (DNS rebinding). */
function describeForeignHost({ headers }: IncomingRequest): string {
  const host = quote(headers.host ?? '');
  return `The emulator responds to loopback names (localhost, 127.0.0.1) only, not to ${host}`;
}

/**
 * Checks that a form was sent from a page of the emulator. Browsers send `Origin` with every form. A request without it is
 * refused too, as OWASP recommends (Cross-Site Request Forgery Prevention Cheat Sheet).
 *
 * @throws {ApiError} 403
 */
function checkOrigin({ headers }: IncomingRequest): void {
  const { host, origin, 'sec-fetch-site': site = 'same-origin' } = headers;
  if (origin === `http://${host}` && site === 'same-origin') return;
  const sent = origin === undefined ? 'no Origin' : `the Origin ${quote(origin)}`;
  throw new ApiError(
    403,
    `Only pages of the emulator, http://${host}, can send this form. The request has ${sent}`,
  );
}

function respondToError({ path }: IncomingRequest, error: unknown): HttpResponse {
  if (error instanceof AuthorizationRefusal) return redirectResponse(error.location, 302);
  const { status, message, retryAfter } = toApiError(error);
  const response = path.startsWith(`${API}/`)
    ? errorResponse(status, message)
    : pageResponse(status, errorPage(message));
  if (retryAfter !== undefined) response.headers['retry-after'] = String(retryAfter);
  return response;
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // A form of the page at `/` has a wrong value.
  if (error instanceof TypeError && error.message.startsWith(PREFIX)) {
    return new ApiError(400, error.message.slice(PREFIX.length, -1));
  }
  return new ApiError(500, 'The emulator failed. Please report this');
}

/** Calls `onRequest`. Prints an error that it throws or rejects with, and does not change the response. */
async function callOnRequest(
  onRequest: NonNullable<ServerOptions['onRequest']>,
  request: EmulatedRequest,
): Promise<void> {
  try {
    await onRequest(request);
  } catch (error) {
    console.error(`${PREFIX}\`onRequest\` failed:`, error);
  }
}

/** Returns a request for the log. Replaces tokens, control characters and other non-ASCII characters in its path. */
function describeRequest(
  { method, path, scopes }: IncomingRequest,
  { status }: HttpResponse,
  milliseconds: number,
): EmulatedRequest {
  const safePath = redactSecrets(path)
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, 200);
  return { method, path: safePath, status, scopes, milliseconds };
}

function send(
  { method }: IncomingRequest,
  { status, headers, body, cutOff }: HttpResponse,
  response: ServerResponse,
): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  if (cutOff) response.write(body.slice(0, 1), () => response.destroy());
  else response.end(method === 'HEAD' ? undefined : body);
}
