// Compiled by `npm run check`, never run: requests to Monei without Passport.
import { Agent } from 'node:http';
import {
  type MoneiCodeExchange,
  MoneiConnect,
  MoneiConnectError,
  type MoneiConnectOptions,
  type MoneiEndpoint,
  type MoneiErrorCode,
  type MoneiErrorDetails,
  type MoneiTokens,
  type MoneiUser,
} from '../../src/index.js';

const credentials = { clientID: 'mc_1', clientSecret: 'mcs_1' };
const options: MoneiConnectOptions = {
  ...credentials,
  agent: new Agent(),
  timeout: 5000,
  customHeaders: { 'x-gateway-key': 'k' },
  tokenURL: 'http://localhost:1/t',
  revocationURL: 'http://localhost:1/r',
  userProfileURL: 'http://localhost:1/u',
};
const connect = new MoneiConnect(options);
new MoneiConnect({
  ...credentials,
  agent: undefined,
  timeout: undefined,
  customHeaders: undefined,
  tokenURL: undefined,
  revocationURL: undefined,
  userProfileURL: undefined,
});
// @ts-expect-error clientSecret is missing
new MoneiConnect({ clientID: 'mc_1' });
// @ts-expect-error an environment variable may be undefined
new MoneiConnect({ ...credentials, clientID: undefined });
// @ts-expect-error `MoneiConnect` has no such option
new MoneiConnect({ clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/' });
// @ts-expect-error no options
new MoneiConnect();

// The four requests.
export async function useAll(): Promise<void> {
  const exchange: MoneiCodeExchange = { code: 'c', redirectURI: 'http://localhost/' };
  const exchanged: MoneiTokens = await connect.exchangeCode({ ...exchange, codeVerifier: undefined });
  const { accessToken, refreshToken, tokenType, expiresIn, expiresAt, scopes } = await connect.refresh(
    exchanged.refreshToken,
  );
  const texts: string[] = [accessToken, refreshToken, tokenType, ...scopes];
  const times: [number, Date] = [expiresIn, expiresAt];
  const user: MoneiUser = await connect.fetchUser(accessToken);
  const name: string | null | undefined = user.firstName;
  const field: unknown = user.haveTransactionPin;
  const revoked: Promise<void> = connect.revoke(accessToken);
  console.log(texts, times, user.id, name, field, await revoked);

  // @ts-expect-error Monei's ids are strings
  const id: number = (await connect.fetchUser(accessToken)).id;
  // @ts-expect-error undocumented fields are unknown
  const pin: boolean = user.haveTransactionPin;
  // @ts-expect-error the redirect URI is missing
  await connect.exchangeCode({ code: 'c' });
  // @ts-expect-error the code alone is not enough
  await connect.exchangeCode('c');
  // @ts-expect-error tokens are not a refresh token
  await connect.refresh(exchanged);
  // @ts-expect-error an access token may be missing
  await connect.revoke(undefined);
  // @ts-expect-error expiresAt is a `Date`
  await connect.fetchUser(exchanged.expiresAt);
  console.log(id, pin);
}

// Errors.
export function explain(error: unknown): [string, number] {
  if (!(error instanceof MoneiConnectError)) throw error;
  const [code, endpoint]: [MoneiErrorCode, MoneiEndpoint] = [error.code, error.endpoint];
  const [moneiStatus, wait]: (number | undefined)[] = [error.moneiStatus, error.retryAfter];
  const status: 502 | 503 | 504 = error.status;
  // @ts-expect-error no such code
  if (error.code === 'invalid_grant') throw error;
  // @ts-expect-error Monei may not have responded
  const seconds: number = error.retryAfter;
  // @ts-expect-error the properties of an error are read-only
  error.code = 'network';
  return [`${code} ${endpoint} ${moneiStatus} ${wait} ${seconds}`, status];
}

/** Every code: a new one would make this an error. */
export function isWorthATry(code: MoneiErrorCode): boolean {
  switch (code) {
    case 'rate_limited':
    case 'unavailable':
    case 'timeout':
    case 'network':
      return true;
    case 'bad_request':
    case 'unauthorized':
    case 'forbidden':
    case 'not_found':
    case 'unexpected_status':
    case 'malformed_response':
      return false;
    default:
      return code satisfies never;
  }
}

// Fakes in the tests of an app.
const details: MoneiErrorDetails = {
  code: 'rate_limited',
  endpoint: 'token',
  moneiStatus: 429,
  retryAfter: 3,
};
throw new MoneiConnectError('Slow down', details);
