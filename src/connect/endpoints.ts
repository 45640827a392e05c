import type { RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { endpointOption } from './options.js';

/** Where Monei Connect lives. Source: docs.monei.cc/connect/oauth-flow and /connect/tokens. */
export const MONEI_ENDPOINTS = {
  authorizationURL: 'https://monei.cc/connect/authorize',
  tokenURL: 'https://api.monei.cc/api/v1/connect/token',
  revocationURL: 'https://api.monei.cc/api/v1/connect/token/revoke',
  userProfileURL: 'https://api.monei.cc/api/v1/user/me',
} as const;

/** What paths of Monei's API are completed with. Source: docs.monei.cc/connect/oauth-flow. */
export const MONEI_API = 'https://api.monei.cc/api/v1';

/** What Monei Connect's calls go to. */
export type ConnectEndpoint = 'token' | 'revocation' | 'profile';

/** Where calls go, as Node's HTTP client takes it; made once. */
export interface Endpoint {
  url: URL;
  target: Pick<RequestOptions, 'protocol' | 'hostname' | 'port' | 'path'>;
}

/** Monei's endpoints, or those that the options name instead. */
export function endpointsOf(options: {
  tokenURL?: string | undefined;
  revocationURL?: string | undefined;
  userProfileURL?: string | undefined;
}): Record<ConnectEndpoint, Endpoint> {
  const endpoint = (name: keyof typeof options): Endpoint => {
    const url = endpointOption(name, options[name] ?? MONEI_ENDPOINTS[name]);
    const { protocol, hostname, port, path } = urlToHttpOptions(url);
    return { url, target: { protocol, hostname, path, ...(port && { port }) } };
  };
  return {
    token: endpoint('tokenURL'),
    revocation: endpoint('revocationURL'),
    profile: endpoint('userProfileURL'),
  };
}
