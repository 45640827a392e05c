import type { MoneiUnderTest } from '../../src/contract/index.js';
import { type MoneiEmulator, startEmulator } from '../../src/index.js';
import { consentURL, shownScopes, submitConsent } from './consent-form.js';

/** The app that is registered for the check. */
export const CLIENT = {
  clientID: 'mc_check',
  clientSecret: 'mcs_check',
  redirectURI: 'http://127.0.0.1:3000/callback',
};

/** The user who decides. */
export const USER = {
  id: 'user-4711',
  firstName: 'Ngozi',
  lastName: 'Eze',
  name: 'Ngozi Eze',
  email: 'ngozi@example.com',
  phone: '+2348099999999',
  wallet: { NGN: 50_000, USDC: 100 },
};

/** Starts an emulator on which the user has a transaction, a deposit, a bill and an offramp. */
export async function startEmulatorWithHistory(redirectURI = CLIENT.redirectURI): Promise<MoneiEmulator> {
  const { clientID, clientSecret } = CLIENT;
  const payer = { clientID: 'mc_payer', clientSecret: 'mcs_payer' };
  const emulator = await startEmulator({
    clients: [{ clientID, clientSecret, redirectURIs: [redirectURI] }, payer],
    users: [USER],
  });
  const scopes = 'wallet:deposit bills:pay offramp:execute';
  const query = { client_id: payer.clientID, redirect_uri: redirectURI, scope: scopes };
  const callback = await emulator.authorize(
    `${emulator.endpoints.authorizationURL}?${new URLSearchParams(query)}`,
  );
  const post = async (url: string, body: object, token?: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    if (response.status >= 300) throw new Error(`${new URL(url).pathname} has status ${response.status}`);
    return (await response.json()) as { access_token: string };
  };
  const { access_token: token } = await post(emulator.endpoints.tokenURL, {
    grant_type: 'authorization_code',
    code: new URL(callback).searchParams.get('code'),
    redirect_uri: redirectURI,
    client_id: payer.clientID,
    client_secret: payer.clientSecret,
  });
  const reference = 'deposit-1';
  const { apiURL } = emulator;
  await post(`${apiURL}/wallet/deposit?method=BANK_TRANSFER`, { amount: 1000, reference }, token);
  emulator.completeDeposit(reference);
  await post(
    `${apiURL}/bills/pay/airtime`,
    { phoneNumber: '08012345678', biller: 'MTN', amount: 100 },
    token,
  );
  await post(
    `${apiURL}/offramp/exchange/initiate`,
    {
      amount: 10,
      token: 'USDC',
      network: 'base',
      fiatCurrency: 'NGN',
      bankCode: '058',
      accountNumber: '0123456789',
      accountName: 'JOHN DOE',
    },
    token,
  );
  return emulator;
}

/** Returns a Monei for the contract whose user answers by looking at the emulator's pages. */
export function moneiAt(
  emulator: Pick<MoneiEmulator, 'endpoints' | 'apiURL'>,
): MoneiUnderTest & { consents: number } {
  let page = '';
  const { endpoints, apiURL } = emulator;
  const monei = {
    ...CLIENT,
    endpoints,
    apiURL,
    consents: 0,
    request: (url: string, init?: RequestInit) => fetch(url, init),
    async consent(request) {
      monei.consents++;
      const decided = await submitConsent(consentURL(monei, request), request);
      page = decided.page;
      return decided.location;
    },
    async ask(question) {
      const [url] = /http\S+/.exec(question) ?? [];
      if (url === undefined) return shownScopes(page).join() === 'profile:read';
      const { status, headers } = await fetch(url, { redirect: 'manual' });
      const [, error] = /error=(\w+)/.exec(question) ?? [];
      if (error === undefined) return status >= 400;
      return new URL(headers.get('location') ?? 'about:blank').searchParams.get('error') === error;
    },
  } satisfies MoneiUnderTest & { consents: number };
  return monei;
}
