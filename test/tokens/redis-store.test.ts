import Module from 'node:module';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { redisStore } from '../../src/tokens/index.js';
import { rejection } from '../helpers/rejection.js';
import { until } from '../helpers/until.js';

// What it does with Redis is tested in test/redis.
describe('redisStore, without Redis,', () => {
  const client = { call: async () => null };

  for (const wrong of [undefined, null, {}, 'redis://127.0.0.1', { sendCommand: true }]) {
    it(`refuses ${JSON.stringify(wrong)} as a client, and says what it takes`, () => {
      expect(() => redisStore({ client: wrong } as never)).to.throw(TypeError, '`redis` (4 or newer');
    });
  }

  it('refuses no options at all in the same way', () => {
    expect(() => redisStore(undefined as never)).to.throw(TypeError, '`redis` (4 or newer');
  });

  for (const prefix of ['', null, 7]) {
    it(`refuses ${JSON.stringify(prefix)} as a prefix`, () => {
      expect(() => redisStore({ client, prefix } as never)).to.throw(TypeError, '`prefix`');
    });
  }

  it('refuses a client of Redis Sentinel, which wants more to be told', () => {
    const sentinel = { sendCommand() {}, getMasterNode() {} };
    expect(() => redisStore({ client: sentinel } as never)).to.throw(TypeError, '`redis` (4 or newer');
  });

  it('takes a client’s undefined for nothing', async () => {
    expect(await redisStore({ client: { call: async () => undefined } }).load('ada')).to.equal(undefined);
  });

  it('has done what replaces nothing in particular, once Redis has answered', async () => {
    const store = redisStore({ client });
    expect(await store.save('ada', 'tokens')).to.equal(true);
    expect(await store.delete('ada')).to.equal(true);
  });

  it('goes on extending its lock after it could not send the script for that', async () => {
    const clock = FakeTimers.install({ toFake: ['setInterval', 'clearInterval'] });
    const scripts: string[] = [];
    const answers = {
      SET: async () => 'OK',
      EVALSHA: async () => {
        throw new Error('NOSCRIPT');
      },
      EVAL: async () => {
        scripts.push('sent');
        throw new Error('gone');
      },
    };
    try {
      const call = (name: string) => answers[name as keyof typeof answers]();
      await redisStore({ client: { call } }).lock('ada', async () => {
        for (const times of [1, 2, 3]) {
          clock.tick(3_000);
          await until(async () => scripts.length === times);
        }
      });
    } finally {
      clock.uninstall();
    }
  });

  for (const words of ["with args beginning with: 'mct_1'", ", with args beginning with: 'mct_1'"]) {
    it(`leaves out of an error what Redis quotes ${words.startsWith(',') ? 'behind' : 'without'} a comma`, async () => {
      const quoting = { call: () => Promise.reject(new Error(`ERR unknown ${words}`)) };
      const error = await rejection(redisStore({ client: quoting }).load('ada'));
      expect((error as Error).message.trim()).to.equal('passport-monei: Redis: ERR unknown');
    });
  }

  it('makes an error of whatever a client rejects with', async () => {
    const broken = { call: () => Promise.reject('gone') };
    const error = await rejection(redisStore({ client: broken }).load('ada'));
    expect(error).to.be.an('error').with.property('message', 'passport-monei: Redis: gone');
  });

  describe('and without the package of its locks', () => {
    const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
    const { _load: load } = loader;
    const missing = new Error("Cannot find module 'redis-semaphore'");
    before(() => {
      loader._load = (request, ...rest) => {
        if (request === 'redis-semaphore') throw missing;
        return load.call(loader, request, ...rest);
      };
    });
    after(() => {
      loader._load = load;
    });

    it('says at once what to install', () => {
      expect(() => redisStore({ client }))
        .to.throw('passport-monei: redisStore() needs a package for its locks: npm install redis-semaphore')
        .with.property('cause', missing);
    });
  });
});
