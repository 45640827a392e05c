import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { memoryStore, type TokenStore, testTokenStore } from '../../../src/tokens/index.js';

/** Returns the tests that a store fails, with the messages of the errors. Time is fake. */
async function broken(makeStore: Parameters<typeof testTokenStore>[0]): Promise<Record<string, string>> {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const failures: Record<string, string> = {};
    for (const { name, run } of testTokenStore(makeStore)) {
      let isDone = false;
      const result = run()
        .catch((error: Error) => {
          failures[name] = error.message;
        })
        .finally(() => {
          isDone = true;
        });
      while (!isDone) await clock.tickAsync(100);
      await result;
    }
    return failures;
  } finally {
    clock.uninstall();
  }
}

/** Returns a function that makes stores in memory with some methods replaced. */
function storeWith(change: (inner: TokenStore) => Partial<TokenStore>): () => TokenStore {
  return () => {
    const inner = memoryStore();
    return { ...inner, ...change(inner) };
  };
}

const BEGINNING = 'passport-monei: this store does not meet the contract: ';

describe('testTokenStore', () => {
  it('gives each test a name of its own', () => {
    const names = testTokenStore(memoryStore).map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length).and.to.be.above(5);
  });

  it('passes for a correct store: one, two, or a promise', async () => {
    const twice = () => {
      const store = memoryStore();
      return [store, store] as const;
    };
    for (const makeStore of [memoryStore, twice, async () => memoryStore()]) {
      expect(await broken(makeStore)).to.deep.equal({});
    }
  });

  it('deletes all users of a test, also if it fails', async () => {
    const store = memoryStore();
    const users = new Set<string>();
    const watched: TokenStore = {
      ...store,
      save(userId, value) {
        users.add(userId);
        return store.save(userId, value);
      },
    };
    expect(await broken(() => watched)).to.not.deep.equal({});
    expect(users.size).to.be.at.least(20);
    for (const userId of users) expect(await store.load(userId)).to.equal(undefined);
  });

  const faults: [
    what: string,
    makeStore: Parameters<typeof testTokenStore>[0],
    test: string,
    says: string,
  ][] = [
    [
      'two stores that share nothing',
      () => [memoryStore(), memoryStore()],
      'loads the text that was saved last, and nothing for other users',
      '`load` resolves with "first" instead of "second".',
    ],
    [
      'ids that are compared without case',
      storeWith((inner) => ({
        load: (userId) => inner.load(userId.toLowerCase()),
        save: (userId, ...rest) => inner.save(userId.toLowerCase(), ...rest),
      })),
      'keeps users apart whose ids are similar',
      '`load` resolves with ',
    ],
    [
      'a column that is too small',
      storeWith((inner) => ({
        save: (userId, value, ...rest) => inner.save(userId, value.slice(0, 255), ...rest),
      })),
      'loads a text of 16 KB unchanged',
      '… (',
    ],
    [
      'a delete that rejects if nothing is stored',
      storeWith((inner) => ({
        async delete(userId) {
          if (!(await inner.load(userId))) throw new Error('not found');
          return inner.delete(userId);
        },
      })),
      'deletes the text of one user only, also if it is called again',
      'not found',
    ],
    [
      'a save that ignores `replaces`',
      storeWith((inner) => ({ save: (userId, value) => inner.save(userId, value) })),
      'saves with `replaces` only if that text is stored',
      '`save` does not resolve with false, although `replaces` is not stored.',
    ],
    [
      'a save that refuses each `replaces`',
      storeWith((inner) => ({
        save: async (...args) => (args[2] === undefined ? inner.save(...args) : false),
      })),
      'saves with `replaces: null` only if nothing is stored',
      '`save` does not write, although `replaces` is stored.',
    ],
    [
      'a delete that ignores `replaces`',
      storeWith((inner) => ({ delete: (userId) => inner.delete(userId) })),
      'deletes with `replaces` only if that text is stored',
      '`delete` does not resolve with false, although `replaces` is not stored.',
    ],
    [
      'a save that compares and writes in two steps',
      storeWith((inner) => ({
        async save(userId, value, replaces) {
          if (replaces !== undefined && ((await inner.load(userId)) ?? null) !== replaces) return false;
          return inner.save(userId, value);
        },
      })),
      'lets one of several concurrent saves replace the same text',
      '10 of 10 calls of `save` replaced the same text.',
    ],
    [
      'a lock that does not exclude other callers',
      storeWith(() => ({ lock: (_userId, fn) => fn() })),
      'locks: runs one function at a time for a user',
      '`lock` ran two functions at once for the same user.',
    ],
    [
      'one lock for all users',
      storeWith((inner) => ({ lock: (_userId, fn) => inner.lock('all', fn) })),
      'locks: does not make other users wait',
      '`lock` for another user waits for this user’s lock.',
    ],
    [
      'a load that waits for the lock',
      storeWith((inner) => ({ load: (userId) => inner.lock(userId, () => inner.load(userId)) })),
      'loads, saves and deletes while a lock is held',
      '`load` waits for the lock.',
    ],
    [
      'a lock that hides an error',
      storeWith((inner) => ({
        lock: (userId, fn) => inner.lock(userId, fn).catch(() => undefined as never),
      })),
      'locks: settles as the function does, and frees the lock',
      '`lock` does not reject with the error of `fn`.',
    ],
    [
      'a lock that does not resolve with the result',
      storeWith((inner) => ({
        async lock(userId, fn) {
          await inner.lock(userId, fn);
          return undefined as never;
        },
      })),
      'locks: settles as the function does, and frees the lock',
      '`lock` does not resolve with the result of `fn`.',
    ],
    [
      'a lock that never settles for a caller that has aborted',
      storeWith((inner) => ({
        lock: (userId, fn, { signal } = {}) => (signal ? new Promise(() => {}) : inner.lock(userId, fn)),
      })),
      'locks: frees the lock after a waiting caller has aborted',
      '`lock` never settles after its signal has aborted.',
    ],
    [
      'a lock that stays with a caller that has aborted',
      storeWith((inner) => ({
        async lock(userId, fn, { signal } = {}) {
          if (!signal) return inner.lock(userId, fn);
          inner.lock(userId, () => new Promise(() => {}));
          throw signal.reason;
        },
      })),
      'locks: frees the lock after a waiting caller has aborted',
      '`lock` is not free after a waiting caller has aborted.',
    ],
  ];
  for (const [what, makeStore, test, says] of faults) {
    it(`reports ${what}`, async () => {
      const found = (await broken(makeStore))[test];
      expect(found).to.include(says);
      if (says.startsWith('`')) expect(found).to.include(BEGINNING + says);
    });
  }

  /** Changes that databases make to ids, so that two become equal, or errors that they throw. */
  const folds: Record<string, (userId: string) => string> = {
    'drops accents': (userId) => userId.normalize('NFD').replace(/\p{M}/gu, ''),
    'drops spaces at the end': (userId) => userId.trimEnd(),
    'takes : for the end': (userId) => userId.replace(/:$/, ''),
    'takes % for the end': (userId) => userId.replace(/%$/, ''),
    'drops single quotes': (userId) => userId.replaceAll("'", ''),
    'drops double quotes': (userId) => userId.replaceAll('"', ''),
    'drops backslashes': (userId) => userId.replaceAll('\\', ''),
    'knows no characters of four bytes': (userId) => {
      if (/\p{Emoji_Presentation}/u.test(userId)) throw new Error('Incorrect string value');
      return userId;
    },
    'has no room for 256 characters': (userId) => {
      if (userId.length > 255) throw new Error('Data too long');
      return userId;
    },
  };
  for (const [what, fold] of Object.entries(folds)) {
    it(`reports a database that ${what} in ids`, async () => {
      const makeStore = storeWith((inner) => ({
        load: async (userId) => inner.load(fold(userId)),
        save: async (userId, ...rest) => inner.save(fold(userId), ...rest),
        delete: async (userId, ...rest) => inner.delete(fold(userId), ...rest),
      }));
      expect(Object.keys(await broken(makeStore))).to.deep.equal(['keeps users apart whose ids are similar']);
    });
  }

  it('uses no ids that are longer than Monei’s can be', async () => {
    const makeStore = storeWith((inner) => ({
      async save(userId, ...rest) {
        if (userId.length > 256) throw new Error('Data too long');
        return inner.save(userId, ...rest);
      },
    }));
    expect(await broken(makeStore)).to.deep.equal({});
  });
});
