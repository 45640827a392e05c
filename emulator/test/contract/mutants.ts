import type { MoneiEmulator } from '../../src/index.js';
import type { Forward, ProxiedRequest, ProxiedResponse, Rewrite } from './rewriting-proxy.js';

/** A Monei that differs from the emulator in one way. */
export interface Mutant {
  /** A sentence that says how it differs. */
  name: string;
  /** Returns what the proxy in front of an emulator does. Each call starts anew. */
  change(emulator: MoneiEmulator): Rewrite;
}

type Json = Record<string, unknown>;

const TOKEN = '/api/v1/connect/token';
const REVOCATION = '/api/v1/connect/token/revoke';
const AUTHORIZATION = '/connect/authorize';

/** The mutants. The contract has to find each of them, and the client has to do no harm with any. */
export const mutants: Mutant[] = [
  {
    name: 'does not rotate refresh tokens',
    change() {
      const current = new Map<string, string>();
      return onRefresh(async (request, body, forward) => {
        const given = String(body.refresh_token);
        const response = await forward(
          withJson(request, { ...body, refresh_token: current.get(given) ?? given }),
        );
        return changeJson(response, (tokens) => {
          if (typeof tokens.refresh_token !== 'string') return tokens;
          current.set(given, tokens.refresh_token);
          return { ...tokens, refresh_token: given };
        });
      });
    },
  },
  {
    name: 'omits the refresh token from the response to a refresh, and keeps the old one valid',
    change() {
      const current = new Map<string, string>();
      return onRefresh(async (request, body, forward) => {
        const given = String(body.refresh_token);
        const response = await forward(
          withJson(request, { ...body, refresh_token: current.get(given) ?? given }),
        );
        return changeJson(response, ({ refresh_token: issued, ...tokens }) => {
          if (typeof issued === 'string') current.set(given, issued);
          return tokens;
        });
      });
    },
  },
  {
    name: 'answers 400 for a refresh token that was used or revoked',
    change: () =>
      onRefresh(async (request, _body, forward) => {
        const response = await forward(request);
        return response.status === 401 ? refusal(400, 'Invalid refresh token') : response;
      }),
  },
  {
    name: 'keeps an old access token valid after a refresh',
    change() {
      const replaced = new Map<string, string>();
      const accessOf = new Map<string, string>();
      return async (request, forward) => {
        const authorization = request.headers.authorization ?? '';
        let token = authorization.replace('Bearer ', '');
        for (let next = replaced.get(token); next !== undefined; next = replaced.get(token)) token = next;
        const response = await forward({
          ...request,
          headers: authorization ? { ...request.headers, authorization: `Bearer ${token}` } : request.headers,
        });
        if (request.url !== TOKEN) return response;
        const { refresh_token: used } = jsonOf(request.body);
        const { access_token: access, refresh_token: refresh } = jsonOf(response.body);
        if (typeof access === 'string' && typeof refresh === 'string') {
          const before = accessOf.get(String(used));
          if (before !== undefined) replaced.set(before, access);
          accessOf.set(refresh, access);
        }
        return response;
      };
    },
  },
  {
    name: 'wants client credentials for a refresh',
    change: () =>
      onRefresh(async (request, body, forward) =>
        body.client_secret === undefined ? refusal(401, 'Invalid client credentials') : forward(request),
      ),
  },
  {
    name: 'refuses client credentials in a refresh',
    change: () =>
      onRefresh(async (request, body, forward) =>
        body.client_secret === undefined
          ? forward(request)
          : refusal(400, ['property client_secret should not exist']),
      ),
  },
  {
    name: 'does not list scopes after a refresh',
    change: () =>
      onRefresh(async (request, _body, forward) =>
        changeJson(await forward(request), ({ scopes: _scopes, ...tokens }) => tokens),
      ),
  },
  {
    name: 'lists only newly granted scopes',
    change() {
      const granted = new Map<string, string[]>();
      return async (request, forward) => {
        const response = await forward(request);
        if (isDecision(request)) {
          const form = new URLSearchParams(request.body);
          const scopes = [...form.keys()].filter((name) => form.get(name) === 'allow');
          granted.set(
            codeIn(response),
            scopes.map((name) => name.replace('scope:', '')),
          );
        }
        const scopes = granted.get(String(jsonOf(request.body).code));
        return request.url === TOKEN && scopes ? changeTokens(response, { scopes }) : response;
      };
    },
  },
  {
    name: 'lists scopes as one string named scope',
    change: () =>
      onToken(async (request, _body, forward) =>
        changeJson(await forward(request), ({ scopes, ...tokens }) =>
          Array.isArray(scopes) ? { ...tokens, scope: scopes.join(' ') } : tokens,
        ),
      ),
  },
  {
    name: 'lists no scopes at all',
    change: () =>
      onToken(async (request, _body, forward) =>
        changeJson(await forward(request), ({ scopes: _scopes, ...tokens }) => tokens),
      ),
  },
  {
    name: 'gives expires_in as a string',
    change: () =>
      onToken(async (request, _body, forward) =>
        changeTokens(await forward(request), { expires_in: '3600' }),
      ),
  },
  {
    name: 'wraps tokens in its envelope',
    change: () =>
      onToken(async (request, _body, forward) =>
        changeJson(await forward(request), (tokens) =>
          tokens.access_token ? { statusCode: 200, message: 'Success', data: tokens } : tokens,
        ),
      ),
  },
  {
    name: 'gives access tokens that live for a minute',
    change: () =>
      onToken(async (request, _body, forward) => changeTokens(await forward(request), { expires_in: 60 })),
  },
  {
    name: 'accepts form bodies',
    change: () => async (request, forward) => {
      if (!isForm(request) || request.url !== TOKEN) return forward(request);
      return forward(withJson(request, Object.fromEntries(new URLSearchParams(request.body))));
    },
  },
  {
    name: 'accepts only form bodies',
    change: () =>
      onToken(async (request, _body, forward) =>
        isForm(request)
          ? forward(withJson(request, Object.fromEntries(new URLSearchParams(request.body))))
          : refusal(400, 'grant_type is missing'),
      ),
  },
  {
    name: 'takes a code twice',
    change() {
      const given = new Map<unknown, ProxiedResponse>();
      return onToken(async (request, { code }, forward) => {
        const before = given.get(code);
        if (before) return before;
        const response = await forward(request);
        if (code !== undefined && response.status === 200) given.set(code, response);
        return response;
      });
    },
  },
  {
    name: 'does not compare the redirect URI of a code',
    change() {
      const redirectURIs = new Map<string, string | null>();
      return async (request, forward) => {
        const body = jsonOf(request.body);
        const redirectURI = redirectURIs.get(String(body.code));
        const right = request.url === TOKEN && redirectURI;
        const response = await forward(
          right ? withJson(request, { ...body, redirect_uri: redirectURI }) : request,
        );
        if (isDecision(request)) {
          redirectURIs.set(codeIn(response), new URLSearchParams(request.body).get('redirect_uri'));
        }
        return response;
      };
    },
  },
  {
    name: 'answers 400 for a wrong client secret',
    change: () =>
      onToken(async (request, _body, forward) => {
        const response = await forward(request);
        return response.status === 401 ? refusal(400, 'Invalid client credentials') : response;
      }),
  },
  {
    name: 'ignores PKCE',
    change: () => async (request, forward) => {
      if (request.url === TOKEN && !isForm(request)) {
        const { code_verifier: _verifier, ...body } = jsonOf(request.body);
        return forward(Object.keys(body).length > 0 ? withJson(request, body) : request);
      }
      return forward(changeAuthorization(request, (parameters) => parameters.delete('code_challenge')));
    },
  },
  {
    name: 'ignores unknown scopes',
    change: () => async (request, forward) =>
      forward(
        changeAuthorization(request, (parameters) => {
          const scopes = (parameters.get('scope') ?? '')
            .split(' ')
            .filter((scope) => !scope.startsWith('no-such'));
          parameters.set('scope', scopes.join(' '));
        }),
      ),
  },
  {
    name: 'does not compare the slash at the end of a redirect URI',
    change: () => async (request, forward) =>
      forward(
        changeAuthorization(request, (parameters) => {
          parameters.set('redirect_uri', (parameters.get('redirect_uri') ?? '').replace(/\/$/, ''));
        }),
      ),
  },
  {
    name: 'grants scopes that the user denied',
    change: () => async (request, forward) => {
      if (!isDecision(request)) return forward(request);
      return forward({ ...request, body: request.body.replaceAll('=deny&', '=allow&') });
    },
  },
  {
    name: 'names a denial user_denied',
    change: () => async (request, forward) =>
      changeLocation(await forward(request), (url) => {
        if (url.searchParams.get('error') === 'access_denied') url.searchParams.set('error', 'user_denied');
      }),
  },
  {
    name: 'does not return the state',
    change: () => async (request, forward) =>
      changeLocation(await forward(request), (url) => url.searchParams.delete('state')),
  },
  {
    name: 'shows granted scopes again',
    change: () => async (request, forward) => {
      const response = await forward(request);
      if (request.method !== 'GET' || !request.url.startsWith(AUTHORIZATION)) return response;
      const again = '<input type="radio" name="scope:kyc:read" value="allow">';
      return { ...response, body: response.body.replace('</form>', `${again}</form>`) };
    },
  },
  {
    name: 'keeps the refresh token valid after a revocation',
    change() {
      const revoked = new Set<string>();
      return async (request, forward) => {
        const token = (request.headers.authorization ?? '').replace('Bearer ', '');
        if (revoked.has(token)) return refusal(401, 'Invalid or expired token');
        const given = jsonOf(request.body).token;
        if (request.url !== REVOCATION || typeof given !== 'string' || given.startsWith('mcr_'))
          return forward(request);
        if (revoked.has(given)) return refusal(404, 'Token not found');
        revoked.add(given);
        return json(200, { statusCode: 200, message: 'Token revoked' });
      };
    },
  },
  {
    name: 'answers 200 for a token that is not valid any more',
    change: () => async (request, forward) => {
      const response = await forward(request);
      const isUnknown = request.url === REVOCATION && response.status === 404;
      return isUnknown ? json(200, { statusCode: 200, message: 'Token revoked' }) : response;
    },
  },
  {
    name: 'forgets the whole grant at a revocation',
    change: (emulator) => async (request, forward) => {
      const response = await forward(request);
      if (request.url === REVOCATION && response.status === 200) emulator.revokeGrant();
      return response;
    },
  },
  {
    name: 'nests the profile one level deeper',
    change: () => onProfile((body) => ({ ...body, data: { user: body.data } })),
  },
  {
    name: 'gives the profile without its envelope',
    change: () => onProfile(({ data }) => data as Json),
  },
  {
    name: 'gives the user id as a number',
    change: () => onProfile((body) => ({ ...body, data: { ...(body.data as Json), id: 4711 } })),
  },
  {
    name: 'gives no user id',
    change: () => onProfile(({ data, ...body }) => ({ ...body, data: { ...(data as Json), id: null } })),
  },
  {
    name: 'answers 401 for a missing scope',
    change: () => async (request, forward) => {
      const response = await forward(request);
      return response.status === 403 ? refusal(401, 'Unauthorized') : response;
    },
  },
  {
    name: 'gives naira balances as null',
    change: () =>
      onPath('/api/v1/wallet/me', (body) => ({
        ...body,
        data: { ...(body.data as Json), nairaBalance: null },
      })),
  },
  {
    name: 'gives a KYC limit as a string',
    change: () =>
      onPath('/api/v1/kyc/limits', (body) => ({
        ...body,
        data: { ...(body.data as Json), maxSingleTransaction: '200000' },
      })),
  },
  {
    name: 'answers errors with HTML pages',
    change: () => async (request, forward) => {
      const response = await forward(request);
      if (response.status < 400 || !request.url.startsWith('/api/')) return response;
      return { ...response, headers: { 'content-type': 'text/html' }, body: '<h1>Error</h1>' };
    },
  },
  {
    name: 'sends rate-limit headers',
    change: () => async (request, forward) => {
      const response = await forward(request);
      return { ...response, headers: { ...response.headers, 'x-ratelimit-limit': '100' } };
    },
  },
];

