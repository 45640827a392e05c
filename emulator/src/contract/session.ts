import { createHash, randomBytes } from 'node:crypto';
import { isJsonObject } from '../is-json-object.js';
import { type ConsentUnderTest, type MoneiUnderTest, NotTried } from './assumption.js';
import { type Reply, textField } from './reply.js';
import { type Callback, MoneiRequests, settled, toggleSlash } from './requests.js';

/** The tokens that the token endpoint gave. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  scopes: unknown;
}

/** A sign-in from the consent page to tokens. */
export interface SignIn extends Tokens {
  callback: Callback;
}

const PROFILE = 'profile:read';
const KYC = 'kyc:read';
const WALLET = 'wallet:read';

/**
 * The sign-ins that the assumptions share. Each is made once, so that all assumptions together need ten consents. Sign-ins
 * whose result depends on earlier grants come first, whichever assumption runs first.
 */
export class Session extends MoneiRequests {
  readonly #started = new Map<string, Promise<unknown>>();

  /** The exchange after the user allows `kyc:read`, the first scope that the app gets. Monei may refuse it. */
  firstExchange = (): Promise<{ callback: Callback; reply: Reply }> =>
    this.#once('first exchange', async () => {
      const callback = await this.consent({ scopes: [KYC] });
      return { callback, reply: await this.exchange({ code: requireCode(callback.code) }) };
    });

  /** The first sign-in. */
  first = async (): Promise<Tokens> => tokensIn((await this.firstExchange()).reply);

  /** The user denies a request as a whole. */
  denied = (): Promise<Callback> =>
    this.#once('denied', async () => {
      await settled(this.first());
      return this.consent({ scopes: [PROFILE], deny: true });
    });

  /** The user allows `wallet:read` and denies `profile:read`. */
  partial = (): Promise<SignIn> =>
    this.#once('partial', async () => {
      await settled(this.denied());
      return this.#signIn({ scopes: [PROFILE, WALLET], allow: [WALLET] });
    });

  /** The user allows all three scopes. `leftOut`: whether the page left out the two that were granted before. */
  full = (): Promise<SignIn & { leftOut: boolean | undefined }> =>
    this.#once('full', async () => {
      await settled(this.partial());
      const signIn = await this.#signIn({ scopes: [PROFILE, KYC, WALLET] });
      const question = `Did Monei's last page leave out ${KYC} and ${WALLET}, which you had allowed before?`;
      return { ...signIn, leftOut: await this.monei.ask(question) };
    });

  /** The response to a code with the right PKCE verifier. */
  pkce = (): Promise<Reply> =>
    this.#once('pkce', async () => {
      await this.#afterFull();
      const { verifier, params } = newChallenge();
      const { code } = await this.consent({ scopes: [PROFILE], params });
      return this.exchange({ code: requireCode(code), code_verifier: verifier });
    });

  /** The responses to a code with a wrong verifier, and without one. */
  wrongVerifier = (): Promise<{ wrong: Reply; absent: Reply }> =>
    this.#once('wrong verifier', async () => {
      await this.#afterFull();
      const { code } = await this.consent({ scopes: [PROFILE], params: newChallenge().params });
      const wrong = await this.exchange({
        code: requireCode(code),
        code_verifier: newChallenge().verifier,
      });
      return { wrong, absent: await this.exchange({ code: requireCode(code) }) };
    });

  /** The responses to one code with a wrong secret, with another redirect URI, and then with the right values. */
  refusedCode = (): Promise<{ secret: Reply; redirectURI: Reply; right: Reply }> =>
    this.#once('refused code', async () => {
      await this.#afterFull();
      const code = requireCode((await this.consent({ scopes: [PROFILE] })).code);
      const secret = await this.exchange({ code, client_secret: `${this.monei.clientSecret}-wrong` });
      const redirectURI = await this.exchange({ code, redirect_uri: toggleSlash(this.monei.redirectURI) });
      return { secret, redirectURI, right: await this.exchange({ code }) };
    });

  /** The response to a code that is sent as a form. */
  form = (): Promise<Reply> =>
    this.#once('form', async () => {
      await this.#afterFull();
      const code = requireCode((await this.consent({ scopes: [PROFILE] })).code);
      return this.exchangeAsForm({ code });
    });

  /** The response to the refresh token of the partial sign-in. */
  refreshReply = (): Promise<Reply> =>
    this.#once('refresh', async () => this.refresh((await this.partial()).refreshToken));

  /** The tokens of that refresh, and the responses to requests with the old and the new tokens. */
  refreshed = (): Promise<{
    before: Tokens;
    tokens: Tokens;
    oldAccess: Reply;
    newAccess: Reply;
    oldRefresh: Reply;
    afterReuse: Reply;
  }> =>
    this.#once('refreshed', async () => {
      const before = await this.partial();
      const tokens = tokensIn(await this.refreshReply(), before.refreshToken);
      const oldAccess = await this.read(WALLET_ROUTE, before.accessToken);
      const newAccess = await this.read(WALLET_ROUTE, tokens.accessToken);
      const oldRefresh = await this.refresh(before.refreshToken);
      const afterReuse = await this.read(WALLET_ROUTE, tokens.accessToken);
      return { before, tokens, oldAccess, newAccess, oldRefresh, afterReuse };
    });

  /** The response to the refresh token of `refreshed`, sent with client credentials. */
  refreshWithCredentials = (): Promise<Reply> =>
    this.#once('refresh with credentials', async () => {
      const { tokens, afterReuse } = await this.refreshed();
      if (afterReuse.status >= 400)
        throw new NotTried('the tokens ended when the old refresh token was used again');
      const { refreshToken } = tokens;
      const { clientID, clientSecret } = this.monei;
      const credentials = { client_id: clientID, client_secret: clientSecret };
      return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...credentials });
    });

  /** A sign-in that requests `profile:read` alone, after all three scopes were granted. */
  narrow = (): Promise<SignIn> =>
    this.#once('narrow', async () => {
      await this.#afterFull();
      return this.#signIn({ scopes: [PROFILE] });
    });

  /** The responses to a revocation, to the revoked tokens, to those of another sign-in, and to a second revocation. */
  revoked = (): Promise<{ reply: Reply; access: Reply; refresh: Reply; others: Reply; again: Reply }> =>
    this.#once('revoked', async () => {
      const { accessToken, refreshToken } = await this.narrow();
      // Monei may revoke more than these tokens, so requests with other tokens come first.
      await settled(this.withoutScope());
      await settled(this.readRoutes());
      await settled(this.refreshed());
      const reply = await this.revoke(accessToken);
      return {
        reply,
        access: await this.read('/user/me', accessToken),
        refresh: await this.refresh(refreshToken),
        others: await this.read('/user/me', (await this.full()).accessToken),
        again: await this.revoke(accessToken),
      };
    });

  /** The responses to the revocation of the last refresh token, and to its access token. */
  revokedRefresh = (): Promise<{ reply: Reply; access: Reply }> =>
    this.#once('revoked refresh token', async () => {
      const { tokens } = await this.refreshed();
      const next = await this.refreshWithCredentials();
      // If Monei refuses client credentials here, the tokens stay valid.
      const { accessToken, refreshToken } =
        next.status === 200 ? tokensIn(next, tokens.refreshToken) : tokens;
      await settled(this.revoked());
      const reply = await this.revoke(refreshToken);
      return { reply, access: await this.read(WALLET_ROUTE, accessToken) };
    });

  /** The last sign-in, after the revocations. It requests `profile:read` alone. */
  last = (): Promise<SignIn> =>
    this.#once('last', async () => {
      await settled(this.revokedRefresh());
      return this.#signIn({ scopes: [PROFILE] });
    });

  /** The responses to the code of the last sign-in, sent again, and to its access token. */
  usedTwice = (): Promise<{ reply: Reply; access: Reply }> =>
    this.#once('used twice', async () => {
      const { accessToken, callback } = await this.last();
      const reply = await this.exchange({ code: requireCode(callback.code) });
      return { reply, access: await this.read('/user/me', accessToken) };
    });

  /** The responses of all `ROUTES`, by path, with the full sign-in. */
  readRoutes = (): Promise<Map<string, Reply>> =>
    this.#once('read routes', async () => {
      const { accessToken } = await this.full();
      return this.#readAll(ROUTES, accessToken);
    });

  /** The responses of the routes that need another scope than that of the first sign-in (`kyc:read`). */
  withoutScope = (): Promise<Map<string, Reply>> =>
    this.#once('without scope', async () => {
      const { accessToken } = await this.first();
      return this.#readAll(
        ROUTES.filter((path) => !path.startsWith('/kyc/') && path !== UNSCOPED_ROUTE),
        accessToken,
      );
    });

  /** Throws if the user had granted a scope to the app before the first sign-in. */
  async requireFreshGrant(): Promise<void> {
    const { scopes } = await this.first();
    const before = Array.isArray(scopes) ? [PROFILE, WALLET].filter((scope) => scopes.includes(scope)) : [];
    if (before.length === 0) return;
    throw new NotTried(
      `the user had granted ${before.join(' and ')} to the app before: revoke the app in Monei's settings, and check again`,
    );
  }

  async #signIn(request: ConsentUnderTest): Promise<SignIn> {
    const callback = await this.consent(request);
    return { callback, ...tokensIn(await this.exchange({ code: requireCode(callback.code) })) };
  }

  async #readAll(paths: readonly string[], accessToken: string): Promise<Map<string, Reply>> {
    const replies = new Map<string, Reply>();
    for (const path of paths) replies.set(path, await this.read(path, accessToken));
    return replies;
  }

  #once<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
    const started = (this.#started.get(name) as Promise<Value> | undefined) ?? make();
    this.#started.set(name, started);
    return started;
  }

  /** Waits for the full sign-in, so that `profile:read` is not granted before its consent page is shown. */
  #afterFull(): Promise<void> {
    return settled(this.full());
  }
}

