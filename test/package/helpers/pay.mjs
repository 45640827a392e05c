// Pays through the emulator with the modules of examples/payments, which lie beside it. Prints the state of each payment,
// and how much has left the wallet.
import { startEmulator } from 'monei-connect-emulator';
import { MoneiConnect } from 'passport-monei/connect';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';
import { memoryJournal } from './memory-journal.mjs';
import { payOnce } from './payments.mjs';

const emulator = await startEmulator({
  users: [
    { id: 'ada', email: 'ada@example.com', wallet: { NGN: 1000 } },
    { id: 'bob', email: 'bob@example.com' },
  ],
});
const connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, apiURL: emulator.apiURL });

const redirectURI = 'http://localhost:3000/callback';
const authorizationURL = new URL(emulator.endpoints.authorizationURL);
authorizationURL.search = new URLSearchParams({
  client_id: emulator.client.clientID,
  redirect_uri: redirectURI,
  scope: 'profile:read wallet:read wallet:send',
  state: 'random',
}).toString();
const callback = new URL(await emulator.authorize(authorizationURL.href));
const code = callback.searchParams.get('code') ?? '';
await keeper.save('ada', await connect.exchangeCode({ code, redirectURI }));

const options = { keeper, journal: memoryJournal(), userId: 'ada', transactionPin: '1234' };
const pay = async (id, amount) => {
  const body = { receiver: 'bob@example.com', amount };
  const { state } = await payOnce({ id, route: 'POST /wallet/payout/transfer', body }, options);
  console.log(id, state, 1000 - emulator.account('ada').balances.NGN);
};
await pay('salary-bob', 100);
await pay('salary-bob', 100);
emulator.fail({ endpoint: 'api', cutOff: true });
await pay('salary-cy', 200);
await pay('salary-cy', 200);
await emulator.close();
