import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { TokenStore } from './token-store.js';

/** One test of the contract of a store. */
export interface TokenStoreTest {
  /** The behavior that the test requires. */
  name: string;
  /** Runs the test. Rejects if the store behaves differently. */
  run: () => Promise<void>;
}

/** A store, or two stores that share their contents, as in two processes. */
export type StoresToTest = TokenStore | readonly [TokenStore, TokenStore];

// The contract runs against real databases, so it uses real timers.

/** The time limit of an operation that must not wait for a lock, in milliseconds. Slow databases need less. */
const MAX_OPERATION_MS = 1_500;

/**
 * The time for which a test holds a lock, in milliseconds. If the lock does not work, it is enough for another caller
 * to get in.
 */
const HOLD_MS = 50;

/** A text of 16 KB, most of it in characters of more than one byte. */
const LARGE_TEXT = 'é✓😀\n'.repeat(1_640);

/** User ids that a database may confuse or cut off. The last one has the largest length of Monei's ids. */
const SIMILAR_IDS = [
  'ada',
  'Ada',
  'adá',
  'ada ',
  'ada:',
  'ada%',
  "ada'",
  'ada"',
  'ada\\',
  '😀',
  'a'.repeat(256),
];

/**
 * Returns the contract of a store as a list of tests, for any test runner:
 *
 *     for (const { name, run } of testTokenStore(() => myStore(pool))) test(name, run);
 *
 * Each test uses random user ids and deletes them at the end, so the database may hold other users.
 *
 * @param makeStore returns the store, or two stores with a connection each, which also tests the lock across processes
 */
export function testTokenStore(makeStore: () => StoresToTest | Promise<StoresToTest>): TokenStoreTest[] {
  return Object.entries(CONTRACT).map(([name, test]) => ({
    name,
    async run() {
      const made = await makeStore();
      const [store, otherStore] = 'load' in made ? [made, made] : made;
      const prefix = randomUUID();
      const userIds = new Set<string>();
      const user = (id: string) => {
        const userId = (prefix + id).slice(0, 256);
        userIds.add(userId);
        return userId;
      };
      try {
        await test({ store, otherStore, user });
      } finally {
        for (const userId of userIds) await store.delete(userId);
      }
    },
  }));
}

type ContractTest = (given: {
  store: TokenStore;
  otherStore: TokenStore;
  /** Returns a user id of this test that ends with `id`. */
  user: (id: string) => string;
}) => Promise<void>;

