import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import { MoneiConnect } from 'passport-monei';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';
import { visitUsers } from '../../examples/worker/worker.js';

const CALLBACK = 'http://localhost:3000/callback';
const HOUR = 60 * 60 * 1000;
const USERS = Array.from({ length: 40 }, (_, place) => ({ id: `user-${place}` }));
const IDS = USERS.map(({ id }) => id);

describe('examples/worker', () => {
  let clock: Clock;
  let emulator: MoneiEmulator;
  let keeper: TokenKeeper;
  let tooMany: number;

  before(async () => {
    // Timers stay real, because HTTP needs them: only the date is set forward.
    clock = FakeTimers.install({ toFake: ['Date'], now: Date.now() });
  });
  after(() => clock.uninstall());

  beforeEach(async () => {
    tooMany = 0;
    emulator = await startEmulator({
      users: USERS,
      rateLimits: true,
      onRequest: ({ status }) => {
        if (status === 429) tooMany++;
      },
    });
    const { client, endpoints, apiURL } = emulator;
    const connect = new MoneiConnect({ ...client, tokenURL: endpoints.tokenURL, maxRetryAfter: 0 });
    keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, apiURL });
    for (const { id } of USERS) {
      clock.tick(10_000); // Ten sign-ins a minute.
      const query = new URLSearchParams({
        client_id: client.clientID,
        redirect_uri: CALLBACK,
        scope: 'profile:read wallet:read',
      });
      const url = `${endpoints.authorizationURL}?${query}`;
      const allow = id === 'user-7' ? (['profile:read'] as const) : undefined;
      const back = new URL(await emulator.authorize(url, { user: id, allow }));
      const code = back.searchParams.get('code') ?? '';
      await keeper.save(id, await connect.exchangeCode({ code, redirectURI: CALLBACK }));
    }
    clock.tick(2 * HOUR); // All access tokens have expired.
  });
  afterEach(() => emulator.close());

  const wait = async (milliseconds: number) => clock.tick(milliseconds);
  const readWallet = async (userId: string) => (await keeper.fetch(userId, '/wallet/me')).json();

  it('visits 40 users in an hour, below Monei’s rate limit', async () => {
    emulator.revokeGrant({ user: 'user-20' });
    const start = Date.now();
    const report = await visitUsers(IDS, readWallet, { wait });
    expect(report.reconnect).to.deep.equal(['user-20']);
    expect(report.missingScope).to.deep.equal(['user-7']);
    expect(report.failed).to.deep.equal([]);
    expect(report.done).to.have.lengthOf(38);
    expect(Date.now() - start).to.be.within(0.9 * HOUR, HOUR);
    expect(tooMany).to.equal(0);
  });

  it('waits as long as Monei asks when it has no time to spread the visits', async () => {
    const report = await visitUsers(IDS, readWallet, { wait, period: 0 });
    expect(tooMany).to.be.above(0);
    expect(report.done).to.have.lengthOf(39);
    expect(report.failed).to.deep.equal([]);
  });

  it('continues with the next user after an error, and does not repeat what may have been done', async () => {
    const visited: string[] = [];
    const report = await visitUsers(
      ['user-1', 'user-2', 'user-3'],
      async (userId) => {
        visited.push(userId);
        if (userId === 'user-1') emulator.fail({ endpoint: 'api', cutOff: true });
        const { status } = await keeper.fetch(userId, '/wallet/utils/verify-bank-account', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ bank: '058', accountNumber: '0123456789' }),
        });
        expect(status).to.equal(200);
      },
      { wait },
    );
    expect(visited).to.deep.equal(['user-1', 'user-2', 'user-3']);
    expect(report.failed.map(({ userId }) => userId)).to.deep.equal(['user-1']);
    expect(report.done).to.deep.equal(['user-2', 'user-3']);
  });
});
