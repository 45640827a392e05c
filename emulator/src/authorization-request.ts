import { MONEI_SCOPES } from '../../src/scopes/catalogue.js';
import { splitScopes } from '../../src/scopes/syntax.js';
import { ApiError } from './api-error.js';
import { explainDifference, nearest, quote } from './explain.js';
import { allowsRedirectURI, type EmulatedClient } from './registrations.js';

/** A checked authorization request, for the consent page. */
export interface ConsentRequest {
  client: EmulatedClient;
  redirectURI: string;
  state: string | undefined;
  /** The requested scopes, without duplicates. */
  scopes: string[];
  challenge: { value: string; method: 'S256' | 'plain' } | undefined;
}

/** An error that goes back to the app through the browser (RFC 6749 §4.1.2.1). */
export class AuthorizationRefusal extends Error {
  /** The callback URL, with the error. */
  readonly location: string;

  constructor(redirectURI: string, parameters: Record<string, string | undefined>) {
    super(`refused: ${parameters.error}`);
    this.location = appendParameters(redirectURI, parameters);
  }
}

/**
 * Checks the parameters of an authorization request.
 *
 * @throws {ApiError} 400 if the client or the redirect URI is unknown, or a parameter is repeated: for an error page
 * @throws {AuthorizationRefusal} for all other errors
 */
export function checkAuthorizationRequest(
  parameters: URLSearchParams,
  clients: ReadonlyMap<string, EmulatedClient>,
): ConsentRequest {
  const clientID = readParameter(parameters, 'client_id') ?? '';
  const client = clients.get(clientID);
  if (!client) throw new ApiError(400, `Unknown client_id ${quote(clientID)}. ${listClients(clients)}`);
  const redirectURI = readParameter(parameters, 'redirect_uri') ?? '';
  if (!allowsRedirectURI(client, redirectURI))
    throw new ApiError(400, describeUnregistered(client, redirectURI));
  const state = readParameter(parameters, 'state');
  const refuse = (error: string, description: string) =>
    new AuthorizationRefusal(redirectURI, { error, error_description: description, state });

  if ((readParameter(parameters, 'response_type') ?? 'code') !== 'code') {
    throw refuse('unsupported_response_type', 'Only response_type=code is supported');
  }
  const scopes = [...new Set(splitScopes(readParameter(parameters, 'scope') ?? ''))];
  if (scopes.length === 0) throw refuse('invalid_scope', 'No scope was requested');
  const unknown = scopes.filter((scope) => !Object.hasOwn(MONEI_SCOPES, scope));
  if (unknown.length > 0) throw refuse('invalid_scope', describeUnknownScopes(unknown));

  const value = readParameter(parameters, 'code_challenge');
  const method = readParameter(parameters, 'code_challenge_method') ?? 'plain';
  if (value !== undefined && method !== 'S256' && method !== 'plain') {
    throw refuse('invalid_request', 'Unknown code_challenge_method');
  }
  const challenge = value === undefined ? undefined : { value, method: method as 'S256' | 'plain' };
  return { client, redirectURI, state, scopes, challenge };
}

/**
 * Returns the value of a parameter, or `undefined` if it is missing or empty.
 *
 * @throws {ApiError} 400 if it is repeated (RFC 6749 §3.1)
 */
function readParameter(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw new ApiError(400, `${name} is repeated`);
  return values[0] || undefined;
}

/** Appends parameters to a redirect URI, and does not change its other characters. */
export function appendParameters(
  redirectURI: string,
  parameters: Record<string, string | undefined>,
): string {
  const present = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return `${redirectURI}${redirectURI.includes('?') ? '&' : '?'}${new URLSearchParams(present)}`;
}

/** Lists the registered clients, for an error message. */
export function listClients(clients: ReadonlyMap<string, EmulatedClient>): string {
  return `Registered: ${[...clients.keys()].map(quote).join(', ')}`;
}

/** Returns why a redirect URI is refused. */
function describeUnregistered({ redirectURIs }: EmulatedClient, redirectURI: string): string {
  const problem = `redirect_uri ${quote(redirectURI)} is not registered for this app`;
  if (!redirectURIs) {
    return `${problem}, which accepts any http(s) URL on loopback, in printable ASCII, without a fragment`;
  }
  if (redirectURIs.length === 0) return `${problem}, which has none`;
  const registered = redirectURIs.map(quote).join(', ');
  return `${problem}. Registered: ${registered}. It differs ${explainDifference(redirectURI, redirectURIs)}`;
}

/** Describes at most three unknown scopes, in the characters that RFC 6749 §4.1.2.1 allows. */
function describeUnknownScopes(unknown: string[]): string {
  const known = Object.keys(MONEI_SCOPES);
  const named = unknown.slice(0, 3).map((scope) => {
    const safe = scope.slice(0, 40).replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '?');
    return `${safe} (the nearest known one is ${nearest(scope, known)})`;
  });
  return `Unknown scope: ${named.join(', ')}`;
}