/** Rewrites requests to the token endpoint. */
function onToken(
  rewrite: (request: ProxiedRequest, body: Json, forward: Forward) => Promise<ProxiedResponse>,
): Rewrite {
  return (request, forward) =>
    request.url === TOKEN ? rewrite(request, jsonOf(request.body), forward) : forward(request);
}

function onRefresh(rewrite: Parameters<typeof onToken>[0]): Rewrite {
  return onToken((request, body, forward) =>
    typeof body.refresh_token === 'string' ? rewrite(request, body, forward) : forward(request),
  );
}

/** Changes the successful responses of a path. */
function onPath(path: string, change: (body: Json) => Json): Rewrite {
  return async (request, forward) => {
    const response = await forward(request);
    const matches = request.url.split('?')[0] === path && response.status === 200 && request.method === 'GET';
    return matches ? changeJson(response, change) : response;
  };
}

function onProfile(change: (body: Json) => Json): Rewrite {
  return onPath('/api/v1/user/me', change);
}

function isForm({ headers }: ProxiedRequest): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function isDecision({ method, url }: ProxiedRequest): boolean {
  return method === 'POST' && url.startsWith(AUTHORIZATION);
}

/** Changes the parameters of an authorization request, in the URL or in the form of the consent page. */
function changeAuthorization(
  request: ProxiedRequest,
  change: (parameters: URLSearchParams) => void,
): ProxiedRequest {
  const [path = '', query = ''] = request.url.split('?');
  if (path !== AUTHORIZATION) return request;
  const parameters = new URLSearchParams(request.method === 'POST' ? request.body : query);
  change(parameters);
  return request.method === 'POST'
    ? { ...request, body: String(parameters) }
    : { ...request, url: `${path}?${parameters}` };
}

