import { expect } from 'chai';
import { Mutex } from 'redis-semaphore';
import { loadMutex } from '../../../src/tokens/stores/redis-mutex.js';
import { rejection } from '../../helpers/rejection.js';

describe('loadMutex', () => {
  it('loads the class of the package redis-semaphore', async () => {
    expect(await loadMutex()).to.equal(Mutex);
    expect(await loadMutex(async () => ({ Mutex }))).to.equal(Mutex);
  });

  const failure = (message: string, code?: string) => Object.assign(new Error(message), code && { code });

  for (const missing of [
    failure("Cannot find package 'redis-semaphore' imported from /app/index.js", 'ERR_MODULE_NOT_FOUND'),
    failure("Cannot find module 'redis-semaphore'", 'MODULE_NOT_FOUND'),
  ]) {
    it(`says what to install when Node says ${missing.message}`, async () => {
      expect(await rejection(loadMutex(() => Promise.reject(missing))))
        .to.be.an('error')
        .with.property(
          'message',
          'passport-monei: redisStore() needs a package for its locks: npm install redis-semaphore',
        );
    });
  }

  for (const other of [
    failure("Cannot find module 'debug'", 'MODULE_NOT_FOUND'),
    failure("Unexpected token in 'redis-semaphore'"),
    'no error',
    undefined,
  ]) {
    const says = other instanceof Error ? other.message : String(other);
    it(`says what is wrong when that is: ${says}`, async () => {
      const error = await rejection(loadMutex(() => Promise.reject(other)));
      expect(error)
        .to.be.an('error')
        .with.property(
          'message',
          `passport-monei: redisStore() can't load the package redis-semaphore: ${says}. ` +
            'Its class can be passed in: redisStore({ client, Mutex })',
        );
      expect(error).to.have.property('cause', other);
    });
  }
});
