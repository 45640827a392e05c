import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { LEASE_MS, type Leases, withLease } from '../../../src/tokens/stores/leases.js';
import { deferred } from '../../helpers/deferred.js';
import { rejection } from '../../helpers/rejection.js';

/** Leases in memory, by user, that record the calls. */
class MemoryLeases implements Leases {
  database = 'Memory';
  readonly held = new Map<string, { holder: string; until: number }>();
  readonly calls: string[] = [];

  async take(userId: string, holder: string) {
    this.calls.push('take');
    const lease = this.held.get(userId);
    if (lease && lease.until > Date.now() && lease.holder !== holder) return false;
    this.held.set(userId, { holder, until: Date.now() + LEASE_MS });
    return true;
  }
  async renew(userId: string, holder: string) {
    this.calls.push('renew');
    if (this.held.get(userId)?.holder === holder) {
      this.held.set(userId, { holder, until: Date.now() + LEASE_MS });
    }
  }
  async release(userId: string, holder: string) {
    this.calls.push('give back');
    if (this.held.get(userId)?.holder === holder) this.held.delete(userId);
  }
}

/** Returns leases of which another process has the one of Ada, until a time in milliseconds. */
function heldUntil(until: number): MemoryLeases {
  const leases = new MemoryLeases();
  leases.held.set('ada', { holder: 'another process', until });
  return leases;
}

describe('withLease', () => {
  let clock: FakeTimers.Clock;
  beforeEach(() => {
    clock = FakeTimers.install({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => clock.uninstall());

  it('takes the lease, runs the function and releases the lease', async () => {
    const leases = new MemoryLeases();
    const result = await withLease(leases, 'ada', async () => {
      leases.calls.push('work');
      return 'done';
    });
    expect(result).to.equal('done');
    expect(leases.calls).to.deep.equal(['take', 'work', 'give back']);
    expect(leases.held.size).to.equal(0);
  });

  it('rejects with the error of the function, and releases the lease', async () => {
    const leases = new MemoryLeases();
    const failure = new Error('failed under the lease');
    for (const fn of [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ]) {
      expect(await rejection(withLease(leases, 'ada', fn))).to.equal(failure);
    }
    expect(leases.held.size).to.equal(0);
  });

  it('has another holder in each call', async () => {
    const leases = new MemoryLeases();
    const holders = new Set<string | undefined>();
    for (let n = 0; n < 2; n++) {
      await withLease(leases, 'ada', async () => holders.add(leases.held.get('ada')?.holder));
    }
    expect(holders.size).to.equal(2);
  });

  it('tries again every 100 ms while another process has the lease, and runs the function after that', async () => {
    const leases = heldUntil(250);
    const done = withLease(leases, 'ada', async () => Date.now());
    await clock.tickAsync(299);
    expect(leases.calls).to.deep.equal(['take', 'take', 'take']);
    await clock.tickAsync(1);
    expect(await done).to.equal(300);
  });

  it('rejects with the code lock_timeout after 60 s', async () => {
    const leases = heldUntil(Number.POSITIVE_INFINITY);
    const reason = rejection(withLease(leases, 'ada', async () => expect.fail('it ran without the lease')));
    await clock.tickAsync(59_999);
    expect(leases.calls).to.have.lengthOf(600);
    await clock.tickAsync(1);
    expect(await reason).to.include({
      code: 'lock_timeout',
      message:
        'passport-monei: waited 60 s for the lock on the tokens of this user. Check that Monei and Memory respond.',
    });
    expect(leases.calls).to.have.lengthOf(601);
    expect(clock.countTimers()).to.equal(0);
  });

  it('rejects with the reason of the signal as soon as that aborts', async () => {
    const leases = heldUntil(Number.POSITIVE_INFINITY);
    const stop = new AbortController();
    const reason = rejection(
      withLease(leases, 'ada', async () => expect.fail('it ran without the lease'), stop),
    );
    await clock.tickAsync(150);
    stop.abort(new Error('enough'));
    expect(await reason).to.equal(stop.signal.reason);
    expect(leases.calls).to.deep.equal(['take', 'take']);
    expect(clock.countTimers()).to.equal(0);
  });

  it('does not stop the function when the signal aborts while it runs', async () => {
    const stop = new AbortController();
    const result = await withLease(
      new MemoryLeases(),
      'ada',
      async () => {
        stop.abort();
        return 'done';
      },
      stop,
    );
    expect(result).to.equal('done');
  });

  it('runs if the response to the first attempt was lost, because the second one has the same holder', async () => {
    const leases = new MemoryLeases();
    const take = leases.take.bind(leases);
    leases.take = async (...args) => {
      const taken = await take(...args);
      if (leases.calls.length === 1) throw new Error('connection lost');
      return taken;
    };
    expect(await withLease(leases, 'ada', async () => 'done')).to.equal('done');
    expect(leases.calls).to.deep.equal(['take', 'take', 'give back']);
  });

  it('rejects with the error of the database if the second attempt fails, too', async () => {
    const leases = new MemoryLeases();
    leases.take = async () => {
      leases.calls.push('take');
      throw new Error('gone');
    };
    const work = async () => expect.fail('it ran without the lease');
    expect(await rejection(withLease(leases, 'ada', work))).to.have.property('message', 'gone');
    expect(leases.calls).to.deep.equal(['take', 'take']);
  });

  it('renews the lease every 3 s until the function is done, also after a renewal that failed', async () => {
    const leases = new MemoryLeases();
    const renew = leases.renew.bind(leases);
    leases.renew = async (...args) => {
      await renew(...args);
      if (Date.now() === 3_000) throw new Error('gone');
    };
    const work = deferred<void>();
    const done = withLease(leases, 'ada', () => work.promise);
    await clock.tickAsync(2_999);
    expect(leases.calls).to.deep.equal(['take']);
    await clock.tickAsync(30_001);
    expect(leases.calls).to.deep.equal(['take', ...Array.from({ length: 11 }, () => 'renew')]);
    expect(leases.held.get('ada')?.until).to.equal(43_000);
    work.resolve();
    await done;
    await clock.tickAsync(30_000);
    expect(leases.calls.filter((call) => call === 'renew')).to.have.lengthOf(11);
    expect(clock.countTimers()).to.equal(0);
  });

  it('resolves with the result of the function if the lease cannot be released', async () => {
    const leases = new MemoryLeases();
    leases.release = () => Promise.reject(new Error('gone'));
    expect(await withLease(leases, 'ada', async () => 'done')).to.equal('done');
  });

  it('does not keep a process alive with its renewals', async () => {
    clock.uninstall();
    await new Promise(setImmediate); // Mocha sets a timer of its own.
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await withLease(new MemoryLeases(), 'ada', async () => {
      expect(timers()).to.equal(before);
    });
  });
});
