import { type EmulatedUser, type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import { MoneiConnect } from 'passport-monei';

/** The users of the emulator: an employer, and two people to pay. */
const PEOPLE: EmulatedUser[] = [
  {
    id: '64b7f0c2a1d94e0012ab34cd',
    firstName: 'Adébáyọ̀',
    lastName: 'Ọlá',
    name: 'Adébáyọ̀ Ọlá',
    email: 'adebayo@example.com',
    phone: '+2348012345678',
    wallet: { NGN: 200_000.5, USDC: 120, USDT: 42.25, SOL: 1.5 },
  },
  {
    id: '64b7f0c2a1d94e0012ab34ce',
    name: 'Chiamaka Eze',
    email: 'chiamaka@example.com',
    phone: '+2348023456789',
  },
  { id: '64b7f0c2a1d94e0012ab34cf', name: 'Musa Bello', email: 'musa@example.com', phone: '+2348034567890' },
];

const APP = { clientID: 'mc_example', clientSecret: 'mcs_example', name: 'Example app' };
/** Another app, which the employer used before. */
const OTHER_APP = { clientID: 'mc_other', clientSecret: 'mcs_other', name: 'Another app' };

const BANK = { bank: '058', accountNumber: '0123456789', transactionPin: '1234' };
const PAYMENTS = {
  '/wallet/payout/bank-transfer': [
    { ...BANK, amount: 38_500, narration: 'Rent' },
    { ...BANK, amount: 7_250.5, narration: 'Groceries' },
    { ...BANK, amount: 12_400, narration: 'Groceries' },
  ],
  '/wallet/payout/transfer': [{ receiver: 'musa@example.com', amount: 15_000, transactionPin: '1234' }],
  '/bills/pay/airtime': [{ phoneNumber: '08012345678', biller: 'MTN', amount: 2_000 }],
};

/** The Monei that the app uses: the real one, or an emulator. */
export interface Monei {
  credentials: { clientID: string; clientSecret: string };
  emulator?: MoneiEmulator;
}

/** Starts an emulator, and makes some payments there with another app. */
export async function startDemo(): Promise<Monei> {
  const emulator = await startEmulator({ users: PEOPLE, clients: [APP, OTHER_APP] });
  const token = await accessTokenOf(OTHER_APP, emulator);
  for (const [path, bodies] of Object.entries(PAYMENTS)) {
    for (const body of bodies) {
      await fetch(emulator.apiURL + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    }
  }
  return { credentials: APP, emulator };
}

/** Signs the first user in without a browser, and returns the access token. */
async function accessTokenOf(client: typeof APP, { authorize, endpoints }: MoneiEmulator): Promise<string> {
  const redirectURI = 'http://localhost/callback';
  const query = {
    client_id: client.clientID,
    redirect_uri: redirectURI,
    scope: 'wallet:send wallet:withdraw bills:pay',
    state: 'demo',
  };
  const callback = await authorize(`${endpoints.authorizationURL}?${new URLSearchParams(query)}`);
  const { clientID, clientSecret } = client;
  const connect = new MoneiConnect({ clientID, clientSecret, ...endpoints });
  const code = new URL(callback).searchParams.get('code') ?? '';
  return (await connect.exchangeCode({ code, redirectURI })).accessToken;
}
