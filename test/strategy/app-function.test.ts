import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import { callAppFunction } from '../../src/strategy/app-function.js';
import { rejection } from '../helpers/rejection.js';

describe('callAppFunction', () => {
  let clock: FakeTimers.Clock;
  beforeEach(() => {
    clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => clock.uninstall());

  it('resolves with the first value that the function calls back with', async () => {
    const value = await callAppFunction<number>('hook', (done) => {
      done(null, 1);
      done(null, 2);
      done(new Error('late'));
    });
    expect(value).to.equal(1);
    expect(clock.countTimers()).to.equal(0);
  });

  const boom = new Error('boom');
  const failing: [name: string, call: (done: (error?: unknown) => void) => unknown][] = [
    ['calls back with', (done) => done(boom)],
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects with', () => Promise.reject(boom)],
  ];
  for (const [name, call] of failing) {
    it(`rejects with the error that the function ${name}`, async () => {
      expect(await rejection(callAppFunction('hook', call))).to.equal(boom);
      expect(clock.countTimers()).to.equal(0);
    });
  }

  for (const nothing of [undefined, null, false, '', 0]) {
    it(`rejects with an error if the function throws ${JSON.stringify(nothing) ?? 'undefined'}, which Passport would ignore`, async () => {
      const error = await rejection(
        callAppFunction('verify', () => {
          throw nothing;
        }),
      );
      expect(error)
        .to.be.an('error')
        .with.property('message', 'passport-monei: verify failed without saying why.');
    });
  }

  it('rejects after 30 s with an error that names the function, and ignores a later value', async () => {
    let done: (error: unknown, value?: number) => void = () => {};
    let timer: unknown;
    const called = callAppFunction<number>(
      'store.verify',
      (given) => {
        done = given;
      },
      (given) => {
        timer = given;
      },
    );
    const failed = rejection(called);
    expect(timer).to.be.an('object');
    clock.tick(29_999);
    expect(clock.countTimers()).to.equal(1);
    clock.tick(1);
    done(null, 7);
    expect(await failed)
      .to.be.an('error')
      .with.property(
        'message',
        'passport-monei: store.verify gave no result within 30 s. It must call its callback, or resolve, on every path.',
      );
  });
});
