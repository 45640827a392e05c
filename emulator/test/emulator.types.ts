// Compiled by `npm run check`, never run: Monei on localhost.

import { MoneiConnect, MoneiStrategy } from '../../src/index.js';
import {
  type Consent,
  type EmulatedAccount,
  type EmulatedClient,
  type EmulatedUser,
  type EmulatorOptions,
  type MoneiEmulator,
  startEmulator,
} from '../src/index.js';

const client: EmulatedClient = {
  clientID: 'mc_1',
  clientSecret: 'mcs_1',
  redirectURIs: ['http://localhost/cb'],
};
const user: EmulatedUser = {
  id: '1',
  firstName: 'Ada',
  favouriteColour: 'green',
  wallet: { NGN: 125_000.5, ETH: '0.000000000000000001' },
  transactionPin: '9876',
};
const options: EmulatorOptions = { port: 0, clients: [client], users: [user], rateLimits: true };

export async function useAll(): Promise<void> {
  const emulator: MoneiEmulator = await startEmulator(options);
  await startEmulator();
  await startEmulator({ port: undefined, clients: undefined, users: undefined, rateLimits: undefined });
  await startEmulator({ clients: [{ ...client, redirectURIs: undefined, name: undefined }] });

  // Made to be spread into the options of what talks to it.
  const { client: registered, endpoints, url } = emulator;
  const strategy = new MoneiStrategy({ ...registered, ...endpoints, callbackURL: `${url}/cb` }, () => {});
  new MoneiConnect({ ...registered, ...endpoints });

  const consent: Consent = { allow: ['profile:read'], user: user.id };
  const callback: string = await emulator.authorize(endpoints.authorizationURL, consent);
  await emulator.authorize(new URL(endpoints.authorizationURL));
  await emulator.authorize(callback, { deny: true });
  await emulator.authorize(callback, { allow: undefined, deny: undefined, user: undefined });
  emulator.revokeGrant();
  emulator.revokeGrant({ clientID: registered.clientID, user: undefined });
  const { balances, transactions }: EmulatedAccount = emulator.account(user.id);
  const naira: number | undefined = balances.NGN;
  const shown: string[] = transactions.map(({ type, reference }) => `${type} ${reference} of ${naira}`);
  emulator.completeDeposit(shown.join());
  await emulator.close();
  console.log(strategy.name);

  // @ts-expect-error the emulator knows the nine scopes, and a typing error would allow nothing
  await emulator.authorize(callback, { allow: ['wallet:sned'] });
  // @ts-expect-error a list
  await emulator.authorize(callback, { allow: 'profile:read' });
  // @ts-expect-error the URL is required
  await emulator.authorize();
  // @ts-expect-error a number
  await startEmulator({ port: '3000' });
  // @ts-expect-error a typing error
  await startEmulator({ rateLimit: true });
  // @ts-expect-error a client has a secret
  await startEmulator({ clients: [{ clientID: 'mc_1' }] });
  // @ts-expect-error a user has an id
  await startEmulator({ users: [{ name: 'Ada' }] });
  // @ts-expect-error a text, because a PIN may begin with 0
  await startEmulator({ users: [{ id: 'ada', transactionPin: 1234 }] });
  // @ts-expect-error an amount for each asset
  await startEmulator({ users: [{ id: 'ada', wallet: { NGN: true } }] });
  // @ts-expect-error the callback URL is the app's own
  new MoneiStrategy({ ...registered, ...endpoints }, () => {});
}
