import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { memoryStore, TokenKeeper, type TokenStore } from '../../../src/tokens/index.js';
import { rejection } from '../../helpers/rejection.js';
import { ScriptedConnect, signedIn } from './setup.js';

describe('With keys, the keeper', () => {
  it('[S29] stores no readable text, and decrypts tokens with old keys', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const store = memoryStore();
    const connect = new ScriptedConnect();
    await new TokenKeeper({ connect, store, keys: [oldKey] }).save('ada', signedIn);
    expect(await store.load('ada')).to.not.match(/mc[rt]_|wallet/);
    const error = await rejection(new TokenKeeper({ connect, store, keys: [newKey] }).accessToken('ada'));
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.includes('none of the `keys` decrypts them');
    const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
    expect(await rotated.accessToken('ada')).to.equal('mct_1');
  });

  it('encrypts old tokens again, once, with the newest key when it reads them, so that an old key can be removed', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const inner = memoryStore();
    const connect = new ScriptedConnect();
    const old = new TokenKeeper({ connect, store: inner, keys: [oldKey] });
    let writes = 0;
    const store: TokenStore = {
      ...inner,
      save(...args) {
        writes++;
        return inner.save(...args);
      },
    };
    const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
    const reads: [string, (userId: string) => Promise<unknown>][] = [
      ['ada', (userId) => rotated.accessToken(userId)],
      ['bob', (userId) => rotated.scopes(userId)],
    ];
    for (const [userId, read] of reads) {
      await old.save(userId, signedIn);
      writes = 0;
      await Promise.all([read(userId), read(userId), read(userId)]);
      await read(userId);
      expect(writes).to.equal(1);
      const without = new TokenKeeper({ connect, store, keys: [newKey] });
      expect(await without.accessToken(userId)).to.equal('mct_1');
    }
  });

  it('encrypts the tokens of several users with the newest key once, although two processes read them at once', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const inner = memoryStore();
    const connect = new ScriptedConnect();
    const written: string[] = [];
    const store: TokenStore = {
      ...inner,
      save(userId, ...args) {
        written.push(userId);
        return inner.save(userId, ...args);
      },
    };
    const old = new TokenKeeper({ connect, store: inner, keys: [oldKey] });
    for (const userId of ['ada', 'bob']) await old.save(userId, signedIn);
    const processes = [1, 2].map(() => new TokenKeeper({ connect, store, keys: [newKey, oldKey] }));
    await Promise.all(processes.flatMap((one) => ['ada', 'bob'].map((userId) => one.accessToken(userId))));
    expect(written.sort()).to.deep.equal(['ada', 'bob']);
  });

  it('takes no lock to read tokens that need no change', async () => {
    const connect = new ScriptedConnect();
    const inner = memoryStore();
    const keys = [randomBytes(32)];
    await new TokenKeeper({ connect, store: inner, keys }).save('ada', signedIn);
    let locks = 0;
    const store: TokenStore = {
      ...inner,
      lock(...args) {
        locks++;
        return inner.lock(...args);
      },
    };
    await new TokenKeeper({ connect, store, keys }).accessToken('ada');
    expect(locks).to.equal(0);
  });

  it('returns tokens even if it cannot store them with the newest key', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const inner = memoryStore();
    const connect = new ScriptedConnect();
    await new TokenKeeper({ connect, store: inner, keys: [oldKey] }).save('ada', signedIn);
    const store: TokenStore = { ...inner, save: () => Promise.reject(new Error('read-only')) };
    const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
    expect(await rotated.accessToken('ada')).to.equal('mct_1');
  });

  it('does not store old tokens again after a new sign-in or a deletion', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    for (const change of ['forget', 'save'] as const) {
      const inner = memoryStore();
      const connect = new ScriptedConnect();
      await new TokenKeeper({ connect, store: inner, keys: [oldKey] }).save('ada', signedIn);
      const other = new TokenKeeper({ connect, store: inner, keys: [newKey, oldKey] });
      const store: TokenStore = {
        ...inner,
        async lock(userId, fn) {
          if (change === 'forget') await other.forget(userId);
          else await other.save(userId, { ...signedIn, accessToken: 'mct_new' });
          return inner.lock(userId, fn);
        },
      };
      const rotated = new TokenKeeper({ connect, store, keys: [newKey, oldKey] });
      expect(await rotated.accessToken('ada')).to.equal('mct_1');
      const left = await other.accessToken('ada').catch(({ code }) => code);
      expect(left).to.equal(change === 'forget' ? 'reconnect_required' : 'mct_new');
    }
  });

  it('does not read the tokens of another user', async () => {
    const store = memoryStore();
    const keeper = new TokenKeeper({ connect: new ScriptedConnect(), store, keys: [randomBytes(32)] });
    await keeper.save('ada', signedIn);
    await store.save('bob', (await store.load('ada')) ?? '');
    expect(await rejection(keeper.accessToken('bob')))
      .to.have.property('message')
      .that.includes('cannot be read');
    expect(await rejection(keeper.scopes('bob'))).to.be.an('error');
  });
});
