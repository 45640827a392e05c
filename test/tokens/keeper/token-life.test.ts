import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { memoryStore, TokenKeeper } from '../../../src/tokens/index.js';
import { newTokens, ScriptedConnect, signedIn } from './setup.js';

describe('By the lifetime of an access token, the keeper', () => {
  let clock: FakeTimers.Clock;

  beforeEach(() => {
    clock = FakeTimers.install({ now: Date.UTC(2030, 0, 1) });
  });
  afterEach(() => clock.uninstall());

  it('returns a token until a minute before it expires', async () => {
    const connect = new ScriptedConnect();
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    await keeper.save('ada', signedIn);
    clock.tick((3600 - 60) * 1000);
    expect(await keeper.accessToken('ada')).to.equal('mct_1');
    clock.tick(1);
    connect.refresh = async () => newTokens(2);
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
  });

  it('returns a token with a lifetime of less than two minutes for half of it, and then refreshes once', async () => {
    const connect = new ScriptedConnect();
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    await keeper.save('ada', { ...signedIn, expiresIn: 30 });
    clock.tick(15_000);
    expect(await keeper.accessToken('ada')).to.equal('mct_1');
    clock.tick(1);
    connect.refresh = async (token) => {
      connect.sent.push(token);
      return { ...newTokens(2), expiresIn: 30, expiresAt: new Date(clock.now + 30_000) };
    };
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    expect(connect.sent).to.deep.equal(['mcr_1']);
  });

  it('refreshes a token that has already expired at the sign-in', async () => {
    const connect = new ScriptedConnect();
    connect.refresh = async () => newTokens(2);
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    for (const expiresIn of [0, -1]) {
      await keeper.save('ada', { ...signedIn, expiresIn });
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
    }
  });

  it('assumes the documented lifetime of an hour if the tokens of a sign-in have no expiry', async () => {
    const connect = new ScriptedConnect();
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    const { accessToken, refreshToken } = signedIn;
    await keeper.save('ada', { accessToken, refreshToken, grant: { granted: ['wallet:send'] } });
    expect(await keeper.scopes('ada')).to.deep.equal(['wallet:send']);
    clock.tick((3600 - 60) * 1000);
    expect(await keeper.accessToken('ada')).to.equal('mct_1');
    clock.tick(1);
    connect.refresh = async () => newTokens(2);
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
  });

  it('uses the earlier of expiresIn and expiresAt', async () => {
    const keeper = new TokenKeeper({ connect: new ScriptedConnect(), store: memoryStore(), keys: false });
    const hour = (hours: number) => new Date(clock.now + hours * 3_600_000);
    await keeper.save('ada', { ...signedIn, expiresAt: hour(2) });
    clock.tick(59 * 60_000);
    expect(await keeper.accessToken('ada')).to.equal('mct_1');
    const stale = new ScriptedConnect();
    stale.refresh = async () => newTokens(3);
    const store = memoryStore();
    await new TokenKeeper({ connect: stale, store, keys: false }).save('ada', {
      ...signedIn,
      expiresAt: hour(-1),
    });
    expect(await new TokenKeeper({ connect: stale, store, keys: false }).accessToken('ada')).to.equal(
      'mct_3',
    );
  });
});
