import type { RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { endpointOption } from './options.js';

/** The endpoints of Monei Connect. Source: docs.monei.cc/connect/oauth-flow and /connect/tokens. */
export const MONEI_ENDPOINTS = {
  authorizationURL: 'https://monei.cc/connect/authorize',
  tokenURL: 'https://api.monei.cc/api/v1/connect/token',
  revocationURL: 'https://api.monei.cc/api/v1/connect/token/revoke',
  userProfileURL: 'https://api.monei.cc/api/v1/user/me',
} as const;

/** The URL before the paths of Monei's API. Source: docs.monei.cc/connect/oauth-flow. */
export const MONEI_API = 'https://api.monei.cc/api/v1';

/** The endpoints of Monei Connect. */
export type ConnectEndpoint = 'token' | 'revocation' | 'profile';

/** The address of an endpoint, also in the form that Node's HTTP client takes. */
export interface Endpoint {
  url: URL;
  target: Pick<RequestOptions, 'hostname' | 'port' | 'path'>;
}

/** Returns Monei's endpoints, or those that the options name instead. */
export function endpointsOf(options: {
  tokenURL?: string | undefined;
  revocationURL?: string | undefined;
  userProfileURL?: string | undefined;
}): Record<ConnectEndpoint, Endpoint> {
  const endpoint = (name: keyof typeof options): Endpoint => {
    const url = endpointOption(name, options[name] ?? MONEI_ENDPOINTS[name]);
    return { url, target: targetOf(url) };
  };
  return {
    token: endpoint('tokenURL'),
    revocation: endpoint('revocationURL'),
    profile: endpoint('userProfileURL'),
  };
}

/** Returns where a request goes, without the protocol: Node's client for `url` knows that. */
export function targetOf(url: URL): Endpoint['target'] {
  const { hostname, port, path } = urlToHttpOptions(url);
  return { hostname, path, ...(port && { port }) };
}
