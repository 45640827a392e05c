// Compiled by `npm run check`, never run: Monei on localhost.
import {
  type Consent,
  type EmulatedClient,
  type EmulatedUser,
  type EmulatorOptions,
  type MoneiEmulator,
  startEmulator,
} from '../../src/emulator/index.js';
import { MoneiConnect, MoneiStrategy } from '../../src/index.js';

const client: EmulatedClient = {
  clientID: 'mc_1',
  clientSecret: 'mcs_1',
  redirectURIs: ['http://localhost/cb'],
};
const user: EmulatedUser = { id: '1', firstName: 'Ada', favouriteColour: 'green' };
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
  await emulator.close();
  console.log(strategy.name);

  // @ts-expect-error the emulator knows the nine scopes, and a typing error would allow nothing
  await emulator.authorize(callback, { allow: ['wallet:sned'] });
  // @ts-expect-error a list
  await emulator.authorize(callback, { allow: 'profile:read' });
  // @ts-expect-error somebody has to have redirected there
  await emulator.authorize();
  // @ts-expect-error a number
  await startEmulator({ port: '3000' });
  // @ts-expect-error a typing error
  await startEmulator({ rateLimit: true });
  // @ts-expect-error a client has a secret
  await startEmulator({ clients: [{ clientID: 'mc_1' }] });
  // @ts-expect-error a user has an id
  await startEmulator({ users: [{ name: 'Ada' }] });
  // @ts-expect-error the callback URL is the app's own
  new MoneiStrategy({ ...registered, ...endpoints }, () => {});
}
