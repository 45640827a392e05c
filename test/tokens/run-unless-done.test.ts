import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { runUnlessDone } from '../../src/tokens/run-unless-done.js';
import { deferred } from '../helpers/deferred.js';
import { rejection } from '../helpers/rejection.js';

describe('runUnlessDone', () => {
  let clock: FakeTimers.Clock;
  /** The times of the calls of `findResult`, in milliseconds. */
  let polls: number[];
  /** The result of `findResult`. */
  let result: string | undefined;
  let worked: number;

  beforeEach(() => {
    clock = FakeTimers.install({ now: 0 });
    polls = [];
    result = undefined;
    worked = 0;
  });
  afterEach(() => clock.uninstall());

  const work = async () => `work ${++worked}`;
  const findResult = async () => {
    polls.push(clock.now);
    return result;
  };

  it('runs the work under a lock that is free, and does not look for a result', async () => {
    const done = runUnlessDone((fn) => fn(), work, findResult);
    await clock.tickAsync(1_000);
    expect(await done).to.equal('work 1');
    expect(polls).to.deep.equal([]);
  });

  it('looks for a result after 10 ms, then less often, at last every 100 ms, and runs the work under the lock', async () => {
    const open = deferred<void>();
    const done = runUnlessDone((fn) => open.promise.then(fn), work, findResult);
    await clock.tickAsync(500);
    expect(polls).to.deep.equal([10, 30, 70, 150, 250, 350, 450]);
    open.resolve();
    await clock.tickAsync(500);
    expect(await done).to.equal('work 1');
    expect(polls).to.have.lengthOf(7);
  });

  it('resolves with the result that it finds, aborts the lock, and does not run the work after that', async () => {
    const open = deferred<void>();
    let late: Promise<unknown> | undefined;
    let waiting: AbortSignal | undefined;
    const done = runUnlessDone(
      (fn, { signal }) => {
        waiting = signal;
        const locked = open.promise.then(fn);
        late = rejection(locked);
        return locked;
      },
      work,
      findResult,
    );
    await clock.tickAsync(20);
    expect(waiting?.aborted).to.equal(false);
    result = 'found';
    await clock.tickAsync(10);
    expect(await done).to.equal('found');
    expect(waiting?.aborted).to.equal(true);
    open.resolve();
    expect(await late).to.equal(waiting?.reason);
    expect(worked).to.equal(0);
  });

  it('rejects with the error of findResult, and aborts the lock', async () => {
    const failure = new Error('gone');
    let waiting: AbortSignal | undefined;
    const done = runUnlessDone(
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

  it('rejects with the error of the lock, and no longer looks for a result', async () => {
    const failure = new Error('no lock');
    const locked = deferred<string>();
    const reason = rejection(runUnlessDone(() => locked.promise, work, findResult));
    await clock.tickAsync(20);
    locked.reject(failure);
    expect(await reason).to.equal(failure);
    await clock.tickAsync(1_000);
    expect(polls).to.deep.equal([10]);
  });

  it('rejects with the error of the work', async () => {
    const failure = new Error('no work');
    const done = runUnlessDone(
      (fn) => fn(),
      () => Promise.reject(failure),
      findResult,
    );
    expect(await rejection(done)).to.equal(failure);
  });
});
