import { isObject } from './is-object.js';
import { isLoopback } from './loopback.js';

/** An app that is registered with the emulator. */
export interface EmulatedClient {
  /** What the app names itself with: `mc_…` at Monei, any text here. */
  clientID: string;
  /** What the app proves that with: `mcs_…` at Monei, any text here. */
  clientSecret: string;
  /** The redirect URIs that are allowed, character for character. `undefined`: any on loopback. */
  redirectURIs?: string[] | undefined;
  /** Shown on the consent page. */
  name?: string | undefined;
}

/** A person with a Monei account, as `GET /user/me` shows them. */
export interface EmulatedUser {
  /** Becomes `profile.id`. */
  id: string;
  /** Becomes `profile.name.givenName`. */
  firstName?: string;
  /** Becomes `profile.name.familyName`. */
  lastName?: string;
  /** Becomes `profile.displayName`. Default: the first and last name. */
  name?: string;
  /** Others can send money to it. */
  email?: string;
  /** Others can send money to it. */
  phone?: string;
  /**
   * What is in the wallet: amounts in naira or whole tokens by asset. `NGN`, and tokens on their usual network (`USDT`, `USDC`,
   * `CNGN` and `ETH` on Base, `BNB`, `POL`, `SOL`) or another one (`USDT:polygon`, `USDC:solana`). `GET /user/me` does not show it.
   */
  wallet?: Record<string, number | string>;
  /** 4 to 6 digits. Default: `'1234'`. `GET /user/me` does not show it. */
  transactionPin?: string;
  [field: string]: unknown;
}

/** @throws {TypeError} when there is nobody to ask, nobody to be asked, or an entry that is not complete or there twice */
export function checkRegistrations(clients: readonly EmulatedClient[], users: readonly EmulatedUser[]): void {
  const refuse = (reason: string) => new TypeError(`monei-connect-emulator: ${reason}`);
  if (!Array.isArray(clients) || !Array.isArray(users) || clients.length === 0 || users.length === 0) {
    throw refuse('`clients` and `users` must be arrays with at least one entry each.');
  }
  for (const client of clients) {
    const { clientID, clientSecret, redirectURIs = [], name = clientID } = client ?? {};
    if (!isText(clientID) || !isText(clientSecret))
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
  if (!users.every((user) => isText(user?.id))) throw refuse('a user needs an `id`.');
  if (!users.every(({ wallet = {} }) => isObject(wallet))) {
    throw refuse('a `wallet` must be an object of amounts by asset.');
  }
  if (users.some(({ transactionPin }) => transactionPin !== undefined && !isPin(transactionPin))) {
    throw refuse('a `transactionPin` must be a string of 4 to 6 digits.');
  }
  const twice =
    firstRepeated(clients.map(({ clientID }) => clientID)) ?? firstRepeated(users.map(({ id }) => id));
  if (twice !== undefined) throw refuse(`${twice} is there twice.`);
}

/** Whether an app may be called back there: character for character, or anywhere on loopback. */
export function allowsRedirectURI(client: EmulatedClient, redirectURI: string): boolean {
  if (!isRedirectURI(redirectURI)) return false;
  return client.redirectURIs?.includes(redirectURI) ?? isLoopback(new URL(redirectURI).host);
}

/** A redirect URI ends up in a header: printable ASCII only. RFC 6749 §3.1.2: no fragment. */
function isRedirectURI(uri: string): boolean {
  return isText(uri) && /^https?:\/\/[\x21-\x7e]+$/i.test(uri) && !uri.includes('#') && URL.canParse(uri);
}

/** Whether a value is a text, and not an empty one. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPin(value: unknown): boolean {
  return isText(value) && /^\d{4,6}$/.test(value);
}

function firstRepeated(ids: readonly string[]): string | undefined {
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

/** What a user is called on pages. */
export function displayName({ id, name, firstName, lastName }: EmulatedUser): string {
  // A file with users may hold anything.
  return isText(name) ? name : [firstName, lastName].filter(isText).join(' ') || id;
}
