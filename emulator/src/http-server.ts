import type { RequestListener, ServerResponse } from 'node:http';
import type { Api } from './api/index.js';
import { ApiError } from './api-error.js';
import { Call } from './api-request.js';
import { AuthorizationRefusal, type AuthorizationServer } from './authorization-server.js';
import { consentPage } from './consent-page.js';
import { quote, withoutSecrets } from './explain.js';
import { checkTokenLife, type Troubles, troubleOf } from './faults.js';
import { errorPage } from './layout.js';
import { isLoopback } from './loopback.js';
import { API, PATHS } from './paths.js';
import { RateLimiter } from './rate-limiter.js';
import { type Answer, errorAnswer, jsonAnswer, pageAnswer, redirectAnswer } from './response.js';
import { startPage } from './start-page.js';

type Handler = (call: Call) => Promise<Answer> | Answer;

const PREFIX = 'monei-connect-emulator: ';

/** Handlers by method and path: `GET /connect/authorize`. */
type Routes = Record<string, Handler>;

/** A request that the emulator answered. It holds no token: neither a query, nor a header, nor a body. */
export interface EmulatedRequest {
  /** `GET`, say. */
  method: string;
  /** Without the query. */
  path: string;
  /** The HTTP status of the answer. */
  status: number;
  /** The scopes that were asked for, given, or needed. */
  scopes: readonly string[];
  /** From the request's arrival to its answer. */
  milliseconds: number;
}

interface ServerOptions {
  rateLimits?: boolean | undefined;
  onRequest?: ((request: EmulatedRequest) => void) | undefined;
}

/** Monei Connect over HTTP: the consent page for browsers, JSON for apps. */
export function createRequestListener(
  monei: AuthorizationServer,
  api: Api,
  troubles: Troubles,
  { rateLimits = false, onRequest = () => {} }: ServerOptions = {},
): RequestListener {
  const routes: Routes = {
    ...consentRoutes(monei),
    ...connectRoutes(monei),
    ...overviewRoutes(monei, api, troubles),
  };
  // Calls a minute, from docs.monei.cc/connect/errors.
  const limits: Record<string, RateLimiter> = rateLimits
    ? {
        [`POST ${PATHS.token}`]: new RateLimiter(10),
        [`GET ${PATHS.authorization}`]: new RateLimiter(20),
        [`POST ${PATHS.authorization}`]: new RateLimiter(20),
      }
    : {};

  const answerTo = async (call: Call): Promise<Answer> => {
    if (!isLoopback(call.headers.host)) return errorAnswer(403, foreignHost(call));
    const route = `${call.method === 'HEAD' ? 'GET' : call.method} ${call.path}`;
    const handler = routes[route] ?? apiHandler(monei, api, call);
    if (!handler) return withoutHandler(call, routes, api);
    const wait = limits[route]?.take() ?? 0;
    if (wait > 0) throw new ApiError(429, 'Too many requests', wait);
    // Errors, too, come late and are cut off.
    const handle = async () => handler(call);
    return troubles.answer(call.path, () => handle().catch((error) => failed(call, error)));
  };

  return (request, response) => {
    const start = performance.now();
    const call = new Call(request);
    answerTo(call)
      .catch((error: unknown) => failed(call, error))
      .then((answer) => {
        send(call, answer, response);
        onRequest(describe(call, answer, performance.now() - start));
      })
      // Whatever went wrong here: nothing that was sent ends the process.
      .catch(() => response.destroy());
  };
}

function consentRoutes(monei: AuthorizationServer): Routes {
  return {
    [`GET ${PATHS.authorization}`](call) {
      const { query } = call;
      const request = monei.checkRequest(query);
      call.scopes = request.scopes;
      const { users } = monei;
      const user = users.find(({ id }) => id === query.get('user')) ?? monei.firstUser;
      const scopes = monei.newScopes(request, user.id);
      return pageAnswer(200, consentPage({ request, scopes, user, users, parameters: query }));
    },
    async [`POST ${PATHS.authorization}`](call) {
      checkOrigin(call);
      const form = await call.form();
      const consent = monei.checkRequest(form);
      if (form.get('decision') === 'deny') return redirectAnswer(monei.deny(consent), 302);
      const allow = consent.scopes.filter((scope) => form.get(`scope:${scope}`) === 'allow');
      call.scopes = allow;
      const userID = form.get('user') ?? monei.firstUser.id;
      return redirectAnswer(monei.approve(consent, { userID, allow }), 302);
    },
  };
}

