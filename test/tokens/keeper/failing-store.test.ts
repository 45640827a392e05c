import { randomBytes } from 'node:crypto';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { MoneiConnectError, type MoneiTokens } from '../../../src/index.js';
import { memoryStore, TokenKeeper, type TokenStore } from '../../../src/tokens/index.js';
import { deferred } from '../../helpers/deferred.js';
import { rejection } from '../../helpers/rejection.js';
import { expired, newTokens, refusal, ScriptedConnect, signedIn } from './setup.js';

/** The time of all tries to write, in milliseconds. */
const ALL_TRIES_MS = 17_600;

describe('While the store fails, the keeper', () => {
  let clock: FakeTimers.Clock;
  /** The number of writes that fail from now on. */
  let failures: number;
  /** The store without failures, as another process would have it. */
  let inner: TokenStore;
  let store: TokenStore;
  let connect: ScriptedConnect;
  let keeper: TokenKeeper;
  let reported: unknown[];

  beforeEach(() => {
    clock = FakeTimers.install({ now: Date.UTC(2030, 0, 1) });
    inner = memoryStore();
    failures = 0;
    const failing = async (write: () => Promise<unknown>) => {
      if (failures-- > 0) throw new Error('store down');
      return write();
    };
    store = {
      ...inner,
      save: (...args) => failing(() => inner.save(...args)),
      delete: (...args) => failing(() => inner.delete(...args)),
    };
    connect = new ScriptedConnect();
    connect.respondWith((nth) => newTokens(nth + 1));
    reported = [];
    const onRevocationError = (...args: unknown[]) => reported.push(args);
    keeper = new TokenKeeper({ connect, store, keys: false, onRevocationError });
  });
  afterEach(() => clock.uninstall());

  async function afterAllTries<T>(call: Promise<T>): Promise<T> {
    call.catch(() => {});
    await clock.tickAsync(ALL_TRIES_MS);
    return call;
  }

  /** Refreshes tokens that the store cannot take: the keeper has the tokens `mct_2` in memory. */
  async function refreshUnwritten(): Promise<void> {
    await keeper.save('ada', expired);
    failures = Number.POSITIVE_INFINITY;
    expect(await afterAllTries(keeper.accessToken('ada'))).to.equal('mct_2');
  }

  it('repeats a write, because new tokens exist only in its memory', async () => {
    failures = 5;
    await afterAllTries(keeper.save('ada', expired));
    failures = 3;
    expect(await afterAllTries(keeper.accessToken('ada'))).to.equal('mct_2');
    expect(await new TokenKeeper({ connect, store, keys: false }).accessToken('ada')).to.equal('mct_2');
    failures = 5;
    await afterAllTries(keeper.forget('ada'));
    expect(await store.load('ada')).to.equal(undefined);
  });

  it('repeats a write after longer and longer delays', async () => {
    const started = clock.now;
    const tries: number[] = [];
    const { save } = store;
    store.save = (...args) => {
      tries.push(clock.now - started);
      return save(...args);
    };
    failures = 5;
    await afterAllTries(keeper.save('ada', signedIn));
    expect(tries).to.deep.equal([0, 100, 600, 2_600, 7_600, 17_600]);
  });

  it('gives new tokens out after 2.6 s, before the time limit of a call', async () => {
    await keeper.save('ada', expired);
    failures = Number.POSITIVE_INFINITY;
    const started = clock.now;
    const call = keeper.accessToken('ada').then((token) => [token, clock.now - started]);
    await clock.tickAsync(2_600);
    expect(await call).to.deep.equal(['mct_2', 2_600]);
  });

  it('rejects with the error of the store if the tokens of a sign-in cannot be saved', async () => {
    failures = 6;
    const error = await afterAllTries(rejection(keeper.save('ada', signedIn)));
    expect(error).to.have.property('message', 'store down');
  });

  it('rejects with the error of the store if tokens that have ended cannot be deleted', async () => {
    await keeper.save('ada', expired);
    connect.respondWith(() => {
      throw refusal();
    });
    failures = 6;
    const error = await afterAllTries(rejection(keeper.accessToken('ada')));
    expect(error).to.have.property('message', 'store down');
  });

  it('gives new tokens out that it cannot store, and does not refresh the old ones again', async () => {
    await refreshUnwritten();
    connect.respondWith(() => {
      throw refusal();
    });
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
    expect(await store.load('ada')).to.include('mct_1');
  });

  it('stores them at the next call for this user when the store works again', async () => {
    await refreshUnwritten();
    failures = 0;
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    expect(await store.load('ada')).to.include('mct_2');
    expect(await new TokenKeeper({ connect, store, keys: false }).accessToken('ada')).to.equal('mct_2');
  });

  it('stores them without a call when the store works again', async () => {
    await refreshUnwritten();
    await clock.tickAsync(30_000);
    expect(await store.load('ada')).to.include('mct_1');
    failures = 0;
    await clock.tickAsync(10_000);
    expect(await store.load('ada')).to.include('mct_2');
    expect(clock.countTimers()).to.equal(0);
    expect(connect.revoked).to.deep.equal([]);
  });

  it('stores them over the old ones that another process encrypted with a new key', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    keeper = new TokenKeeper({ connect, store, keys: [oldKey, newKey] });
    await refreshUnwritten();
    const elsewhere = new TokenKeeper({ connect, store: inner, keys: [newKey, oldKey] });
    await elsewhere.scopes('ada');
    failures = 0;
    await clock.tickAsync(10_000);
    expect(await elsewhere.accessToken('ada')).to.equal('mct_2');
    expect(connect.revoked).to.deep.equal([]);
  });

  for (const [what, change, outcome] of [
    [
      'the tokens of a new sign-in',
      (elsewhere: TokenKeeper) => elsewhere.save('ada', { ...signedIn, accessToken: 'mct_new' }),
      'mct_new',
    ],
    [
      'tokens with another refresh token',
      (elsewhere: TokenKeeper) => elsewhere.save('ada', { ...signedIn, refreshToken: 'mcr_new' }),
      'mct_1',
    ],
    ['nothing', () => inner.delete('ada'), 'reconnect_required'],
    ['a text that it cannot read', () => inner.save('ada', 'unreadable'), 'unreadable_tokens'],
  ] as const) {
    const given = () => keeper.accessToken('ada').catch(({ code }) => code);

    it(`revokes and never stores them at a call, if the store holds ${what}`, async () => {
      await refreshUnwritten();
      await change(new TokenKeeper({ connect, store: inner, keys: false }));
      failures = 0;
      const before = await inner.load('ada');
      expect(await given()).to.equal(outcome);
      await clock.tickAsync(20_000);
      expect(connect.revoked).to.deep.equal(['mct_2']);
      expect(await inner.load('ada')).to.equal(before);
      expect(reported).to.deep.equal([]);
    });

    it(`[S38] revokes and never stores them without a call, if the store holds ${what}`, async () => {
      await refreshUnwritten();
      await change(new TokenKeeper({ connect, store: inner, keys: false }));
      await clock.tickAsync(10_000);
      expect(connect.revoked).to.deep.equal(['mct_2']);
      failures = 0;
      await clock.tickAsync(20_000);
      expect(connect.revoked).to.deep.equal(['mct_2']);
      expect(await given()).to.equal(outcome);
    });
  }

  it('reports them to onRevocationError if they cannot be revoked', async () => {
    await refreshUnwritten();
    await inner.delete('ada');
    const failure = new MoneiConnectError('down', { code: 'network', endpoint: 'revocation' });
    connect.revoke = () => Promise.reject(failure);
    await clock.tickAsync(10_000);
    expect(reported).to.deep.equal([[failure, 'ada']]);
  });

  it('revokes them when the same keeper saves a new sign-in', async () => {
    await refreshUnwritten();
    failures = 0;
    await keeper.save('ada', { ...signedIn, accessToken: 'mct_new' });
    expect(connect.revoked).to.deep.equal(['mct_2']);
    expect(await keeper.accessToken('ada')).to.equal('mct_new');
  });

  it('gives new tokens out if the store can no longer be read, too', async () => {
    await keeper.save('ada', expired);
    const refresh = deferred<MoneiTokens>();
    connect.refresh = () => refresh.promise;
    const call = keeper.accessToken('ada');
    await clock.tickAsync(0);
    failures = Number.POSITIVE_INFINITY;
    store.load = () => Promise.reject(new Error('store down'));
    refresh.resolve(newTokens(2));
    expect(await afterAllTries(call)).to.equal('mct_2');
  });

  it('reads the store twice for a refresh, before and under the lock', async () => {
    await keeper.save('ada', expired);
    let reads = 0;
    store.load = (userId) => {
      reads++;
      return inner.load(userId);
    };
    await keeper.accessToken('ada');
    expect(reads).to.equal(2);
  });

  it('keeps them if the store took them and its response was lost', async () => {
    await keeper.save('ada', expired);
    const { save } = store;
    store.save = async (...args) => {
      await save(...args);
      store.load = () => Promise.reject(new Error('store down'));
      throw new Error('response lost');
    };
    expect(await afterAllTries(keeper.accessToken('ada'))).to.equal('mct_2');
    store.load = inner.load;
    expect(await store.load('ada')).to.include('mct_2');
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    await clock.tickAsync(20_000);
    expect(connect.revoked).to.deep.equal([]);
    expect(clock.countTimers()).to.equal(0);
  });

  it('refreshes and revokes tokens that it could not store', async () => {
    await refreshUnwritten();
    const second = afterAllTries(keeper.accessToken('ada', { refused: 'mct_2' }));
    expect(await second).to.equal('mct_3');
    expect(clock.countTimers()).to.equal(1);
    expect(connect.sent).to.deep.equal(['mcr_1', 'mcr_2']);
    failures = 0;
    await keeper.forget('ada');
    await clock.tickAsync(20_000);
    expect(connect.revoked).to.deep.equal(['mct_3']);
    expect(await store.load('ada')).to.equal(undefined);
  });

  it('deletes the old tokens if Monei refuses those that it could not store', async () => {
    await refreshUnwritten();
    connect.respondWith(() => {
      throw refusal();
    });
    failures = 0;
    await clock.tickAsync(0);
    store.save = () => Promise.reject(new Error('read-only'));
    const error = await rejection(keeper.accessToken('ada', { refused: 'mct_2' }));
    expect(error).to.have.property('code', 'reconnect_required');
    await clock.tickAsync(20_000);
    expect(await store.load('ada')).to.equal(undefined);
    expect(connect.revoked).to.deep.equal([]);
  });

  it('revokes them if a new sign-in is saved elsewhere while it writes them', async () => {
    await refreshUnwritten();
    const { save } = inner;
    store.save = async (...args) => {
      store.save = save;
      await save('ada', 'tokens of another process');
      return save(...args);
    };
    await clock.tickAsync(10_000);
    expect(connect.revoked).to.deep.equal(['mct_2']);
    expect(await store.load('ada')).to.equal('tokens of another process');
    expect(clock.countTimers()).to.equal(0);
  });
});
