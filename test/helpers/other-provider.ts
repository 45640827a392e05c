import { randomUUID } from 'node:crypto';
import { startLoopbackServer } from './loopback-server.js';

/** A provider such as Google or GitHub, with the endpoints that its strategy needs. */
export interface OtherProvider {
  /** The endpoints, for the options of the strategy. */
  endpoints: { authorizationURL: string; tokenURL: string; userProfileURL: string };
  /** Allows a sign-in without a browser: takes the URL of the app's redirect, and returns the callback URL. */
  authorize(asked: URL, decision?: { deny?: boolean }): string;
  close(): Promise<void>;
}

/**
 * Starts a provider on loopback whose only user is `user`. Its codes work once.
 *
 * @param host the host name of its authorization page, after which passport-oauth2 names its session key
 */
export async function startOtherProvider(user: object, host = '127.0.0.1'): Promise<OtherProvider> {
  const codes = new Set<string>();
  const server = await startLoopbackServer((request, response) => {
    const respond = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url !== '/token') return respond(200, user);
    const code = new URLSearchParams(server.seen.at(-1)?.body).get('code') ?? '';
    if (codes.delete(code)) respond(200, { access_token: 'theirs', token_type: 'Bearer' });
    else respond(400, { error: 'invalid_grant', error_description: 'unknown code' });
  });
  const authorizationURL = `http://${host}:${server.port}/authorize`;
  return {
    endpoints: {
      authorizationURL,
      tokenURL: `${server.url}/token`,
      userProfileURL: `${server.url}/userinfo`,
    },
    authorize({ origin, pathname, searchParams }, { deny = false } = {}) {
      if (origin + pathname !== authorizationURL) throw new Error(`${origin} is not ${authorizationURL}`);
      const code = randomUUID();
      if (!deny) codes.add(code);
      const callback = new URL(searchParams.get('redirect_uri') ?? '');
      callback.searchParams.set('state', searchParams.get('state') ?? '');
      callback.searchParams.set(deny ? 'error' : 'code', deny ? 'access_denied' : code);
      return callback.href;
    },
    close: server.close,
  };
}
