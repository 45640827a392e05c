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

  it('stores tokens under the prefix and the user id, by default under passport-monei:', async () => {
    await redisStore({ client: nodeRedis, prefix }).save('ada', 'tokens');
    expect(await nodeRedis.get(`${prefix}ada`)).to.equal('tokens');
    const userId = prefix.replaceAll(':', '-');
    await redisStore({ client: nodeRedis }).save(userId, 'tokens');
    expect(await nodeRedis.get(`passport-monei:${userId}`)).to.equal('tokens');
  });

  it('uses different keys for each prefix and user id, and for tokens and leases', async () => {
    const pairs = [
      ['', 'a:b'],
      ['a', 'b'],
      ['a', '%3Ab'],
      ['a:', ':b'],
      ['ab', 'c'],
      ['a', 'bc'],
      ['a:b', 'c'],
      ['a', 'b:c'],
      // Attempts to name the lease of `b` under `a`, or its tokens by the key of another lease.
      ['a', 'b%lease'],
      ['a', 'b%25lease'],
      ['a:b%lease', ''],
      ['a', 'b:lease'],
      ['a:lease', 'b'],
      ['mutex:a', 'b'],
    ] as const;
    const storeWith = (start: string) => redisStore({ client: nodeRedis, prefix: prefix + start });
    const isRunning: string[] = [];
    const done = deferred<void>();
    const running = pairs.map(([start, userId]) =>
      storeWith(start).lock(userId, async () => {
        isRunning.push(userId);
        await storeWith(start).save(userId, `${start} and ${userId}`);
        await done.promise;
      }),
    );
    await until(async () => isRunning.length === pairs.length);
    const keys = () => nodeRedis.keys(`${prefix}*`);
    await until(async () => (await keys()).length === 2 * pairs.length);
    done.resolve();
    await Promise.all(running);
    for (const [start, userId] of pairs) {
      expect(await storeWith(start).load(userId)).to.equal(`${start} and ${userId}`);
    }
    expect(await keys()).to.have.lengthOf(pairs.length);
  });

  it('repeats a write without effect, if the response to the first one was lost', async () => {
    const store = redisStore({ client: nodeRedis, prefix });
    await store.save('ada', 'first');
    expect(await store.save('ada', 'second', 'first')).to.equal(true);
    expect(await store.save('ada', 'second', 'first')).to.equal(true);
    expect(await store.delete('ada', 'second')).to.equal(true);
    expect(await store.delete('ada', 'second')).to.equal(true);
  });

  it('works with a client that returns strings as buffers', async () => {
    const { BLOB_STRING, SIMPLE_STRING } = RESP_TYPES;
    const client = nodeRedis.withTypeMapping({ [BLOB_STRING]: Buffer, [SIMPLE_STRING]: Buffer });
    const store = redisStore({ client, prefix });
    await store.lock('ada', () => store.save('ada', 'tokens'));
    expect(await store.load('ada')).to.equal('tokens');
  });

  it('[S23] redacts the tokens that clients and Redis quote in errors', async () => {
    await nodeRedis.rPush(`${prefix}bob`, 'a list');
    for (const client of [ioredis, nodeRedis]) {
      const store = redisStore({ client, prefix });
      const failed = await rejection(store.save('bob', 'mct_2', 'mct_1'));
      expect(failed).to.be.an('error').with.property('message').that.includes('WRONGTYPE');
      expect(everythingIn(failed)).to.not.match(/mct_/);
    }
    // Redis quotes the arguments of a command that it does not know.
    const quoting = { call: (_name: string, ...args: string[]) => ioredis.call('UNKNOWN', ...args) };
    const quoted = await rejection(redisStore({ client: quoting, prefix }).save('ada', 'secret-of-ada'));
    expect(quoted)
      .to.be.an('error')
      .with.property('message')
      .that.includes('passport-monei: Redis: ERR unknown');
    expect(everythingIn(quoted)).to.not.include('secret');
  });

  describe('its lock', () => {
    const leaseKey = () => `${prefix}ada%lease`;
    const leftMs = () => nodeRedis.pTTL(leaseKey());
    /** The result of `pTTL` for a key that does not exist. */
    const FREE = -2;

    it('is a lease of ten seconds, which is released after use', async () => {
      for (const client of [ioredis, nodeRedis]) {
        await redisStore({ client, prefix }).lock('ada', async () => {
          expect(await leftMs()).to.be.within(8_000, 10_000);
        });
        expect(await leftMs()).to.equal(FREE);
      }
    });

    it('is renewed until its holder is done, also after a renewal that failed', async () => {
      let failures = 1;
      let renewals = 0;
      const client = {
        async sendCommand(words: string[]) {
          if (words[1]?.includes('pexpire')) {
            renewals++;
            if (failures-- > 0) throw new Error('READONLY');
          }
          return nodeRedis.sendCommand(words);
        },
      };
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        await redisStore({ client, prefix }).lock('ada', async () => {
          await nodeRedis.pExpire(leaseKey(), 7_000);
          await clock.tickAsync(3_000);
          expect(renewals).to.equal(1);
          await clock.tickAsync(3_000);
          await until(async () => (await leftMs()) > 8_000);
        });
      } finally {
        clock.uninstall();
      }
      expect(await leftMs()).to.equal(FREE);
    });

    it('is taken by a waiting caller when the lease of a crashed holder has ended', async () => {
      await nodeRedis.set(leaseKey(), 'dead holder', { PX: 10_000 });
      let attempts = 0;
      const client = {
        sendCommand: (words: string[]) => nodeRedis.sendCommand(words).finally(() => attempts++),
      };
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const done = redisStore({ client, prefix }).lock('ada', async () => 'done');
        await until(async () => attempts === 1);
        expect(await leftMs()).to.be.above(8_000);
        await nodeRedis.pExpire(leaseKey(), 0);
        await clock.tickAsync(100);
        expect(await done).to.equal('done');
      } finally {
        clock.uninstall();
      }
    });

    it('is taken although the response was lost, or the client sends the script twice', async () => {
      let lost = false;
      const losing = {
        async sendCommand(words: string[]) {
          const response = await nodeRedis.sendCommand(words);
          if (lost) return response;
          lost = true;
          throw new Error('connection lost');
        },
      };
      const repeating = {
        async sendCommand(words: string[]) {
          await nodeRedis.sendCommand(words);
          return nodeRedis.sendCommand(words);
        },
      };
      for (const client of [losing, repeating]) {
        expect(await redisStore({ client, prefix }).lock('ada', async () => 'done')).to.equal('done');
        expect(await leftMs()).to.equal(FREE);
      }
      expect(lost).to.equal(true);
    });

    it('is taken although the connection breaks after the script ran, with a client that sends it again', async () => {
      const client = new Redis(REDIS_URL, { retryStrategy: () => 0 });
      try {
        await client.ping();
        const call = client.call.bind(client);
        let broken = 0;
        const breaking = {
          async call(name: string, ...args: string[]) {
            const response = call(name, ...args);
            if (name === 'EVAL' && broken++ === 0) client.stream.destroy();
            return response;
          },
        };
        expect(await redisStore({ client: breaking, prefix }).lock('ada', async () => 'done')).to.equal(
          'done',
        );
        expect(await leftMs()).to.equal(FREE);
      } finally {
        client.disconnect();
      }
    });

    it('works after Redis has lost its scripts', async () => {
      await nodeRedis.scriptFlush();
      await redisStore({ client: nodeRedis, prefix }).lock('ada', async () => {});
      expect(await leftMs()).to.equal(FREE);
    });

    it('is neither renewed nor released by a holder that has lost it', async () => {
      const [stalledWork, nextWork] = [deferred<void>(), deferred<void>()];
      const store = redisStore({ client: nodeRedis, prefix });
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const stalled = store.lock('ada', () => stalledWork.promise);
        await until(async () => (await leftMs()) > 0);
        await nodeRedis.set(leaseKey(), 'another holder', { PX: 5_000 });
        await clock.tickAsync(3_000);
        stalledWork.resolve();
        await stalled;
        expect(await leftMs()).to.be.within(1, 5_000);
        await nodeRedis.del(leaseKey());
        const next = store.lock('ada', () => nextWork.promise);
        await until(async () => (await leftMs()) > 5_000);
        nextWork.resolve();
        await next;
        expect(await leftMs()).to.equal(FREE);
      } finally {
        clock.uninstall();
      }
    });

    it('lets its holder finish if Redis is gone when the lease must be renewed and released', async () => {
      const failing = { down: false };
      const client = {
        sendCommand: (words: string[]) =>
          failing.down ? Promise.reject(new Error('Redis is gone')) : nodeRedis.sendCommand(words),
      };
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      const unhandled: unknown[] = [];
      const listener = (reason: unknown) => unhandled.push(reason);
      process.on('unhandledRejection', listener);
      try {
        const done = await redisStore({ client, prefix }).lock('ada', async () => {
          failing.down = true;
          await clock.tickAsync(3_000);
          return 'done';
        });
        expect(done).to.equal('done');
        expect(unhandled).to.deep.equal([]);
      } finally {
        process.off('unhandledRejection', listener);
        clock.uninstall();
      }
    });

    it('is not taken by a caller whose signal has aborted', async () => {
      const store = redisStore({ client: nodeRedis, prefix });
      const stop = new AbortController();
      await store.lock('ada', async () => {
        const waiting = rejection(store.lock('ada', async () => {}, stop));
        stop.abort(new Error('enough'));
        expect(await waiting).to.equal(stop.signal.reason);
      });
      expect(await leftMs()).to.equal(FREE);
    });
  });

  it('refuses clients of node-redis whose `sendCommand` takes other arguments', () => {
    const cluster = createCluster({ rootNodes: [{ url: REDIS_URL }] });
    const legacy = { sendCommand() {}, options: { legacyMode: true } };
    for (const client of [cluster, legacy]) {
      expect(() => redisStore({ client } as never)).to.throw(TypeError, 'not in legacy mode');
    }
  });
});
