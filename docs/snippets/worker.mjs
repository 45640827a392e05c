import { MoneiConnect } from 'passport-monei/connect';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';

const { MONEI_CLIENT_ID: clientID, MONEI_CLIENT_SECRET: clientSecret } = process.env;
const keeper = new TokenKeeper({
  connect: new MoneiConnect({ clientID, clientSecret }),
  store: memoryStore(),
  keys: false,
});
await keeper.save('ada', { accessToken: 'mct_ada', refreshToken: 'mcr_ada', scopes: ['wallet:read'] });
const usersWithSavingsPlan = async () => ['ada', 'obi'];
const recordBalance = async (userId) => console.log(`${userId}: recorded`);
const askToSignInAgain = async (userId) => console.log(`${userId}: asked to sign in again`);

for (const userId of await usersWithSavingsPlan()) {
  try {
    const response = await keeper.fetch(userId, '/wallet/me');
    if (response.ok) await recordBalance(userId, await response.json());
  } catch (error) {
    if (error.code !== 'reconnect_required') throw error;
    await askToSignInAgain(userId); // by mail, or at the next visit
  }
}
