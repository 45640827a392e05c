/** An app that is registered with the emulator. */
export interface EmulatedClient {
  clientID: string;
  clientSecret: string;
  /** The redirect URIs that are allowed, character for character. `undefined`: any on loopback. */
  redirectURIs?: string[] | undefined;
  /** Shown on the consent page. */
  name?: string | undefined;
}

/** A person with a Monei account, as `GET /user/me` shows them. */
export interface EmulatedUser {
  id: string;
  firstName?: string;
  lastName?: string;
  name?: string;
  email?: string;
  phone?: string;
  [field: string]: unknown;
}

/** @throws {TypeError} when there is nobody to ask, nobody to be asked, or an entry that is not complete */
export function checkRegistrations(clients: readonly EmulatedClient[], users: readonly EmulatedUser[]): void {
  const refuse = (reason: string) => new TypeError(`passport-monei/emulator: ${reason}`);
  if (!Array.isArray(clients) || !Array.isArray(users) || clients.length === 0 || users.length === 0) {
    throw refuse('`clients` and `users` must be arrays with at least one entry each.');
  }
  for (const client of clients) {
    const { clientID, clientSecret, redirectURIs = [] } = client ?? {};
    if (!isText(clientID) || !isText(clientSecret))
      throw refuse('a client needs a `clientID` and a `clientSecret`.');
    if (!Array.isArray(redirectURIs)) throw refuse('`redirectURIs` must be an array.');
    const wrong = redirectURIs.find((uri) => !URL.canParse(uri));
    if (wrong !== undefined) throw refuse(`the redirect URI ${wrong} is not a URL.`);
  }
  if (!users.every((user) => isText(user?.id))) throw refuse('a user needs an `id`.');
}

/** Whether an app may be called back there: character for character, or anywhere on loopback. */
export function allowsRedirectURI(client: EmulatedClient, redirectURI: string): boolean {
  if (client.redirectURIs) return client.redirectURIs.includes(redirectURI);
  // RFC 6749 §3.1.2: no fragment.
  if (!URL.canParse(redirectURI) || redirectURI.includes('#')) return false;
  const { protocol, hostname } = new URL(redirectURI);
  return /^https?:$/.test(protocol) && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Whether a value is a text, and not an empty one. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
