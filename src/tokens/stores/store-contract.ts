import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { TokenStore } from './token-store.js';

/** One thing that every store must do. */
export interface TokenStoreTest {
  /** What it is about, in a few words. */
  name: string;
  /** Rejects with an error that says what the store does instead. */
  run: () => Promise<void>;
}

/** A store, or two that share what they hold, as two processes would have them. */
export type StoresToTest = TokenStore | readonly [TokenStore, TokenStore];

/** What must not wait for a lock is done by then, in milliseconds. */
const SOON = 1_500;

/** A lock that keeps nobody out has let in the next one by then, in milliseconds. */
const A_WHILE = 50;

/** 16 KB, most of it in characters that take more than one byte. */
const LARGE = 'é✓😀\n'.repeat(1_640);

/** Ids that a database may take for one another, or cut off. The last one is as long as Monei's get. */
const LOOK_ALIKE = [
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
 * What every store must do, as tests for any test runner:
 *
 *     for (const { name, run } of testTokenStore(() => myStore(pool))) test(name, run);
 *
 * Each of them makes up users of its own and deletes them in the end, so a database that holds others will do.
 *
 * @param makeStore gives the store. Better: two stores with a connection each, which shows whether the lock holds across
 * processes
 */
export function testTokenStore(makeStore: () => StoresToTest | Promise<StoresToTest>): TokenStoreTest[] {
  return Object.entries(CONTRACT).map(([name, check]) => ({
    name,
    async run() {
      const made = await makeStore();
      const [store, elsewhere] = 'load' in made ? [made, made] : made;
      const prefix = randomUUID();
      const userIds = new Set<string>();
      const user = (id: string) => {
        const userId = (prefix + id).slice(0, 256);
        userIds.add(userId);
        return userId;
      };
      try {
        await check({ store, elsewhere, user });
      } finally {
        for (const userId of userIds) await store.delete(userId);
      }
    },
  }));
}

type Check = (given: {
  store: TokenStore;
  elsewhere: TokenStore;
  /** Makes an id for this test that ends in this. */
  user: (id: string) => string;
}) => Promise<void>;

const CONTRACT: Record<string, Check> = {
  async 'gives back what was saved last, and nothing for others'({ store, elsewhere, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await elsewhere.save(ada, 'second');
    await expectStored(store, ada, 'second');
    await expectStored(store, user('bob'), null);
  },

  async 'keeps users apart whose ids look alike'({ store, user }) {
    const userIds = LOOK_ALIKE.map(user);
    for (const userId of userIds) await store.save(userId, `tokens of ${userId}`);
    for (const userId of userIds) await expectStored(store, userId, `tokens of ${userId}`);
  },

  async 'gives back a text of 16 KB as it was'({ store, user }) {
    const ada = user('ada');
    await store.save(ada, LARGE);
    await expectStored(store, ada, LARGE);
    await expectDone(store.save(ada, 'second', LARGE), 'save');
  },

  async 'deletes for one user only, and as often as it is told to'({ store, user }) {
    const [ada, bob] = [user('ada'), user('bob')];
    await store.save(ada, 'a');
    await store.save(bob, 'b');
    await store.delete(ada);
    await store.delete(ada);
    await expectStored(store, ada, null);
    await expectStored(store, bob, 'b');
  },

  async 'replaces only what is still there'({ store, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await expectRefused(store.save(ada, 'second', 'other'), 'save');
    await expectStored(store, ada, 'first');
    await expectDone(store.save(ada, 'second', 'first'), 'save');
    await expectStored(store, ada, 'second');
    await store.delete(ada);
    await expectRefused(store.save(ada, 'third', 'second'), 'save');
    await expectStored(store, ada, null);
  },

  async 'saves where nothing is, if it is told that nothing is there'({ store, user }) {
    const ada = user('ada');
    await expectDone(store.save(ada, 'first', null), 'save');
    await expectRefused(store.save(ada, 'second', null), 'save');
    await expectStored(store, ada, 'first');
    await store.delete(ada);
    await expectDone(store.save(ada, 'third', null), 'save');
  },

  async 'deletes only what is still there, if it is told what that is'({ store, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await expectRefused(store.delete(ada, 'other'), 'delete');
    await expectStored(store, ada, 'first');
    await expectDone(store.delete(ada, 'first'), 'delete');
    await expectStored(store, ada, null);
  },

  async 'lets one of several succeed who replace the same at the same time'({ store, elsewhere, user }) {
    const ada = user('ada');
    for (const replaces of [null, 'first']) {
      if (replaces) await store.save(ada, replaces);
      const values = Array.from({ length: 10 }, (_, n) => `${replaces}, then ${n}`);
      const saved = await Promise.all(
        values.map((value, n) => (n % 2 ? store : elsewhere).save(ada, value, replaces)),
      );
      const winners = values.filter((_, n) => saved[n] !== false);
      expect(winners.length === 1, `${winners.length} of 10 calls of \`save\` replaced the same value`);
      await expectStored(store, ada, winners.join());
    }
  },

  async 'lets one at a time work for a user'({ store, elsewhere, user }) {
    const ada = user('ada');
    let inside = 0;
    const work = async () => {
      inside++;
      expect(inside === 1, '`lock` let in two at once for the same user');
      await wait(A_WHILE);
      inside--;
    };
    await Promise.all([store.lock(ada, work), elsewhere.lock(ada, work), store.lock(ada, work)]);
  },

  async 'lets others work for other users meanwhile'({ store, elsewhere, user }) {
    await store.lock(user('ada'), async () => {
      const other = elsewhere.lock(user('bob'), async () => {});
      await expectSoon(other, '`lock` for another user waits until this one’s lock is open');
    });
  },

  async 'can be read and written while somebody has the lock'({ store, elsewhere, user }) {
    const ada = user('ada');
    await store.save(ada, 'first');
    await store.lock(ada, async () => {
      await expectSoon(elsewhere.load(ada), '`load` waits until the lock is open');
      await expectSoon(store.save(ada, 'second', 'first'), '`save` waits until the lock is open');
      await expectStored(elsewhere, ada, 'second');
      await expectSoon(store.delete(ada, 'second'), '`delete` waits until the lock is open');
      await expectStored(elsewhere, ada, null);
    });
    await expectStored(store, ada, null);
  },

  async 'hands on what was done under the lock, and opens it in any case'({ store, elsewhere, user }) {
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
      expect(reason === failure, '`lock` does not reject with what `fn` failed with');
    }
    const done = await elsewhere.lock(ada, async () => 'done');
    expect(done === 'done', '`lock` does not resolve with what `fn` resolved with');
  },
};

async function expectStored(store: TokenStore, userId: string, value: string | null): Promise<void> {
  const stored = (await store.load(userId)) ?? null;
  expect(stored === value, `\`load\` gives ${shown(stored)} instead of ${shown(value)}`);
}

async function expectDone(write: Promise<unknown>, method: string): Promise<void> {
  expect((await write) !== false, `\`${method}\` does not write, although \`replaces\` is what is stored`);
}

async function expectRefused(write: Promise<unknown>, method: string): Promise<void> {
  const result = await write;
  expect(result === false, `\`${method}\` does not resolve with false, although something else is stored`);
}

async function expectSoon(work: Promise<unknown>, otherwise: string): Promise<void> {
  const late = Symbol();
  const stop = new AbortController();
  const first = await Promise.race([work, wait(SOON, late, stop)]);
  stop.abort();
  expect(first !== late, otherwise);
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`passport-monei: this store does not meet the contract: ${otherwise}.`);
}

function shown(value: string | null): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
}
