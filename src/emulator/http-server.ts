import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { ApiError, AuthorizationRefusal, type AuthorizationServer } from './authorization-server.js';
import { consentPage, errorPage } from './consent-page.js';
import { RateLimiter } from './rate-limiter.js';

/** The paths of Monei Connect, on one origin. */
export const PATHS = {
  authorization: '/connect/authorize',
  token: '/api/v1/connect/token',
  revocation: '/api/v1/connect/token/revoke',
  profile: '/api/v1/user/me',
} as const;

const MAX_BODY_BYTES = 64 * 1024;

/** What the API gives to a token with the scope. `data` of the wallet is an assumption: its form is not documented. */
const RESOURCES: Record<string, { scope: string; data?: unknown }> = {
  [PATHS.profile]: { scope: 'profile:read' },
  '/api/v1/wallet/me': {
    scope: 'wallet:read',
    data: {
      balances: [
        { currency: 'NGN', balance: 125000.5 },
        { currency: 'USDT', balance: 42.25 },
      ],
    },
  },
};

interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  url: RequestURL;
}

interface RequestURL {
  pathname: string;
  searchParams: URLSearchParams;
}

type Handler = (incoming: Incoming) => Promise<void> | void;

/** Monei Connect over HTTP: the consent page for browsers, JSON for apps. */
export function createHttpServer(monei: AuthorizationServer, rateLimits: boolean): Server {
  // Calls a minute, from docs.monei.cc/connect/errors.
  const limits: Record<string, RateLimiter> = rateLimits
    ? {
        [`POST ${PATHS.token}`]: new RateLimiter(10),
        [`GET ${PATHS.authorization}`]: new RateLimiter(20),
        [`POST ${PATHS.authorization}`]: new RateLimiter(20),
      }
    : {};
  const routes: Record<string, Handler> = {
    [`GET ${PATHS.authorization}`]: (incoming) => showConsent(monei, incoming),
    [`POST ${PATHS.authorization}`]: (incoming) => takeDecision(monei, incoming),
    [`POST ${PATHS.token}`]: async ({ request, response }) => {
      sendJson(response, 200, monei.token(await readJson(request)));
    },
    [`POST ${PATHS.revocation}`]: async ({ request, response }) => {
      monei.revoke(await readJson(request));
      sendJson(response, 200, { statusCode: 200, message: 'Token revoked' });
    },
  };
  for (const [path, { scope, data }] of Object.entries(RESOURCES)) {
    routes[`GET ${path}`] = ({ request, response }) => {
      const user = monei.authorizeCall(request.headers.authorization, scope);
      sendJson(response, 200, { statusCode: 200, message: 'Success', data: data ?? user });
    };
  }

  return createServer(async (request, response) => {
    const [pathname = '', search = ''] = (request.url as string).split(/\?(.*)/s);
    const url = { pathname, searchParams: new URLSearchParams(search) };
    const route = `${request.method} ${pathname}`;
    try {
      const wait = limits[route]?.take() ?? 0;
      if (wait > 0) {
        response.setHeader('Retry-After', wait);
        throw new ApiError(429, 'Too many requests');
      }
      const handler = routes[route];
      if (!handler) throw new ApiError(404, `Cannot ${request.method} ${pathname}`);
      await handler({ request, response, url });
    } catch (error) {
      sendError(response, url, error);
    }
  });
}

function showConsent(monei: AuthorizationServer, { response, url }: Incoming): void {
  const request = monei.checkRequest(url.searchParams);
  const { users } = monei;
  const user = users.find(({ id }) => id === url.searchParams.get('user')) ?? monei.firstUser;
  const scopes = monei.newScopes(request, user.id);
  sendPage(response, 200, consentPage({ request, scopes, user, users, parameters: url.searchParams }));
}

async function takeDecision(monei: AuthorizationServer, { request, response }: Incoming): Promise<void> {
  const form = new URLSearchParams(await readBody(request));
  const consent = monei.checkRequest(form);
  if (form.get('decision') === 'deny') return redirect(response, monei.deny(consent));
  const allow = consent.scopes.filter((scope) => form.get(`scope:${scope}`) === 'allow');
  redirect(response, monei.approve(consent, { userID: form.get('user') ?? monei.firstUser.id, allow }));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new ApiError(400, 'The body must be JSON (Content-Type: application/json)');
  }
  const body = await readBody(request);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ApiError(400, 'The body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'The body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new ApiError(400, 'The body is too large');
  return Buffer.concat(chunks).toString('utf8');
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    // No form-action: browsers apply it to the redirects that follow, which lead into the app.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  });
  response.end(html);
}

function sendError(response: ServerResponse, url: RequestURL, error: unknown): void {
  if (error instanceof AuthorizationRefusal) return redirect(response, error.location);
  const { status, message } =
    error instanceof ApiError ? error : { status: 500, message: 'The emulator failed. Please report this.' };
  if (url.pathname === PATHS.authorization) return sendPage(response, status, errorPage(message));
  sendJson(response, status, { statusCode: status, message, error: STATUS_CODES[status] });
}
