import { randomBytes } from 'node:crypto';
import { isJsonObject } from '../is-json-object.js';
import { type ConsentUnderTest, type MoneiUnderTest, NotTried } from './assumption.js';
import { type Reply, readReply, textField } from './reply.js';

/** The parameters with which the browser came back. */
export interface Callback {
  code: string | undefined;
  error: string | undefined;
  /** Whether the state came back as it was sent. */
  stateIsSame: boolean;
}

/** Longest time that a request waits after 429, in seconds. */
const MAX_WAIT = 120;

/** The requests of Monei Connect and of its API, as the assumptions send them. */
export class MoneiRequests {
  readonly monei: MoneiUnderTest;
  /** All responses so far. */
  readonly replies: Reply[] = [];
  readonly #accessTokens = new Set<string>();
  #consents = Promise.resolve();

  constructor(monei: MoneiUnderTest) {
    this.monei = monei;
  }

  /** Sends a request. Redirects come back as they are. A request that is refused with 429 is repeated once. */
  async send(url: string, init: RequestInit = {}): Promise<Reply> {
    const { monei } = this;
    for (let isFirst = true; ; isFirst = false) {
      const reply = await readReply(await monei.request(url, { redirect: 'manual', ...init }));
      this.replies.push(reply);
      if (reply.status !== 429) return reply;
      const seconds = Number(reply.headers.get('retry-after') ?? Number.NaN);
      if (!isFirst || !monei.wait || !(seconds <= MAX_WAIT))
        throw new NotTried('Monei refused a request with 429');
      await monei.wait(seconds);
    }
  }

  /** Sends a JSON body to the token endpoint. */
  async token(body: object | string): Promise<Reply> {
    return this.#keep(await this.post(this.monei.endpoints.tokenURL, body));
  }

  /** Exchanges a code. */
  exchange(parameters: Record<string, string>): Promise<Reply> {
    return this.token(this.#exchangeBody(parameters));
  }

  /** Exchanges a code with a form in place of a JSON body. */
  async exchangeAsForm(parameters: Record<string, string>): Promise<Reply> {
    const body = new URLSearchParams(this.#exchangeBody(parameters));
    const headers = { accept: 'application/json' };
    return this.#keep(await this.send(this.monei.endpoints.tokenURL, { method: 'POST', headers, body }));
  }

  /** Refreshes tokens, without client credentials. */
  refresh(refreshToken: string): Promise<Reply> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** Revokes a token. */
  revoke(token: string): Promise<Reply> {
    this.#accessTokens.delete(token);
    return this.post(this.monei.endpoints.revocationURL, { token });
  }

  /** Sends a `GET` to a path of Monei's API. */
  read(path: string, accessToken?: string): Promise<Reply> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (accessToken !== undefined) headers.authorization = `Bearer ${accessToken}`;
    return this.send(this.apiURL(path), { headers });
  }

  /** Returns the URL of a path of Monei's API. */
  apiURL(path: string): string {
    return path === '/user/me' ? this.monei.endpoints.userProfileURL : `${this.monei.apiURL}${path}`;
  }

  /** Requests the authorization page without a user. */
  authorize(changes: Record<string, string>): Promise<Reply> {
    return this.send(this.authorizationURL(changes));
  }

  /** Returns an authorization URL for `profile:read`, with changes. */
  authorizationURL(changes: Record<string, string>): string {
    const { clientID, redirectURI, endpoints } = this.monei;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientID,
      redirect_uri: redirectURI,
      scope: 'profile:read',
      state: randomBytes(16).toString('base64url'),
      ...changes,
    });
    return `${endpoints.authorizationURL}?${query}`;
  }

  /** Revokes the remaining tokens of this session. Returns how many Monei did not revoke. */
  async revokeAll(): Promise<number> {
    let failed = 0;
    for (const token of [...this.#accessTokens]) {
      const status = await this.revoke(token).then(
        (reply) => reply.status,
        () => 0,
      );
      // 404: Monei does not know the token any more.
      if (status !== 200 && status !== 201 && status !== 204 && status !== 404) failed++;
    }
    return failed;
  }

  /** Asks for a consent, after all earlier ones have ended: assumptions can run concurrently. */
  consent(request: ConsentUnderTest): Promise<Callback> {
    const decided = this.#consents.then(() => this.#decide(request));
    this.#consents = settled(decided);
    return decided;
  }

  async #decide(request: ConsentUnderTest): Promise<Callback> {
    const state = randomBytes(16).toString('base64url');
    const url = await this.monei
      .consent({ ...request, params: { ...request.params, state } })
      .then((callback) => new URL(callback))
      .catch(() => {
        throw new NotTried('the browser did not come back from the consent page');
      });
    const [code, error] = [url.searchParams.get('code'), url.searchParams.get('error')];
    const stateIsSame = url.searchParams.get('state') === state;
    return { code: code || undefined, error: error || undefined, stateIsSame };
  }

  /** Remembers the tokens of a response, to revoke them in the end. */
  #keep(reply: Reply): Reply {
    const { body } = reply;
    const inEnvelope = isJsonObject(body) ? textField(body.data, 'access_token') : undefined;
    const token = textField(body, 'access_token') ?? inEnvelope;
    if (token !== undefined) this.#accessTokens.add(token);
    return reply;
  }

  #exchangeBody(parameters: Record<string, string>): Record<string, string> {
    const { clientID, clientSecret, redirectURI } = this.monei;
    return {
      grant_type: 'authorization_code',
      redirect_uri: redirectURI,
      client_id: clientID,
      client_secret: clientSecret,
      ...parameters,
    };
  }

  /** Sends a JSON body. */
  post(url: string, body: object | string): Promise<Reply> {
    return this.send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}

/** Returns a URL with a slash added to the end of its path, or removed from it. */
export function toggleSlash(url: string): string {
  const [, address = '', query = ''] = /^([^?]*)(.*)$/s.exec(url) ?? [];
  return `${address.endsWith('/') ? address.slice(0, -1) : `${address}/`}${query}`;
}

/** Waits until a step has ended, also if it failed. */
export async function settled(step: Promise<unknown>): Promise<void> {
  await step.catch(() => {});
}
