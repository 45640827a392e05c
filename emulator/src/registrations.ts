import { isJsonObject } from './is-json-object.js';
import { isLoopback } from './loopback.js';

/** An app that is registered with the emulator. */
export interface EmulatedClient {
  /** Client ID: `mc_…` at Monei, any text here. */
  clientID: string;
  /** Client secret: `mcs_…` at Monei, any text here. */
  clientSecret: string;
  /** The allowed redirect URIs, which are compared character by character. `undefined` allows any on loopback. */
  redirectURIs?: string[] | undefined;
  /** Name on the consent page. Default: the client ID. */
  name?: string | undefined;
}

/** A user with a Monei account, with the fields of `GET /user/me`. */
export interface EmulatedUser {
  /** Becomes `profile.id`. */
  id: string;
  /** Becomes `profile.name.givenName`. */
  firstName?: string;
  /** Becomes `profile.name.familyName`. */
  lastName?: string;
  /** Becomes `profile.displayName`. Default: the first and last name. */
  name?: string;
  /** Email address. Other users can send money to it. */
  email?: string;
  /** Phone number. Other users can send money to it. */
  phone?: string;
  /**
   * Balances by asset, in naira or whole tokens. An asset is `NGN`, a token on its usual network (`USDT`, `USDC`, `CNGN` and `ETH`
   * on Base; `BNB`; `POL`; `SOL`), or a token on another network (`USDT:polygon`). `GET /user/me` does not show balances.
   */
  wallet?: Record<string, number | string>;
  /** PIN of 4 to 6 digits. Default: `'1234'`. `GET /user/me` does not show it. */
  transactionPin?: string;
  [field: string]: unknown;
}

/** The names of all fields of a client. If one is missing, this does not compile. */
const CLIENT_FIELDS: Record<keyof EmulatedClient, true> = {
  clientID: true,
  clientSecret: true,
  redirectURIs: true,
  name: true,
};

/**
 * Checks the options `clients` and `users`.
 *
 * @throws {TypeError} that names the problem: no entry, or one that is incomplete or repeated
 */
export function checkRegistrations(clients: readonly EmulatedClient[], users: readonly EmulatedUser[]): void {
  const refuse = (reason: string) => new TypeError(`monei-connect-emulator: ${reason}`);
  if (!Array.isArray(clients) || !Array.isArray(users) || clients.length === 0 || users.length === 0) {
    throw refuse('`clients` and `users` must be arrays with at least one entry each.');
  }
  for (const client of clients) {
    const { clientID, clientSecret, redirectURIs = [], name = clientID } = client ?? {};
    const unknown = Object.keys(client ?? {}).filter((field) => !Object.hasOwn(CLIENT_FIELDS, field));
    if (unknown.length > 0) {
      const known = Object.keys(CLIENT_FIELDS).join(', ');
      throw refuse(`unknown field ${unknown.join(', ')} of a client. The fields are: ${known}.`);
    }
    if (!isNonEmptyString(clientID) || !isNonEmptyString(clientSecret))
      throw refuse('a client needs a `clientID` and a `clientSecret`.');
    if (typeof name !== 'string') throw refuse('the `name` of a client must be a string.');
    if (!Array.isArray(redirectURIs)) throw refuse('`redirectURIs` must be an array.');
    const wrong = redirectURIs.find((uri) => !isRedirectURI(uri));
    if (wrong !== undefined) {
      throw refuse(
        `the redirect URI ${JSON.stringify(wrong)} must be an http(s) URL of printable ASCII, without a fragment.`,
      );
    }
  }
  if (!users.every((user) => isNonEmptyString(user?.id))) throw refuse('a user needs an `id`.');
  if (!users.every(({ wallet = {} }) => isJsonObject(wallet))) {
    throw refuse('a `wallet` must be an object of amounts by asset.');
  }
  if (users.some(({ transactionPin }) => transactionPin !== undefined && !isPin(transactionPin))) {
    throw refuse('a `transactionPin` must be a string of 4 to 6 digits.');
  }
  const repeated =
    firstRepeated(clients.map(({ clientID }) => clientID)) ?? firstRepeated(users.map(({ id }) => id));
  if (repeated !== undefined) throw refuse(`${repeated} is repeated.`);
}

/** Whether `redirectURI` is registered or, for a client without registered ones, on loopback. */
export function allowsRedirectURI(client: EmulatedClient, redirectURI: string): boolean {
  if (!isRedirectURI(redirectURI)) return false;
  return client.redirectURIs?.includes(redirectURI) ?? isLoopback(new URL(redirectURI).host);
}

/** Whether `uri` is an http(s) URL in printable ASCII, as headers need, without a fragment (RFC 6749 §3.1.2). */
function isRedirectURI(uri: string): boolean {
  return (
    isNonEmptyString(uri) && /^https?:\/\/[\x21-\x7e]+$/i.test(uri) && !uri.includes('#') && URL.canParse(uri)
  );
}

/** Whether `value` is a string that is not empty. */
export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPin(value: unknown): boolean {
  return isNonEmptyString(value) && /^\d{4,6}$/.test(value);
}

function firstRepeated(ids: readonly string[]): string | undefined {
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

/** Returns the name of a user for pages. */
export function displayName({ id, name, firstName, lastName }: EmulatedUser): string {
  // Fields from a JSON file can have any type.
  return isNonEmptyString(name) ? name : [firstName, lastName].filter(isNonEmptyString).join(' ') || id;
}