function changeLocation(response: ProxiedResponse, change: (url: URL) => void): ProxiedResponse {
  const { location } = response.headers;
  if (location === undefined || !URL.canParse(location)) return response;
  const url = new URL(location);
  change(url);
  return { ...response, headers: { ...response.headers, location: url.href } };
}

function codeIn({ headers }: ProxiedResponse): string {
  return new URL(headers.location ?? 'about:blank').searchParams.get('code') ?? '';
}

/** Returns the JSON object in a body, or an empty one. */
function jsonOf(body: string): Json {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

function withJson(request: ProxiedRequest, body: Json): ProxiedRequest {
  const headers = { ...request.headers, 'content-type': 'application/json' };
  return { ...request, headers, body: JSON.stringify(body) };
}

function json(status: number, body: Json): ProxiedResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function changeJson(response: ProxiedResponse, change: (body: Json) => Json): ProxiedResponse {
  return response.status === 200
    ? { ...response, body: JSON.stringify(change(jsonOf(response.body))) }
    : response;
}

function changeTokens(response: ProxiedResponse, changes: Json): ProxiedResponse {
  return changeJson(response, (tokens) => ({ ...tokens, ...changes }));
}

function refusal(statusCode: number, message: string | string[]): ProxiedResponse {
  return json(statusCode, { statusCode, message, error: 'Refused' });
}
