import FakeTimers from '@sinonjs/fake-timers';

/** How much time flies by in each turn of the event loop, in milliseconds. */
const STEP = 20;

/** How long something may take by the clock on the wall, in milliseconds. */
const PATIENCE = 10_000;

/** As long as timers can be: at this pace, no answer that is on its way comes too late. */
export const NEVER = 2 ** 31 - 1;

/** Timers that fire without anybody waiting: backoffs and waits are over in no time, while real I/O goes on. */
export interface FlyingTime {
  /** Lets time fly until `promise` settles. Fails if it does not, however much time passed. */
  until<T>(promise: Promise<T>): Promise<T>;
  stop(): void;
}

export function letTimeFly(): FlyingTime {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  return {
    async until(promise) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      const end = performance.now() + PATIENCE;
      while (!settled) {
        if (performance.now() > end) throw new Error('it never settled, however much time passed');
        await new Promise(setImmediate);
        clock.tick(STEP);
      }
      return promise;
    },
    stop: () => clock.uninstall(),
  };
}