const CONTRACT: Record<string, ContractTest> = {
  async 'loads the text that was saved last, and nothing for other users'({ store, otherStore, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await otherStore.save(ada, 'second');
    await expectStored(store, ada, 'second');
    await expectStored(store, user('bob'), null);
  },

  async 'keeps users apart whose ids are similar'({ store, user }) {
    const userIds = SIMILAR_IDS.map(user);
    for (const userId of userIds) await store.save(userId, `tokens of ${userId}`);
    for (const userId of userIds) await expectStored(store, userId, `tokens of ${userId}`);
  },

  async 'loads a text of 16 KB unchanged'({ store, user }) {
    const ada = user('ada');
    await store.save(ada, LARGE_TEXT);
    await expectStored(store, ada, LARGE_TEXT);
    await expectWritten(store.save(ada, 'second', LARGE_TEXT), 'save');
  },

  async 'deletes the text of one user only, also if it is called again'({ store, user }) {
    const [ada, bob] = [user('ada'), user('bob')];
    await store.save(ada, 'a');
    await store.save(bob, 'b');
    await store.delete(ada);
    await store.delete(ada);
    await expectStored(store, ada, null);
    await expectStored(store, bob, 'b');
  },

  async 'saves with `replaces` only if that text is stored'({ store, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await expectRefused(store.save(ada, 'second', 'other'), 'save');
    await expectStored(store, ada, 'first');
    await expectWritten(store.save(ada, 'second', 'first'), 'save');
    await expectStored(store, ada, 'second');
    await store.delete(ada);
    await expectRefused(store.save(ada, 'third', 'second'), 'save');
    await expectStored(store, ada, null);
  },

  async 'saves with `replaces: null` only if nothing is stored'({ store, user }) {
    const ada = user('ada');
    await expectWritten(store.save(ada, 'first', null), 'save');
    await expectRefused(store.save(ada, 'second', null), 'save');
    await expectStored(store, ada, 'first');
    await store.delete(ada);
    await expectWritten(store.save(ada, 'third', null), 'save');
  },

  async 'deletes with `replaces` only if that text is stored'({ store, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await expectRefused(store.delete(ada, 'other'), 'delete');
    await expectStored(store, ada, 'first');
    await expectWritten(store.delete(ada, 'first'), 'delete');
    await expectStored(store, ada, null);
  },

  async 'lets one of several concurrent saves replace the same text'({ store, otherStore, user }) {
    const ada = user('ada');
    for (const replaces of [null, 'first']) {
      if (replaces) await store.save(ada, replaces);
      const values = Array.from({ length: 10 }, (_, n) => `${replaces}, then ${n}`);
      const saved = await Promise.all(
        values.map((value, n) => (n % 2 ? store : otherStore).save(ada, value, replaces)),
      );
      const winners = values.filter((_, n) => saved[n] !== false);
      expect(winners.length === 1, `${winners.length} of 10 calls of \`save\` replaced the same text`);
      await expectStored(store, ada, winners.join());
    }
  },

  async 'locks: runs one function at a time for a user'({ store, otherStore, user }) {
    const ada = user('ada');
    let running = 0;
    const work = async () => {
      running++;
      expect(running === 1, '`lock` ran two functions at once for the same user');
      await wait(HOLD_MS);
      running--;
    };
    await Promise.all([store.lock(ada, work), otherStore.lock(ada, work), store.lock(ada, work)]);
  },

  async 'locks: does not make other users wait'({ store, otherStore, user }) {
    await store.lock(user('ada'), async () => {
      const other = otherStore.lock(user('bob'), async () => {});
      await expectSoon(other, '`lock` for another user waits for this user’s lock');
    });
  },

  async 'loads, saves and deletes while a lock is held'({ store, otherStore, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await store.lock(ada, async () => {
      await expectSoon(otherStore.load(ada), '`load` waits for the lock');
      await expectSoon(store.save(ada, 'second', 'first'), '`save` waits for the lock');
      await expectStored(otherStore, ada, 'second');
      await expectSoon(store.delete(ada, 'second'), '`delete` waits for the lock');
      await expectStored(otherStore, ada, null);
    });
    await expectStored(store, ada, null);
  },

  async 'locks: settles as the function does, and frees the lock'({ store, otherStore, user }) {
    const ada = user('ada');
    const failure = new Error('failed under the lock');
    const failing = [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ];
    for (const fn of failing) {
      const reason = await store.lock<unknown>(ada, fn).catch((error) => error);
      expect(reason === failure, '`lock` does not reject with the error of `fn`');
    }
    const done = await otherStore.lock(ada, async () => 'done');
    expect(done === 'done', '`lock` does not resolve with the result of `fn`');
  },

  async 'locks: frees the lock after a waiting caller has aborted'({ store, otherStore, user }) {
    const ada = user('ada');
    const abort = new AbortController();
    const aborted = await store.lock(ada, async () => {
      const waiting = otherStore.lock(ada, async () => {}, { signal: abort.signal }).catch(() => {});
      abort.abort();
      return [waiting];
    });
    await expectSoon(Promise.all(aborted), '`lock` never settles after its signal has aborted');
    const next = otherStore.lock(ada, async () => {});
    await expectSoon(next, '`lock` is not free after a waiting caller has aborted');
  },
};

async function expectStored(store: TokenStore, userId: string, value: string | null): Promise<void> {
  const stored = (await store.load(userId)) ?? null;
  expect(stored === value, `\`load\` resolves with ${quoteStart(stored)} instead of ${quoteStart(value)}`);
}

async function expectWritten(write: Promise<unknown>, method: string): Promise<void> {
  expect((await write) !== false, `\`${method}\` does not write, although \`replaces\` is stored`);
}

async function expectRefused(write: Promise<unknown>, method: string): Promise<void> {
  const result = await write;
  expect(result === false, `\`${method}\` does not resolve with false, although \`replaces\` is not stored`);
}

async function expectSoon(operation: Promise<unknown>, otherwise: string): Promise<void> {
  const late = Symbol();
  const stop = new AbortController();
  const first = await Promise.race([operation, wait(MAX_OPERATION_MS, late, stop)]);
  stop.abort();
  expect(first !== late, otherwise);
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`passport-monei: this store does not meet the contract: ${otherwise}.`);
}

/** Returns a text in quotes, and only the beginning of a long one. */
function quoteStart(value: string | null): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
}
