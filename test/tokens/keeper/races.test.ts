import { expect } from 'chai';
import { MoneiConnectError } from '../../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenStore,
} from '../../../src/tokens/index.js';
import { deferred } from '../../helpers/deferred.js';
import { rejection } from '../../helpers/rejection.js';
import { expired, newTokens, refusal, ScriptedConnect, signedIn, storeWithLostLock } from './setup.js';

describe('If something else happens during a refresh, the keeper', () => {
  let connect: ScriptedConnect;

  beforeEach(() => {
    connect = new ScriptedConnect();
  });

  async function keepers(store: TokenStore, tokens = expired): Promise<[TokenKeeper, TokenKeeper]> {
    const first = new TokenKeeper({ connect, store, keys: false });
    await first.save('ada', tokens);
    return [first, new TokenKeeper({ connect, store, keys: false })];
  }

  it('saves a new sign-in after the refresh, and uses it', async () => {
    const [first, second] = await keepers(memoryStore());
    const renewing = first.accessToken('ada');
    const prompt = await connect.untilSent(0);
    const saving = second.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
    prompt.resolve(newTokens(2));
    expect(await renewing).to.equal('mct_2');
    await saving;
    expect(await first.accessToken('ada')).to.equal('mct_new');
  });

  it('forgets a user after the refresh, and revokes the new tokens', async () => {
    const store = memoryStore();
    const [first, second] = await keepers(store);
    const renewing = first.accessToken('ada');
    const prompt = await connect.untilSent(0);
    const forgetting = second.forget('ada');
    prompt.resolve(newTokens(2));
    await Promise.all([renewing, forgetting]);
    expect(connect.revoked).to.deep.equal(['mct_2']);
    expect(await store.load('ada')).to.equal(undefined);
  });

  it('returns the tokens that another process refreshed, without waiting for the lock', async () => {
    const inner = memoryStore();
    const [first] = await keepers(inner);
    const waiting = new TokenKeeper({
      connect,
      store: { ...inner, lock: () => new Promise(() => {}) },
      keys: false,
    });
    const asked = [waiting.accessToken('ada'), waiting.accessToken('ada', { refused: 'mct_1' })];
    const renewing = first.accessToken('ada');
    (await connect.untilSent(0)).resolve(newTokens(2));
    expect(await renewing).to.equal('mct_2');
    expect(await Promise.all(asked)).to.deep.equal(['mct_2', 'mct_2']);
    await first.save('ada', expired);
    const later = rejection(waiting.accessToken('ada'));
    await inner.delete('ada');
    expect(await later).to.be.instanceOf(ReconnectRequiredError);
  });

  it('rejects for all callers of the same process that wait, and tries again for later ones', async () => {
    const [first] = await keepers(memoryStore());
    const waiting = [first.accessToken('ada'), first.accessToken('ada')].map(rejection);
    (await connect.untilSent(0)).reject(
      new MoneiConnectError('down', { code: 'network', endpoint: 'token', requestSent: false }),
    );
    for (const error of await Promise.all(waiting)) expect(error).to.have.property('code', 'network');
    const later = first.accessToken('ada');
    (await connect.untilSent(1)).resolve(newTokens(2));
    expect(await later).to.equal('mct_2');
  });

  it('uses the tokens of a faster process if the lock was lost', async () => {
    const [first, second] = await keepers(storeWithLostLock());
    const slow = first.accessToken('ada');
    const slowPrompt = await connect.untilSent(0);
    const fast = second.accessToken('ada');
    (await connect.untilSent(1)).resolve(newTokens(2));
    expect(await fast).to.equal('mct_2');
    slowPrompt.reject(refusal());
    expect(await slow).to.equal('mct_2');
    expect(connect.sent).to.deep.equal(['mcr_1', 'mcr_1']);
  });

  it('[S37] does not overwrite a newer sign-in if the lock was lost, and revokes its own tokens', async () => {
    const [first, second] = await keepers(storeWithLostLock());
    const slow = first.accessToken('ada');
    const prompt = await connect.untilSent(0);
    await second.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
    prompt.resolve(newTokens(2));
    expect(await slow).to.equal('mct_new');
    expect(await second.accessToken('ada')).to.equal('mct_new');
    expect(connect.revoked).to.deep.equal(['mct_2']);
  });

  it('recognizes its own write if the response of the store was lost', async () => {
    const inner = memoryStore();
    let lost = 1;
    const store: TokenStore = {
      ...inner,
      async save(...args) {
        const saved = await inner.save(...args);
        if (args[2] && lost-- > 0) throw new Error('the response was lost');
        return saved;
      },
    };
    const [keeper] = await keepers(store);
    const renewing = keeper.accessToken('ada');
    (await connect.untilSent(0)).resolve(newTokens(2));
    expect(await renewing).to.equal('mct_2');
    expect(await keeper.accessToken('ada')).to.equal('mct_2');
    expect(connect.revoked).to.deep.equal([]);
  });

  it('stores the tokens of a shared refresh once if two keepers lost the lock', async () => {
    const [first, second] = await keepers(storeWithLostLock());
    const both = [first.accessToken('ada'), second.accessToken('ada')];
    (await connect.untilSent(0)).resolve(newTokens(2));
    (await connect.untilSent(1)).resolve(newTokens(2));
    expect(await Promise.all(both)).to.deep.equal(['mct_2', 'mct_2']);
    expect(connect.revoked).to.deep.equal([]);
  });

  it('keeps the tokens of the first of two sign-ins without a lock, and revokes the others', async () => {
    const inner = storeWithLostLock();
    const gate = deferred<void>();
    let slow = true;
    const store: TokenStore = {
      ...inner,
      async save(...args) {
        if (slow) {
          slow = false;
          await gate.promise;
        }
        return inner.save(...args);
      },
    };
    const keeper = new TokenKeeper({ connect, store, keys: false });
    const late = keeper.save('ada', signedIn);
    await keeper.save('ada', { ...signedIn, accessToken: 'mct_new', refreshToken: 'mcr_new' });
    gate.resolve();
    await late;
    expect(await keeper.accessToken('ada')).to.equal('mct_new');
    expect(connect.revoked).to.deep.equal(['mct_1']);
  });

  it('revokes the tokens that replaced the ones to forget if the lock was lost', async () => {
    const store = storeWithLostLock();
    const [first, second] = await keepers(store, signedIn);
    const revoking = deferred<void>();
    connect.revoke = async (token) => {
      connect.revoked.push(token);
      if (token === 'mct_1') await revoking.promise;
    };
    const forgetting = first.forget('ada');
    const renewing = second.accessToken('ada', { refused: 'mct_1' });
    (await connect.untilSent(0)).resolve(newTokens(2));
    await renewing;
    revoking.resolve();
    await forgetting;
    expect(connect.revoked).to.deep.equal(['mct_1', 'mct_2']);
    expect(await store.load('ada')).to.equal(undefined);
  });

  it('stops after three refreshes if the store does not return what was written', async () => {
    const inner = memoryStore();
    await new TokenKeeper({ connect, store: inner, keys: false }).save('ada', expired);
    const lagging = (await inner.load('ada')) ?? '';
    const keeper = new TokenKeeper({
      connect,
      store: { ...inner, load: async () => lagging },
      keys: false,
    });
    connect.refresh = async (token) => {
      connect.sent.push(token);
      return newTokens(connect.sent.length + 1);
    };
    await inner.delete('ada');
    expect(await rejection(keeper.accessToken('ada')))
      .to.have.property('message')
      .that.includes('change faster than they can be read');
    expect(connect.sent).to.have.lengthOf(3);
  });

  it('refreshes for two users at the same time', async () => {
    const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    await keeper.save('ada', expired);
    await keeper.save('bob', { ...expired, refreshToken: 'mcr_bob' });
    const both = [keeper.accessToken('ada'), keeper.accessToken('bob')];
    (await connect.untilSent(0)).resolve(newTokens(2));
    (await connect.untilSent(1)).resolve(newTokens(3));
    expect(await Promise.all(both)).to.deep.equal(['mct_2', 'mct_3']);
    expect(connect.sent).to.deep.equal(['mcr_1', 'mcr_bob']);
  });

  it('does not store tokens of a user who was forgotten if the lock was lost', async () => {
    const store = storeWithLostLock();
    const [first, second] = await keepers(store, signedIn);
    const slow = rejection(first.accessToken('ada', { refused: 'mct_1' }));
    const prompt = await connect.untilSent(0);
    await second.forget('ada');
    prompt.resolve(newTokens(2));
    expect(await slow).to.be.instanceOf(ReconnectRequiredError);
    expect(await store.load('ada')).to.equal(undefined);
    expect(connect.revoked).to.deep.equal(['mct_1', 'mct_2']);
  });

  it('rejects with the error of the lock if the store cannot lock', async () => {
    const store: TokenStore = { ...memoryStore(), lock: () => Promise.reject(new Error('no lock')) };
    const keeper = new TokenKeeper({ connect, store, keys: false });
    expect(await rejection(keeper.save('ada', signedIn))).to.have.property('message', 'no lock');
  });

  it('revokes tokens of a sign-in if the store has others that it cannot read', async () => {
    const inner = memoryStore();
    const store: TokenStore = {
      ...inner,
      async save(userId) {
        await inner.save(userId, 'other tokens');
        return false;
      },
    };
    await new TokenKeeper({ connect, store, keys: false }).save('ada', signedIn);
    expect(connect.revoked).to.deep.equal(['mct_1']);
  });
});