/** The page at `/`, and what its buttons do. */
function overviewRoutes(monei: AuthorizationServer, api: Api, troubles: Troubles): Routes {
  return {
    [`GET ${PATHS.overview}`]({ headers }) {
      const { clients, users, tokenLife } = monei;
      const page = startPage({
        ...{ url: `http://${headers.host}`, clients, users, tokenLife },
        ...{ grants: monei.grants(), account: api.account, troubles: troubles.waiting },
      });
      return pageAnswer(200, page);
    },
    async [`POST ${PATHS.overview}`](call) {
      checkOrigin(call);
      const form = await call.form();
      const text = (name: string) => form.get(name) ?? '';
      switch (text('action')) {
        case 'revoke':
          monei.revokeGrant(text('client'), text('user'));
          break;
        case 'expire':
          monei.expireTokens(text('client'), text('user'));
          break;
        case 'token-life':
          monei.tokenLife = checkTokenLife(Number(text('seconds')));
          break;
        case 'fail':
          troubles.order(troubleOf(form));
          break;
        default:
          throw new ApiError(400, 'There is no such button');
      }
      return redirectAnswer(PATHS.overview);
    },
  };
}

function connectRoutes(monei: AuthorizationServer): Routes {
  return {
    async [`POST ${PATHS.token}`](call) {
      const tokens = monei.token(await call.json());
      call.scopes = tokens.scopes;
      return jsonAnswer(200, tokens);
    },
    async [`POST ${PATHS.revocation}`](call) {
      monei.revoke(await call.json());
      return jsonAnswer(200, { statusCode: 200, message: 'Token revoked' });
    },
  };
}

/** How the API answers a call, if it has such a route. */
function apiHandler(monei: AuthorizationServer, api: Api, { method, path }: Call): Handler | undefined {
  if (!path.startsWith(`${API}/`)) return undefined;
  const found = api.find(method, path.slice(API.length));
  if (!found) return undefined;
  return async (call) => {
    call.scopes = found.scopes;
    const { user, scopes } = monei.authorizeCall(call.headers.authorization);
    const { status, body } = await found.answer({ user, scopes, query: call.query, body: () => call.json() });
    return jsonAnswer(status, body);
  };
}

/** `OPTIONS` of a path that is known, and what can't be answered. */
function withoutHandler({ method, path }: Call, routes: Routes, api: Api): Answer {
  const methods = Object.keys(routes)
    .map((route) => route.split(' '))
    .flatMap(([one = '', known]) => (known === path ? [one] : []));
  if (path.startsWith(`${API}/`)) methods.push(...api.methods(path.slice(API.length)));
  if (methods.includes('GET')) methods.push('HEAD');
  const known = methods.length > 0;
  if (known && (method === 'OPTIONS' || method === 'HEAD')) {
    // Not for HEAD: RFC 9110 §15.5.6.
    const allow = [...methods, 'OPTIONS'].join(', ');
    return { status: method === 'OPTIONS' ? 204 : 405, headers: { allow }, body: '' };
  }
  throw new ApiError(404, `Cannot ${method} ${path}`);
}

/** A site whose name leads to this machine (DNS rebinding) may not read or do anything here. */
function foreignHost({ headers }: Call): string {
  return `The emulator answers to loopback names (localhost, 127.0.0.1) only, not to ${quote(headers.host ?? '')}`;
}

/**
 * Takes forms only from the emulator's own pages. Browsers send `Origin` with every form; a request without it is not
 * taken either, as OWASP recommends (Cross-Site Request Forgery Prevention Cheat Sheet).
 */
function checkOrigin({ headers }: Call): void {
  const { host, origin, 'sec-fetch-site': site = 'same-origin' } = headers;
  if (origin === `http://${host}` && site === 'same-origin') return;
  const came = origin === undefined ? 'no Origin' : `the Origin ${quote(origin)}`;
  throw new ApiError(
    403,
    `Only a page of the emulator itself may do this: http://${host}, but there was ${came}`,
  );
}

function failed({ path }: Call, error: unknown): Answer {
  if (error instanceof AuthorizationRefusal) return redirectAnswer(error.location, 302);
  const { status, message, retryAfter } = apiErrorOf(error);
  const answer = path.startsWith(`${API}/`)
    ? errorAnswer(status, message)
    : pageAnswer(status, errorPage(message));
  if (retryAfter !== undefined) answer.headers['retry-after'] = String(retryAfter);
  return answer;
}

function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // A number of a form that is not one.
  if (error instanceof TypeError && error.message.startsWith(PREFIX)) {
    return new ApiError(400, error.message.slice(PREFIX.length, -1));
  }
  return new ApiError(500, 'The emulator failed. Please report this');
}

/** A path may hold anything: no token, and nothing that a terminal would take for an order, gets into a log. */
function describe({ method, path, scopes }: Call, { status }: Answer, milliseconds: number): EmulatedRequest {
  const shown = withoutSecrets(path)
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, 200);
  return { method, path: shown, status, scopes, milliseconds };
}

function send({ method }: Call, { status, headers, body, cutOff }: Answer, response: ServerResponse): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  if (cutOff) {
    response.writeHead(status, { ...headers, ...length }).write(body.slice(0, 1), () => response.destroy());
    return;
  }
  response.writeHead(status, { ...headers, ...length }).end(method === 'HEAD' ? undefined : body);
}
