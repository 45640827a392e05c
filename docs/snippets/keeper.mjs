import { MoneiConnect } from 'passport-monei/connect';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';

const { env } = process;
const connect = new MoneiConnect({
  clientID: env.MONEI_CLIENT_ID ?? '',
  clientSecret: env.MONEI_CLIENT_SECRET ?? '',
  tokenURL: env.MONEI_TOKEN_URL,
  revocationURL: env.MONEI_REVOCATION_URL,
});
const keeper = new TokenKeeper({
  connect, // in app.mjs: monei.connect
  apiURL: env.MONEI_API_URL,
  store: memoryStore(), // more than one process: redisStore() or postgresStore()
  keys: [Buffer.from(env.TOKEN_KEY ?? '', 'hex')], // TOKEN_KEY is what `openssl rand -hex 32` prints
});

// The strategy's verify function:
export async function verify(accessToken, refreshToken, profile) {
  await keeper.save(profile.id, { accessToken, refreshToken, grant: profile.grant });
  return { id: profile.id, name: profile.displayName };
}

// Anywhere, in any process:
export async function wallet({ id }) {
  const response = await keeper.fetch(id, '/wallet/me');
  return response.json();
}

export async function send({ id }, transfer) {
  const response = await keeper.fetch(id, '/wallet/payout/transfer', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(transfer),
  });
  return response.ok;
}

export async function disconnect({ id }) {
  await keeper.forget(id); // revokes at Monei, then deletes
}

const profile = { id: 'ada', displayName: 'Ada Obi', grant: { granted: ['wallet:read', 'wallet:send'] } };
const user = await verify('mct_old', 'mcr_old', profile);
console.log(user, await wallet(user), await send(user, { amount: 5000 }));
await disconnect(user);
await wallet(user).catch(({ code }) => console.log(code));