/** A route that `wallet:read` opens. */
const WALLET_ROUTE = '/solana/address';

/** A route that takes any valid token. */
export const UNSCOPED_ROUTE = '/evm/networks';

/** USD Coin on Base, as its issuer lists it. */
const TOKEN = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';

/** The read routes that need no id or reference of the user's data, with their queries. */
export const ROUTES = [
  '/user/me',
  '/kyc/status',
  '/kyc/limits',
  '/wallet/me',
  '/wallet/me?chainId=8453',
  '/wallet/naira-wallet',
  '/transactions',
  '/transactions/user',
  '/evm/portfolio/8453',
  '/evm/balance/native?chainId=8453',
  `/evm/balance/token?tokenAddress=${TOKEN}&chainId=8453`,
  '/solana/address',
  '/solana/balance',
  '/solana/portfolio',
  '/bills/records',
  '/offramp/ledger/history',
  UNSCOPED_ROUTE,
] as const;

const sessions = new WeakMap<MoneiUnderTest, Session>();

/** Returns the session of a Monei: one for each `MoneiUnderTest`. */
export function sessionOf(monei: MoneiUnderTest): Session {
  const session = sessions.get(monei) ?? new Session(monei);
  sessions.set(monei, session);
  return session;
}

/** Returns the tokens in a response. If a refresh gives no refresh token, the old one stays valid (RFC 6749 §6). */
function tokensIn(reply: Reply, oldRefreshToken?: string): Tokens {
  const accessToken = textField(reply.body, 'access_token');
  const refreshToken = textField(reply.body, 'refresh_token') ?? oldRefreshToken;
  if (accessToken === undefined || refreshToken === undefined) {
    throw new NotTried(`it needs tokens, and the token endpoint gave none (status ${reply.status})`);
  }
  return { accessToken, refreshToken, scopes: isJsonObject(reply.body) ? reply.body.scopes : undefined };
}

function requireCode(code: string | undefined): string {
  if (code === undefined) throw new NotTried('it needs a code, and the browser came back without one');
  return code;
}

function newChallenge() {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, params: { code_challenge: challenge, code_challenge_method: 'S256' } };
}
