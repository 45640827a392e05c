import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MoneiConnect, MoneiConnectError, type MoneiTokens } from '../../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenStore,
} from '../../../src/tokens/index.js';
import { credentials } from '../../helpers/fixtures.js';
import { startLoopbackServer } from '../../helpers/loopback-server.js';
import { rejection } from '../../helpers/rejection.js';
import { expired, newTokens, refusal, ScriptedConnect, signedIn } from './setup.js';

describe('Tokens that Monei’s API refused', () => {
  let connect: ScriptedConnect;
  let keeper: TokenKeeper;

  beforeEach(async () => {
    connect = new ScriptedConnect();
    keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    await keeper.save('ada', signedIn);
  });

  it('are refreshed once for all callers, if they came from a sign-in', async () => {
    const calls = [1, 2, 3].map(() => keeper.accessToken('ada', { refused: 'mct_1' }));
    (await connect.untilSent(0)).resolve(newTokens(2));
    expect(await Promise.all(calls)).to.deep.equal(['mct_2', 'mct_2', 'mct_2']);
    expect(connect.sent).to.deep.equal(['mcr_1']);
  });

  it('are not refreshed if newer ones are stored', async () => {
    expect(await keeper.accessToken('ada', { refused: 'mct_0' })).to.equal('mct_1');
    expect(connect.sent).to.deep.equal([]);
  });

  it('are deleted if Monei refuses their refresh token, too', async () => {
    const call = rejection(keeper.accessToken('ada', { refused: 'mct_1' }));
    (await connect.untilSent(0)).reject(refusal());
    expect(await call).to.be.instanceOf(ReconnectRequiredError);
    expect(await keeper.scopes('ada')).to.deep.equal([]);
  });
});

describe('Tokens that came from a refresh less than 10 s ago', () => {
  let clock: FakeTimers.Clock;
  let connect: ScriptedConnect;
  let store: TokenStore;
  let keeper: TokenKeeper;
  let elsewhere: TokenKeeper;

  const respondWith = (respond: (nth: number) => MoneiTokens) => connect.respondWith(respond);

  beforeEach(async () => {
    clock = FakeTimers.install({ now: Date.UTC(2030, 0, 1) });
    connect = new ScriptedConnect();
    store = memoryStore();
    [keeper, elsewhere] = [1, 2].map(() => new TokenKeeper({ connect, store, keys: false })) as [
      TokenKeeper,
      TokenKeeper,
    ];
    await keeper.save('ada', expired);
  });
  afterEach(() => clock.uninstall());

  it('are not refreshed again because of their age, in any process', async () => {
    respondWith((nth) => newTokens(nth + 1, 0));
    for (const one of [keeper, keeper, elsewhere]) expect(await one.accessToken('ada')).to.equal('mct_2');
    clock.tick(9_999);
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    expect(connect.sent).to.deep.equal(['mcr_1']);
    clock.tick(1);
    expect(await elsewhere.accessToken('ada')).to.equal('mct_3');
  });

  it('are not refreshed again because of a 401, in any process', async () => {
    respondWith((nth) => newTokens(nth + 1));
    await keeper.accessToken('ada');
    clock.tick(3_500);
    for (const one of [keeper, elsewhere]) {
      const error = await rejection(one.accessToken('ada', { refused: 'mct_2' }));
      expect(error).to.be.instanceOf(MoneiConnectError);
      expect(error).to.include({ code: 'unauthorized', endpoint: 'api', moneiStatus: 401, retryAfter: 7 });
      expect(error).to.have.property('message').that.includes('refresh it again after 7 s');
      expect(await one.accessToken('ada')).to.equal('mct_2');
    }
    expect(connect.sent).to.deep.equal(['mcr_1']);
    clock.tick(6_500);
    expect(await keeper.accessToken('ada', { refused: 'mct_2' })).to.equal('mct_3');
  });

  it('are not refreshed again if the clock of the process that refreshed them is ahead', async () => {
    respondWith((nth) => newTokens(nth + 1, 0));
    clock.setSystemTime(Date.UTC(2030, 0, 1) + 5_000);
    await keeper.accessToken('ada');
    clock.setSystemTime(Date.UTC(2030, 0, 1));
    expect(await elsewhere.accessToken('ada')).to.equal('mct_2');
  });

  it('are refreshed again after the clock was set back', async () => {
    respondWith((nth) => newTokens(nth + 1, 0));
    await keeper.accessToken('ada');
    clock.setSystemTime(Date.UTC(2029, 0, 1));
    expect(await keeper.accessToken('ada', { refused: 'mct_2' })).to.equal('mct_3');
  });

  it('are refused if Monei issues the refused token again', async () => {
    await keeper.save('ada', signedIn);
    respondWith(() => newTokens(1));
    const error = await rejection(keeper.accessToken('ada', { refused: 'mct_1' }));
    expect(error).to.include({ code: 'unauthorized', endpoint: 'api', retryAfter: 10 });
  });

  it('end a wait for the lock, also if they have expired', async () => {
    const waiting = new TokenKeeper({
      connect,
      store: { ...store, lock: () => new Promise(() => {}) },
      keys: false,
    });
    const call = waiting.accessToken('ada');
    await clock.tickAsync(100);
    respondWith((nth) => newTokens(nth + 1, 0));
    await keeper.accessToken('ada');
    await clock.tickAsync(100);
    expect(await call).to.equal('mct_2');
  });

  it('do not prevent a refresh of the tokens of a later sign-in', async () => {
    respondWith((nth) => newTokens(nth + 1));
    await keeper.accessToken('ada');
    await keeper.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
    expect(await keeper.accessToken('ada', { refused: 'mct_new' })).to.equal('mct_3');
    expect(connect.sent).to.deep.equal(['mcr_1', 'mcr_new']);
  });
});

describe('A 401 of Monei’s API', () => {
  it('is returned by fetch after one request, if the token came from a refresh less than 10 s ago', async () => {
    const monei = await startLoopbackServer((request, response) => {
      const { refreshToken } = newTokens(2);
      const tokens = {
        access_token: 'mct_2',
        refresh_token: refreshToken,
        expires_in: 0,
        scopes: ['wallet:read'],
      };
      if (request.url === '/token') response.end(JSON.stringify(tokens));
      else response.writeHead(401).end(JSON.stringify({ statusCode: 401, message: 'Unauthorized' }));
    });
    const connect = new MoneiConnect({ ...credentials, tokenURL: `${monei.url}/token` });
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, apiURL: monei.url });
    await keeper.save('ada', expired);
    for (let call = 0; call < 2; call++) {
      const response = await keeper.fetch('ada', '/wallet/me');
      expect(response.status).to.equal(401);
      expect(await response.json()).to.deep.equal({ statusCode: 401, message: 'Unauthorized' });
    }
    await monei.close();
    expect(monei.seen.map(({ url }) => url)).to.deep.equal(['/token', '/wallet/me', '/wallet/me']);
  });
});
