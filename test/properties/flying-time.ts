import FakeTimers from '@sinonjs/fake-timers';

/** The fake time that passes in each turn of the event loop, in milliseconds. */
const STEP_MS = 20;

/** The time limit of one wait in real time, in milliseconds. */
const LIMIT_MS = 10_000;

/** The longest time limit that a timer can have, in milliseconds. No response arrives later in fake time. */
export const NEVER = 2 ** 31 - 1;

/** Fake time that passes quickly while real I/O goes on, so that no test waits for a delay before a retry. */
export interface FlyingTime {
  /** Lets time pass until `promise` settles. Fails if it does not settle. */
  until<T>(promise: Promise<T>): Promise<T>;
  stop(): void;
}

export function letTimeFly(): FlyingTime {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  return {
    async until(promise) {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      promise.then(settle, settle);
      const end = performance.now() + LIMIT_MS;
      while (!isSettled) {
        if (performance.now() > end) throw new Error('the promise did not settle');
        await new Promise(setImmediate);
        clock.tick(STEP_MS);
      }
      return promise;
    },
    stop: () => clock.uninstall(),
  };
}
