import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { Mutex } from 'redis-semaphore';
import { redisStore } from '../../../src/tokens/index.js';
import { rejection } from '../../helpers/rejection.js';
import { until } from '../../helpers/until.js';

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

  it('refuses an option that it does not know', () => {
    expect(() => redisStore({ client, perfix: 'app:' } as never)).to.throw(
      TypeError,
      'passport-monei: redisStore has no option `perfix`, only client, prefix, Mutex.',
    );
  });

  it('refuses what is no class as one, and takes the one of redis-semaphore', async () => {
    expect(() => redisStore({ client, Mutex: { Mutex } } as never)).to.throw(TypeError, '`Mutex`');
    const answering = { call: async (name: string) => (name === 'SET' ? 'OK' : 1) };
    const made: string[] = [];
    class Watched extends Mutex {
      constructor(...args: ConstructorParameters<typeof Mutex>) {
        super(...args);
        made.push(args[1]);
      }
    }
    const store = redisStore({ client: answering, Mutex: Watched });
    expect(await store.lock('ada', async () => 'done')).to.equal('done');
    expect(made).to.deep.equal(['passport-monei:ada']);
  });
});
