import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { redisStore } from '../../../src/tokens/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { rejection } from '../../helpers/rejection.js';

// Tests that need Redis are in test/redis.
describe('redisStore, without Redis,', () => {
  const client = { call: async () => null };

  for (const invalid of [undefined, null, {}, 'redis://127.0.0.1', { sendCommand: true }]) {
    it(`refuses ${JSON.stringify(invalid)} as a client, and names the supported ones`, () => {
      expect(() => redisStore({ client: invalid } as never)).to.throw(TypeError, '`redis` (4 or newer');
    });
  }

  it('refuses to be called without options', () => {
    expect(() => redisStore(undefined as never)).to.throw(TypeError, '`redis` (4 or newer');
  });

  for (const prefix of ['', null, 7]) {
    it(`refuses ${JSON.stringify(prefix)} as a prefix`, () => {
      expect(() => redisStore({ client, prefix } as never)).to.throw(TypeError, '`prefix`');
    });
  }

  it('refuses a client of Redis Sentinel, which needs more arguments', () => {
    const sentinel = { sendCommand() {}, getMasterNode() {} };
    expect(() => redisStore({ client: sentinel } as never)).to.throw(TypeError, '`redis` (4 or newer');
  });

  it('loads nothing if the client resolves with undefined', async () => {
    expect(await redisStore({ client: { call: async () => undefined } }).load('ada')).to.equal(undefined);
  });

  it('resolves with true for a write without `replaces`', async () => {
    const store = redisStore({ client });
    expect(await store.save('ada', 'tokens')).to.equal(true);
    expect(await store.delete('ada')).to.equal(true);
  });

  it('redacts the tokens and the user id in an error of Redis or the client', async () => {
    const [old, renewed] = ['{"refreshToken":"first-of-ada"}', '{"refreshToken":"second-of-ada"}'];
    const quoting = {
      call: (...words: string[]) =>
        Promise.reject(
          Object.assign(
            new Error(`ERR unknown, with args beginning with: '${words.join("' '").slice(0, 900)}'`),
            {
              code: 'ECONNRESET',
              command: { name: words[0], args: words.slice(1) },
            },
          ),
        ),
    };
    const store = redisStore({ client: quoting });
    for (const failing of [
      store.load('user-of-app'),
      store.save('user-of-app', renewed),
      store.save('user-of-app', renewed, old),
      store.delete('user-of-app'),
      store.delete('user-of-app', old),
      store.lock('user-of-app', async () => {}),
    ]) {
      const error = await rejection(failing);
      expect(error)
        .to.be.an('error')
        .with.property('message')
        .that.includes('passport-monei: Redis: ERR unknown');
      expect(error).to.have.property('code', 'ECONNRESET');
      expect(everythingIn(error)).to.not.match(/of-ada|of-app/);
    }
  });

  it('rejects with the code lock_timeout if the lock is not free within 60 s', async () => {
    const clock = FakeTimers.install({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const work = async () => expect.fail('it ran without the lock');
      const reason = rejection(redisStore({ client: { call: async () => 0 } }).lock('ada', work));
      await clock.tickAsync(60_000);
      const error = await reason;
      expect(error).to.have.property('code', 'lock_timeout');
      expect(error).to.have.property('message').that.includes('Check that Monei and Redis respond.');
    } finally {
      clock.uninstall();
    }
  });

  it('refuses an unknown option', () => {
    expect(() => redisStore({ client, perfix: 'app:' } as never)).to.throw(
      TypeError,
      'passport-monei: redisStore has no option `perfix`, only client, prefix.',
    );
  });
});
