// Compiled by `npm run check`, never run: keeping tokens after sign-in.
import { MoneiStrategy, requireScopes } from '../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  type RedisStoreOptions,
  redisStore,
  TokenKeeper,
  type TokenKeeperOptions,
  type TokenStore,
  type TokensToKeep,
} from '../../src/tokens/index.js';

const registered = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/auth/monei/callback' };
const { connect } = new MoneiStrategy(registered, () => {});
const store: TokenStore = memoryStore();
const options: TokenKeeperOptions = { connect, store, keys: [Buffer.alloc(32), new Uint8Array(32)] };
const keeper = new TokenKeeper(options);
new TokenKeeper({ connect, store, keys: false, onRevocationError: undefined });
new TokenKeeper({
  connect,
  store,
  keys: false,
  onRevocationError: (error, userId) => console.error(error, userId.length),
});
// In the tests of an app.
new TokenKeeper({ connect: { refresh: connect.refresh, revoke: async () => {} }, store, keys: false });

new TokenKeeper({ connect, store, keys: false, apiURL: 'http://localhost:4000/api/v1' });
// @ts-expect-error requests go through the HTTP client of `connect`
new TokenKeeper({ connect, store, keys: false, fetch });

// @ts-expect-error `connect` is missing
new TokenKeeper({ store, keys: false });
// @ts-expect-error `store` is missing
new TokenKeeper({ connect, keys: false });
// @ts-expect-error `keys` is missing
new TokenKeeper({ connect, store });
// @ts-expect-error an unknown option
new TokenKeeper({ connect, store, keys: false, key: [] });
// @ts-expect-error a key is 32 bytes, not a string
new TokenKeeper({ connect, store, keys: ['secret'] });
// @ts-expect-error `keys` is a list
new TokenKeeper({ connect, store, keys: Buffer.alloc(32) });

declare const granted: readonly string[];

export async function useAll(): Promise<void> {
  // Tokens of `MoneiConnect`, and the arguments of verify.
  await keeper.save('1', await connect.refresh('mcr_1'));
  const kept: TokensToKeep = { accessToken: 'a', refreshToken: 'r', expiresIn: 3600, scopes: granted };
  await keeper.save('1', kept);
  // In a verify function.
  await keeper.save('1', { accessToken: 'a', refreshToken: 'r', grant: { granted } });
  const [token, scopes]: [string, string[]] = [await keeper.accessToken('1'), await keeper.scopes('1')];
  const forgotten: Promise<void> = keeper.forget('1');
  console.log(token, scopes, await forgotten);

  const response: Response = await keeper.fetch('1', '/wallet/me');
  const init = { method: 'POST', headers: new Headers(), body: '{}', signal: AbortSignal.timeout(1000) };
  console.log(
    await response.json(),
    (await keeper.fetch('1', new URL('https://api.monei.cc/api/v1/'), init)).ok,
  );
  // @ts-expect-error a path or a URL
  await keeper.fetch('1', new Request('https://api.monei.cc/api/v1/wallet/me'));

  // @ts-expect-error the scopes are missing
  await keeper.save('1', { accessToken: 'a', refreshToken: 'r', expiresIn: 3600 });
  // @ts-expect-error a user's id is a string
  await keeper.accessToken(1);
  // @ts-expect-error the user's id is missing
  await keeper.forget();
}

// With other parts of the package.
new MoneiStrategy(
  { ...registered, passReqToCallback: true },
  async (_req, accessToken, refreshToken, { id, grant }) => {
    await keeper.save(id, { accessToken, refreshToken, expiresIn: 3600, scopes: grant.granted });
    return { id };
  },
);
requireScopes(['wallet:send'], { granted: (req) => keeper.scopes(String(req.user)) });

export function isGone(error: unknown): boolean {
  if (!(error instanceof ReconnectRequiredError)) return false;
  const [code, status]: ['reconnect_required', 401] = [error.code, error.status];
  return code.length > status;
}

// Redis with both clients, and values that are not clients.
declare const ioredis: { call(command: string, ...args: (string | Buffer | number)[]): Promise<unknown> };
declare const nodeRedis: { sendCommand(args: readonly string[]): Promise<string | null> };
const clients: RedisStoreOptions[] = [{ client: ioredis }, { client: nodeRedis, prefix: undefined }];
for (const one of clients) new TokenKeeper({ connect, store: redisStore(one), keys: false });
// @ts-expect-error not a client
redisStore({ client: 'redis://localhost' });
// @ts-expect-error not a client
redisStore({});

// A store of the app's own.
class OwnStore implements TokenStore {
  async load(userId: string): Promise<string | null> {
    return userId;
  }
  async save(): Promise<void> {}
  async delete(): Promise<void> {}
  lock<T>(_userId: string, fn: () => Promise<T>): Promise<T> {
    return fn();
  }
}
new TokenKeeper({ connect, store: new OwnStore(), keys: false });
const { lock: _, ...unlocked } = store;
// @ts-expect-error without a lock, two refreshes at once lock a user out
new TokenKeeper({ connect, keys: false, store: unlocked });
