import { expect } from 'chai';
import { memoryStore, type TokenStore, testTokenStore } from '../../../src/tokens/index.js';

/** What of the contract a store breaks. */
async function broken(makeStore: Parameters<typeof testTokenStore>[0]): Promise<Record<string, string>> {
  const results = testTokenStore(makeStore).map(async ({ name, run }): Promise<[string, string][]> => {
    const failure = await run().then(
      () => undefined,
      (error: Error) => error.message,
    );
    return failure === undefined ? [] : [[name, failure]];
  });
  return Object.fromEntries((await Promise.all(results)).flat());
}

/** A store in memory with something else in the place of some of its methods. */
function storeWith(change: (inner: TokenStore) => Partial<TokenStore>): () => TokenStore {
  return () => {
    const inner = memoryStore();
    return { ...inner, ...change(inner) };
  };
}

const BEGINNING = 'passport-monei: this store does not meet the contract: ';

describe('testTokenStore', () => {
  it('has tests with names of their own', () => {
    const names = testTokenStore(memoryStore).map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length).and.to.be.above(5);
  });

  it('finds nothing in a store that does what it should, whether it is given one, two, or a promise', async () => {
    const twice = () => {
      const store = memoryStore();
      return [store, store] as const;
    };
    for (const makeStore of [memoryStore, twice, async () => memoryStore()]) {
      expect(await broken(makeStore)).to.deep.equal({});
    }
  });

  it('deletes what it has saved, also where a test fails', async () => {
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
      'gives back what was saved last, and nothing for others',
      '`load` gives "first" instead of "second".',
    ],
    [
      'ids that are compared without regard to case',
      storeWith((inner) => ({
        load: (userId) => inner.load(userId.toLowerCase()),
        save: (userId, ...rest) => inner.save(userId.toLowerCase(), ...rest),
      })),
      'keeps users apart whose ids look alike',
      '`load` gives ',
    ],
    [
      'a column that is too small',
      storeWith((inner) => ({
        save: (userId, value, ...rest) => inner.save(userId, value.slice(0, 255), ...rest),
      })),
      'gives back a text of 16 KB as it was',
      '… (',
    ],
    [
      'a delete that fails where nothing is',
      storeWith((inner) => ({
        async delete(userId) {
          if (!(await inner.load(userId))) throw new Error('not found');
          return inner.delete(userId);
        },
      })),
      'deletes for one user only, and as often as it is told to',
      'not found',
    ],
    [
      'a save that replaces anything',
      storeWith((inner) => ({ save: (userId, value) => inner.save(userId, value) })),
      'replaces only what is still there',
      '`save` does not resolve with false, although something else is stored.',
    ],
    [
      'a save that replaces nothing',
      storeWith((inner) => ({
        save: async (...args) => (args[2] === undefined ? inner.save(...args) : false),
      })),
      'saves where nothing is, if it is told that nothing is there',
      '`save` does not write, although `replaces` is what is stored.',
    ],
    [
      'a delete that deletes anything',
      storeWith((inner) => ({ delete: (userId) => inner.delete(userId) })),
      'deletes only what is still there, if it is told what that is',
      '`delete` does not resolve with false, although something else is stored.',
    ],
    [
      'a save that compares first and writes then',
      storeWith((inner) => ({
        async save(userId, value, replaces) {
          if (replaces !== undefined && ((await inner.load(userId)) ?? null) !== replaces) return false;
          return inner.save(userId, value);
        },
      })),
      'lets one of several succeed who replace the same at the same time',
      '10 of 10 calls of `save` replaced the same value.',
    ],
    [
      'a lock that keeps nobody out',
      storeWith(() => ({ lock: (_userId, fn) => fn() })),
      'lets one at a time work for a user',
      '`lock` let in two at once for the same user.',
    ],
    [
      'one lock for all',
      storeWith((inner) => ({ lock: (_userId, fn) => inner.lock('all', fn) })),
      'lets others work for other users meanwhile',
      '`lock` for another user waits until this one’s lock is open.',
    ],
    [
      'a load that waits for the lock',
      storeWith((inner) => ({ load: (userId) => inner.lock(userId, () => inner.load(userId)) })),
      'can be read and written while somebody has the lock',
      '`load` waits until the lock is open.',
    ],
    [
      'a lock that hides an error',
      storeWith((inner) => ({
        lock: (userId, fn) => inner.lock(userId, fn).catch(() => undefined as never),
      })),
      'hands on what was done under the lock, and opens it in any case',
      '`lock` does not reject with what `fn` failed with.',
    ],
    [
      'a lock that gives nothing back',
      storeWith((inner) => ({
        async lock(userId, fn) {
          await inner.lock(userId, fn);
          return undefined as never;
        },
      })),
      'hands on what was done under the lock, and opens it in any case',
      '`lock` does not resolve with what `fn` resolved with.',
    ],
  ];
  for (const [what, makeStore, test, says] of faults) {
    it(`finds ${what}, and says so`, async () => {
      const found = (await broken(makeStore))[test];
      expect(found).to.include(says);
      if (says.startsWith('`')) expect(found).to.include(BEGINNING + says);
    });
  }

  /** What a database may do to ids, so that two of them become one, or that it refuses one. */
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
    it(`finds a store that ${what} in ids`, async () => {
      const makeStore = storeWith((inner) => ({
        load: async (userId) => inner.load(fold(userId)),
        save: async (userId, ...rest) => inner.save(fold(userId), ...rest),
        delete: async (userId, ...rest) => inner.delete(fold(userId), ...rest),
      }));
      expect(Object.keys(await broken(makeStore))).to.deep.equal(['keeps users apart whose ids look alike']);
    });
  }

  it('asks for no ids that are longer than Monei’s get', async () => {
    const makeStore = storeWith((inner) => ({
      async save(userId, ...rest) {
        if (userId.length > 256) throw new Error('Data too long');
        return inner.save(userId, ...rest);
      },
    }));
    expect(await broken(makeStore)).to.deep.equal({});
  });
});
