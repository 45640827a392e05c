import Module from 'node:module';
import { expect } from 'chai';
import { redisStore } from '../../src/tokens/index.js';
import { rejection } from '../helpers/rejection.js';

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
