import assert from 'node:assert';
import { startEmulator } from 'monei-connect-emulator';
import { MoneiConnect } from 'passport-monei';

const emulator = await startEmulator();
const connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });

// Your app redirects here (the strategy makes this URL):
const redirectURI = 'http://localhost:3000/auth/monei/callback';
const asked = new URL(emulator.endpoints.authorizationURL);
asked.search = new URLSearchParams({
  client_id: emulator.client.clientID,
  redirect_uri: redirectURI,
  scope: 'profile:read wallet:send',
  state: 'random',
}).toString();

// The user allows one scope of two. The callback URL comes back: request it from your app.
const callback = new URL(await emulator.authorize(asked.href, { allow: ['profile:read'] }));
const tokens = await connect.exchangeCode({ code: callback.searchParams.get('code'), redirectURI });
assert.deepEqual(tokens.scopes, ['profile:read']);

await emulator.close();

const ada = { id: 'ada', email: 'ada@example.com', wallet: { NGN: 125000.5, USDT: 42.25, 'USDT:polygon': 10 } };
const obi = { id: 'obi', email: 'obi@example.com', transactionPin: '9876' };
const monei = await startEmulator({ users: [ada, obi] });

const { balances, transactions } = monei.account('ada'); // the latest transaction comes first
assert.equal(balances.NGN, 125000.5);
assert.deepEqual(transactions, []);

await monei.close();
