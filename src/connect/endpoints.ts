import type { RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { requireTrimmedString } from '../internal/require-values.js';

/** The endpoints of Monei Connect. Source: docs.monei.cc/connect/oauth-flow and /connect/tokens. */
export const MONEI_ENDPOINTS = {
  authorizationURL: 'https://monei.cc/connect/authorize',
  tokenURL: 'https://api.monei.cc/api/v1/connect/token',
  revocationURL: 'https://api.monei.cc/api/v1/connect/token/revoke',
  userProfileURL: 'https://api.monei.cc/api/v1/user/me',
} as const;

/** The base URL of Monei's API. Source: docs.monei.cc/connect/oauth-flow. */
export const MONEI_API = 'https://api.monei.cc/api/v1';

/** The name of an endpoint of Monei Connect. */
export type ConnectEndpoint = 'token' | 'revocation' | 'profile';

/** The URL of an endpoint, and the same as options of Node's HTTP client. */
export interface Endpoint {
  url: URL;
  target: Pick<RequestOptions, 'hostname' | 'port' | 'path'>;
}

/** Returns the endpoints that the options name, and Monei's for the others. */
export function endpointsOf(options: {
  tokenURL?: string | undefined;
  revocationURL?: string | undefined;
  userProfileURL?: string | undefined;
}): Record<ConnectEndpoint, Endpoint> {
  const endpoint = (name: keyof typeof options): Endpoint => {
    const url = requireEndpoint(name, options[name] ?? MONEI_ENDPOINTS[name]);
    return { url, target: targetOf(url) };
  };
  return {
    token: endpoint('tokenURL'),
    revocation: endpoint('revocationURL'),
    profile: endpoint('userProfileURL'),
  };
}

/** Returns the options of Node's HTTP client for `url`, without the protocol: Node has a client for each protocol. */
export function targetOf(url: URL): Endpoint['target'] {
  const { hostname, port, path } = urlToHttpOptions(url);
  return { hostname, path, ...(port && { port }) };
}

/**
 * Returns the URL of an endpoint: `https:`, or plain `http:` on loopback. Refuses credentials, which browsers and logs
 * would show, and a fragment, to which added parameters would belong (RFC 6749 §3.1, §3.2).
 *
 * @throws {TypeError} naming the option
 */
export function requireEndpoint(name: string, value: unknown): URL {
  const text = requireTrimmedString(`the option \`${name}\``, value);
  if (!URL.canParse(text)) throw new TypeError(`passport-monei: the option \`${name}\` is not a URL.`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError(
      `passport-monei: the option \`${name}\` must be an https: URL. Plain http: is for loopback only, ` +
        'because the client secret and tokens travel there.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(
      `passport-monei: the option \`${name}\` must have no user name and no password. ` +
        'For credentials of a gateway, use `customHeaders`.',
    );
  }
  if (text.includes('#')) {
    throw new TypeError(`passport-monei: the option \`${name}\` must have no fragment (#).`);
  }
  return url;
}

/** Whether a host name is one of loopback (RFC 6761 §6.3, RFC 8252 §8.3). */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
