import fetch from 'node-fetch';
import { MONEI_SCOPES, type MoneiScope } from '../../../src/index.js';
import { type EmulatorOptions, type MoneiEmulator, startEmulator } from '../../src/index.js';

const REDIRECT_URI = 'http://localhost:3000/callback';
const ALL = Object.keys(MONEI_SCOPES) as MoneiScope[];

export const ADA = {
  id: 'ada',
  name: 'Ada Obi',
  email: 'ada@example.com',
  phone: '+2348012345678',
  wallet: {
    NGN: 125_000.5,
    ETH: 1,
    POL: 100,
    USDT: 1000,
    USDC: 500,
    'USDT:polygon': 50,
    SOL: 10,
    'USDC:solana': 100,
  },
};
export const OBI = { id: 'obi', email: 'obi@example.com', phone: '+2348087654321', transactionPin: '987654' };

/** The response of a route. */
export interface Told {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each route has a form of its own, which is what tests look at
  body: any;
}

/** An emulator with two people, and calls to its API in their name. */
export class TestBank {
  readonly emulator: MoneiEmulator;
  readonly #tokens = new Map<string, string>();

  constructor(emulator: MoneiEmulator) {
    this.emulator = emulator;
  }

  static async open(options: EmulatorOptions = {}): Promise<TestBank> {
    return new TestBank(await startEmulator({ users: [ADA, OBI], ...options }));
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  get(path: string, who: Who = {}): Promise<Told> {
    return this.call('GET', path, undefined, who);
  }

  post(path: string, body: unknown, who: Who = {}): Promise<Told> {
    return this.call('POST', path, body, who);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    { user = 'ada', scopes = ALL }: Who = {},
  ): Promise<Told> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.tokenOf(user, scopes)}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(this.emulator.apiURL + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** After an hour tokens expire: the next calls are made with new ones. */
  signOut(): void {
    this.#tokens.clear();
  }

  /** The accounts of all users, which a refused request must not change. */
  everything(): string {
    return JSON.stringify([this.emulator.account('ada'), this.emulator.account('obi')]);
  }

  /** An access token. Default: with all scopes. */
  async tokenOf(user: string, scopes: readonly MoneiScope[] = ALL): Promise<string> {
    const key = JSON.stringify([user, scopes]);
    const known = this.#tokens.get(key);
    if (known) return known;
    // Grants add up: this one starts from none.
    this.emulator.revokeGrant({ user });
    this.#tokens.clear();
    const { client, endpoints } = this.emulator;
    const asked = { client_id: client.clientID, redirect_uri: REDIRECT_URI, scope: ALL.join(' ') };
    const url = `${endpoints.authorizationURL}?${new URLSearchParams(asked)}`;
    const back = new URL(await this.emulator.authorize(url, { user, allow: scopes }));
    const response = await fetch(endpoints.tokenURL, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        code: back.searchParams.get('code'),
        redirect_uri: REDIRECT_URI,
        client_id: client.clientID,
        client_secret: client.clientSecret,
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    this.#tokens.set(key, token);
    return token;
  }
}

interface Who {
  user?: string;
  scopes?: readonly MoneiScope[];
}
