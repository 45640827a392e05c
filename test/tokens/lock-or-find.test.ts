import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { lockOrFind } from '../../src/tokens/lock-or-find.js';
import { deferred } from '../helpers/deferred.js';
import { rejection } from '../helpers/rejection.js';

describe('lockOrFind', () => {
  let clock: FakeTimers.Clock;
  /** When it looked for an outcome. */
  let looks: number[];
  /** What it finds there. */
  let outcome: string | undefined;
  let worked: number;

  beforeEach(() => {
    clock = FakeTimers.install({ now: 0 });
    looks = [];
    outcome = undefined;
    worked = 0;
  });
  afterEach(() => clock.uninstall());

  const work = async () => `work ${++worked}`;
  const find = async () => {
    looks.push(clock.now);
    return outcome;
  };

  it('works under a lock that is free, and does not look', async () => {
    const done = lockOrFind((fn) => fn(), work, find);
    await clock.tickAsync(1_000);
    expect(await done).to.equal('work 1');
    expect(looks).to.deep.equal([]);
  });

  it('looks soon, then every 100 ms, while others have the lock, and works when it is open', async () => {
    const open = deferred<void>();
    const done = lockOrFind((fn) => open.promise.then(fn), work, find);
    await clock.tickAsync(500);
    expect(looks).to.deep.equal([10, 30, 70, 150, 250, 350, 450]);
    open.resolve();
    await clock.tickAsync(500);
    expect(await done).to.equal('work 1');
    expect(looks).to.have.lengthOf(7);
  });

  it('takes what it finds, tells the lock, and does no work if it is let in after that', async () => {
    const open = deferred<void>();
    let late: Promise<unknown> | undefined;
    let waiting: AbortSignal | undefined;
    const done = lockOrFind(
      (fn, { signal }) => {
        waiting = signal;
        const locked = open.promise.then(fn);
        late = rejection(locked);
        return locked;
      },
      work,
      find,
    );
    await clock.tickAsync(20);
    expect(waiting?.aborted).to.equal(false);
    outcome = 'found';
    await clock.tickAsync(10);
    expect(await done).to.equal('found');
    expect(waiting?.aborted).to.equal(true);
    open.resolve();
    expect(await late).to.equal(waiting?.reason);
    expect(worked).to.equal(0);
  });

  it('ends the wait with what looking throws', async () => {
    const failure = new Error('gone');
    let waiting: AbortSignal | undefined;
    const done = lockOrFind(
      (_fn, { signal }) => {
        waiting = signal;
        return new Promise<string>(() => {});
      },
      work,
      () => Promise.reject(failure),
    );
    const reason = rejection(done);
    await clock.tickAsync(10);
    expect(await reason).to.equal(failure);
    expect(waiting?.aborted).to.equal(true);
  });

  it('fails with a lock that fails, and looks no more', async () => {
    const failure = new Error('no lock');
    const locked = deferred<string>();
    const reason = rejection(lockOrFind(() => locked.promise, work, find));
    await clock.tickAsync(20);
    locked.reject(failure);
    expect(await reason).to.equal(failure);
    await clock.tickAsync(1_000);
    expect(looks).to.deep.equal([10]);
  });

  it('fails with work that fails', async () => {
    const failure = new Error('no work');
    const done = lockOrFind(
      (fn) => fn(),
      () => Promise.reject(failure),
      find,
    );
    expect(await rejection(done)).to.equal(failure);
  });
});
