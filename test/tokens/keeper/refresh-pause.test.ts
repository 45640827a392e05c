import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MoneiConnectError, type MoneiErrorDetails } from '../../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenStore,
} from '../../../src/tokens/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { rejection } from '../../helpers/rejection.js';
import { expired, newTokens, ScriptedConnect, signedIn } from './setup.js';

describe('After a refresh that failed, the keeper', () => {
  let clock: FakeTimers.Clock;
  let connect: ScriptedConnect;
  let store: TokenStore;
  let keeper: TokenKeeper;
  let failure: MoneiConnectError;

  const failWith = (details: Partial<MoneiErrorDetails>) => {
    failure = new MoneiConnectError('Monei failed', { code: 'unavailable', endpoint: 'token', ...details });
    connect.respondWith(() => {
      throw failure;
    });
  };

  beforeEach(async () => {
    clock = FakeTimers.install({ now: Date.UTC(2030, 0, 1) });
    connect = new ScriptedConnect();
    store = memoryStore();
    keeper = new TokenKeeper({ connect, store, keys: false });
    await keeper.save('ada', expired);
  });
  afterEach(() => clock.uninstall());

  for (const [what, details] of [
    ['with an error of Monei', { moneiStatus: 500 }],
    ['after the request may have been sent', { code: 'network', requestSent: true }],
    ['with an error without `requestSent`', { code: 'timeout' }],
    ['with a response that cannot be read', { code: 'malformed_response', moneiStatus: 200 }],
  ] as const) {
    it(`[S36] does not refresh the same tokens again for 10 s if it failed ${what}`, async () => {
      failWith(details);
      expect(await rejection(keeper.accessToken('ada'))).to.equal(failure);
      clock.tick(3_500);
      const later = await rejection(keeper.accessToken('ada'));
      expect(later).to.be.instanceOf(MoneiConnectError).and.not.equal(failure);
      expect(later).to.include({ code: failure.code, endpoint: 'token', retryAfter: 7 });
      expect(later).to.have.property('message').that.includes('Monei failed').and.includes('after 7 s');
      const { moneiStatus, requestSent } = later as MoneiConnectError;
      expect([moneiStatus, requestSent]).to.deep.equal([failure.moneiStatus, failure.requestSent]);
      expect(everythingIn(later)).to.not.match(/mc[rt]_/);
      clock.tick(6_499);
      expect(await rejection(keeper.accessToken('ada'))).to.have.property('retryAfter', 1);
      expect(connect.sent).to.deep.equal(['mcr_1']);
      clock.tick(1);
      connect.respondWith(() => newTokens(2));
      expect(await keeper.accessToken('ada')).to.equal('mct_2');
      expect(connect.sent).to.deep.equal(['mcr_1', 'mcr_1']);
    });
  }

  it('waits for the time in Retry-After, if that is longer', async () => {
    failWith({ code: 'rate_limited', moneiStatus: 429, retryAfter: 60 });
    await rejection(keeper.accessToken('ada'));
    clock.tick(59_000);
    expect(await rejection(keeper.accessToken('ada'))).to.include({ code: 'rate_limited', retryAfter: 1 });
    clock.tick(1_000);
    expect(await rejection(keeper.accessToken('ada'))).to.equal(failure);
    expect(connect.sent).to.have.lengthOf(2);
  });

  it('waits 10 s if Retry-After is shorter', async () => {
    failWith({ code: 'rate_limited', moneiStatus: 429, retryAfter: 2 });
    await rejection(keeper.accessToken('ada'));
    clock.tick(9_999);
    expect(await rejection(keeper.accessToken('ada'))).to.have.property('retryAfter', 1);
    expect(connect.sent).to.have.lengthOf(1);
  });

  it('refreshes again at once if no request was sent', async () => {
    failWith({ code: 'network', requestSent: false });
    expect(await rejection(keeper.accessToken('ada'))).to.equal(failure);
    connect.respondWith(() => newTokens(2));
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
  });

  it('requires a reconnect again for tokens that stay after a 400 or 404 of Monei', async () => {
    for (const code of ['bad_request', 'not_found'] as const) {
      failWith({ code, moneiStatus: 400 });
      connect.sent.length = 0;
      for (const retryAfter of [undefined, 10]) {
        const error = await rejection(keeper.accessToken('ada'));
        expect(error).to.be.instanceOf(ReconnectRequiredError);
        expect(((error as Error).cause as MoneiConnectError).retryAfter).to.equal(retryAfter);
      }
      expect(connect.sent).to.have.lengthOf(1);
      clock.tick(10_000);
    }
  });

  it('does not refresh tokens that Monei’s API refused, either', async () => {
    await keeper.save('ada', signedIn);
    failWith({ moneiStatus: 500 });
    for (let call = 0; call < 3; call++) {
      const error = await rejection(keeper.accessToken('ada', { refused: 'mct_1' }));
      expect(error).to.have.property('code', 'unavailable');
    }
    expect(connect.sent).to.have.lengthOf(1);
    expect(await keeper.accessToken('ada')).to.equal('mct_1');
  });

  it('rejects for other callers that waited for the lock, too', async () => {
    await keeper.save('ada', signedIn);
    clock.tick(3_600_000);
    const calls = [keeper.accessToken('ada'), keeper.accessToken('ada', { refused: 'mct_1' })].map(rejection);
    await clock.tickAsync(0);
    const refresh = await connect.untilSent(0);
    refresh.reject(
      new MoneiConnectError('down', { code: 'unavailable', endpoint: 'token', moneiStatus: 500 }),
    );
    await clock.tickAsync(1_000);
    const errors = await Promise.all(calls);
    expect(errors.map((error) => (error as MoneiConnectError).code)).to.deep.equal([
      'unavailable',
      'unavailable',
    ]);
    expect(connect.sent).to.have.lengthOf(1);
  });

  it('refreshes the tokens of a new sign-in and those of other users', async () => {
    failWith({ moneiStatus: 500 });
    await rejection(keeper.accessToken('ada'));
    connect.respondWith((nth) => newTokens(nth));
    await keeper.save('bob', { ...expired, accessToken: 'mct_bob', refreshToken: 'mcr_bob' });
    expect(await keeper.accessToken('bob')).to.equal('mct_2');
    await keeper.save('ada', { ...expired, accessToken: 'mct_new', refreshToken: 'mcr_new' });
    expect(await keeper.accessToken('ada')).to.equal('mct_3');
  });

  it('returns the tokens that another process refreshed', async () => {
    failWith({ moneiStatus: 500 });
    await rejection(keeper.accessToken('ada'));
    connect.respondWith((nth) => newTokens(nth));
    const elsewhere = new TokenKeeper({ connect, store, keys: false });
    expect(await elsewhere.accessToken('ada')).to.equal('mct_2');
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
  });

  it('still refreshes expired tokens to revoke them', async () => {
    failWith({ moneiStatus: 500 });
    await rejection(keeper.accessToken('ada'));
    connect.respondWith(() => newTokens(2));
    await keeper.forget('ada');
    expect(connect.revoked).to.deep.equal(['mct_2']);
  });
});
