import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { createCluster, RESP_TYPES } from 'redis';
import { redisStore, type StoresToTest, testTokenStore } from '../../src/tokens/index.js';
import { deferred } from '../helpers/deferred.js';
import { everythingIn } from '../helpers/everything-in.js';
import { rejection } from '../helpers/rejection.js';
import { until } from '../helpers/until.js';
import { connectRedis, deleteKeys, freshPrefix, REDIS_URL } from './redis-server.js';

describe('redisStore', () => {
  let nodeRedis: Awaited<ReturnType<typeof connectRedis>>;
  let ioredis: Redis;
  let prefix: string;

  before(async () => {
    nodeRedis = await connectRedis();
    ioredis = new Redis(REDIS_URL);
  });
  beforeEach(() => {
    prefix = freshPrefix();
  });
  afterEach(() => deleteKeys(nodeRedis, prefix));
  after(async () => {
    await nodeRedis.close();
    ioredis.disconnect();
  });

  const itIsATokenStore = (makeStores: () => StoresToTest) => {
    for (const { name, run } of testTokenStore(makeStores)) it(name, run);
  };

  describe('with two clients of the package redis', () => {
    let second: typeof nodeRedis;
    before(async () => {
      second = await connectRedis();
    });
    after(() => second.close());
    itIsATokenStore(() => [
      redisStore({ client: nodeRedis, prefix }),
      redisStore({ client: second, prefix }),
    ]);
  });

  describe('with two clients of the package ioredis', () => {
    let second: Redis;
    before(() => {
      second = new Redis(REDIS_URL);
    });
    after(() => second.disconnect());
    itIsATokenStore(() => [redisStore({ client: ioredis, prefix }), redisStore({ client: second, prefix })]);
  });

  describe('with one client of each', () => {
    itIsATokenStore(() => [
      redisStore({ client: ioredis, prefix }),
      redisStore({ client: nodeRedis, prefix }),
    ]);
  });

  it('keeps a user under the prefix and the id, and by default under passport-monei:', async () => {
    await redisStore({ client: nodeRedis, prefix }).save('ada', 'tokens');
    expect(await nodeRedis.get(`${prefix}ada`)).to.equal('tokens');
    const userId = prefix.replaceAll(':', '-');
    await redisStore({ client: nodeRedis }).save(userId, 'tokens');
    expect(await nodeRedis.get(`passport-monei:${userId}`)).to.equal('tokens');
  });

  it('keeps users apart whose prefixes and ids look alike when they are put together', async () => {
    const pairs = [
      ['', 'a:b'],
      ['a', 'b'],
      ['a', '%3Ab'],
      ['a:', ':b'],
      ['ab', 'c'],
      ['a', 'bc'],
      ['a:b', 'c'],
      ['a', 'b:c'],
    ] as const;
    const store = (start: string) => redisStore({ client: nodeRedis, prefix: prefix + start });
    for (const [start, userId] of pairs) await store(start).save(userId, `${start} and ${userId}`);
    for (const [start, userId] of pairs) {
      expect(await store(start).load(userId)).to.equal(`${start} and ${userId}`);
    }
  });

  it('takes a second try of the same write, whose first answer was lost, for done', async () => {
    const store = redisStore({ client: nodeRedis, prefix });
    await store.save('ada', 'first');
    expect(await store.save('ada', 'second', 'first')).to.equal(true);
    expect(await store.save('ada', 'second', 'first')).to.equal(true);
    expect(await store.delete('ada', 'second')).to.equal(true);
    expect(await store.delete('ada', 'second')).to.equal(true);
  });

  it('works with a client that gives texts as buffers', async () => {
    const { BLOB_STRING, SIMPLE_STRING } = RESP_TYPES;
    const client = nodeRedis.withTypeMapping({ [BLOB_STRING]: Buffer, [SIMPLE_STRING]: Buffer });
    const store = redisStore({ client, prefix });
    await store.lock('ada', () => store.save('ada', 'tokens'));
    expect(await store.load('ada')).to.equal('tokens');
  });

  it('lets no token into its errors, which clients like to put there', async () => {
    await ioredis.set(`${prefix}ada`, 'mct_1');
    await ioredis.rpush(`${prefix}bob`, 'no text');
    const store = redisStore({ client: ioredis, prefix });
    const failed = await rejection(store.save('bob', 'mct_2', 'mct_1'));
    expect(failed).to.be.an('error').with.property('message').that.includes('WRONGTYPE');
    expect(everythingIn(failed)).to.not.match(/mct_/);
    const quoting = {
      call: () => Promise.reject(new Error("ERR unknown, with args beginning with: 'mct_3'")),
    };
    const quoted = await rejection(redisStore({ client: quoting, prefix }).load('ada'));
    expect(quoted).to.have.property('message', 'passport-monei: Redis: ERR unknown');
  });

  describe('the lock', () => {
    const held = () => nodeRedis.pTTL(`mutex:${prefix}ada`);

    it('is a lease of ten seconds, which opens by itself if its holder dies, and is given back after use', async () => {
      const store = redisStore({ client: nodeRedis, prefix });
      await store.lock('ada', async () => {
        expect(await held()).to.be.within(8_000, 10_000);
      });
      expect(await held()).to.equal(-2);
    });

    it('is extended for as long as its holder works', async () => {
      const clock = FakeTimers.install({ toFake: ['setInterval', 'clearInterval'] });
      try {
        await redisStore({ client: nodeRedis, prefix }).lock('ada', async () => {
          await nodeRedis.pExpire(`mutex:${prefix}ada`, 1_000);
          clock.tick(3_000);
          await until(async () => (await held()) > 8_000);
        });
      } finally {
        clock.uninstall();
      }
    });

    it('is extended also after Redis failed to extend it once', async () => {
      const failing = { once: false };
      const client = {
        async sendCommand(words: string[]) {
          const fails = failing.once && words[0] === 'EVALSHA';
          if (fails) failing.once = false;
          return fails ? Promise.reject(new Error('READONLY')) : nodeRedis.sendCommand(words);
        },
      };
      const clock = FakeTimers.install({ toFake: ['setInterval', 'clearInterval'] });
      try {
        await redisStore({ client, prefix }).lock('ada', async () => {
          await nodeRedis.pExpire(`mutex:${prefix}ada`, 5_000);
          failing.once = true;
          clock.tick(3_000);
          await until(async () => !failing.once);
          await new Promise(setImmediate);
          clock.tick(3_000);
          await until(async () => (await held()) > 8_000);
        });
        expect(await held()).to.equal(-2);
      } finally {
        clock.uninstall();
      }
    });

    it('works also after Redis lost the scripts that it was sent before', async () => {
      await nodeRedis.scriptFlush();
      await redisStore({ client: nodeRedis, prefix }).lock('ada', async () => {});
      expect(await held()).to.equal(-2);
    });

    it('that was lost is not taken from whoever has it now', async () => {
      const [gone, working] = [deferred<void>(), deferred<void>()];
      const store = redisStore({ client: nodeRedis, prefix });
      const stalled = store.lock('ada', () => gone.promise);
      await until(async () => (await held()) > 0);
      await nodeRedis.del(`mutex:${prefix}ada`);
      const next = store.lock('ada', () => working.promise);
      await until(async () => (await held()) > 0);
      gone.resolve();
      await stalled;
      expect(await held()).to.be.above(0);
      working.resolve();
      await next;
    });

    it('that can not be extended or given back, because Redis is gone, does no harm to the work under it', async () => {
      const failing = { down: false };
      const client = {
        sendCommand: (words: string[]) =>
          failing.down ? Promise.reject(new Error('Redis is gone')) : nodeRedis.sendCommand(words),
      };
      const clock = FakeTimers.install({ toFake: ['setInterval', 'clearInterval'] });
      const unhandled: unknown[] = [];
      const listener = (reason: unknown) => unhandled.push(reason);
      process.on('unhandledRejection', listener);
      try {
        const done = await redisStore({ client, prefix }).lock('ada', async () => {
          failing.down = true;
          clock.tick(3_000);
          for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
          return 'done';
        });
        expect(done).to.equal('done');
        expect(unhandled).to.deep.equal([]);
      } finally {
        process.off('unhandledRejection', listener);
        clock.uninstall();
      }
    });

    it('is not waited for any more by a caller who says so', async () => {
      const store = redisStore({ client: nodeRedis, prefix });
      const stop = new AbortController();
      await store.lock('ada', async () => {
        const waiting = rejection(store.lock('ada', async () => {}, stop));
        stop.abort(new Error('enough'));
        expect(await waiting).to.equal(stop.signal.reason);
      });
      expect(await held()).to.equal(-2);
    });

    it('that nobody gives back ends the wait after a minute, with an error', async () => {
      await nodeRedis.set(`mutex:${prefix}ada`, 'somebody else');
      const clock = FakeTimers.install({ now: Date.now(), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
      try {
        const waiting = rejection(redisStore({ client: ioredis, prefix }).lock('ada', async () => {}));
        await new Promise(setImmediate);
        clock.setSystemTime(Date.now() + 60_000);
        let settled = false;
        waiting.then(() => {
          settled = true;
        });
        while (!settled) {
          clock.tick(50);
          await new Promise(setImmediate);
        }
        expect(await waiting).to.include({
          code: 'lock_timeout',
          message:
            'passport-monei: waited 60 s for the lock of a user whose tokens others are refreshing or saving. ' +
            'Do Monei and Redis answer?',
        });
      } finally {
        clock.uninstall();
      }
    });
  });

  it('refuses clients of node-redis that take commands in another way', () => {
    const cluster = createCluster({ rootNodes: [{ url: REDIS_URL }] });
    const legacy = { sendCommand() {}, options: { legacyMode: true } };
    for (const client of [cluster, legacy]) {
      expect(() => redisStore({ client } as never)).to.throw(TypeError, 'not in legacy mode');
    }
  });
});
