import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { RateLimiter } from '../src/rate-limiter.js';

describe('RateLimiter', () => {
  let clock: FakeTimers.Clock;
  beforeEach(() => {
    clock = FakeTimers.install({ toFake: ['Date'] });
  });
  afterEach(() => clock.uninstall());

  it('allows a number of requests in any minute, and tells how long to wait', () => {
    const limiter = new RateLimiter(2);
    expect(limiter.take()).to.equal(0);
    clock.tick(10_000);
    expect(limiter.take()).to.equal(0);
    expect(limiter.take()).to.equal(50);
    clock.tick(49_500);
    expect(limiter.take()).to.equal(1);
    clock.tick(500);
    expect(limiter.take()).to.equal(0);
    expect(limiter.take()).to.equal(10);
  });
});
