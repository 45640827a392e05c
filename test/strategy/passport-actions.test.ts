import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type { StrategyCreatedStatic } from 'passport';
import { PassportActions } from '../../src/strategy/passport-actions.js';
import { rejection } from '../helpers/rejection.js';

type Name = keyof StrategyCreatedStatic;

/** Returns a strategy whose actions record their arguments. */
function withActions(replaced: Partial<Record<Name, (...args: unknown[]) => void>> = {}) {
  const calls: unknown[][] = [];
  const action = (name: Name) => {
    return (...args: unknown[]) => {
      calls.push([name, ...args]);
      replaced[name]?.(...args);
    };
  };
  const strategy = {
    success: action('success'),
    fail: action('fail'),
    redirect: action('redirect'),
    pass: action('pass'),
    error: action('error'),
  };
  return { strategy, calls };
}

describe('PassportActions', () => {
  it('takes only the first action, with its arguments', () => {
    const { strategy, calls } = withActions();
    const actions = new PassportActions(strategy);
    actions.fail({ message: 'no' }, 403);
    actions.success({ id: 1 });
    actions.error(new Error('late'));
    actions.fail();
    actions.redirect('/');
    actions.pass();
    expect(calls).to.deep.equal([['fail', { message: 'no' }, 403]]);
  });

  it('uses the actions that the strategy had at construction', () => {
    const first = withActions();
    const second = withActions();
    const shared = { ...first.strategy };
    const actions = new PassportActions(shared);
    Object.assign(shared, second.strategy);
    actions.success({ id: 1 });
    expect(first.calls).to.deep.equal([['success', { id: 1 }, undefined]]);
    expect(second.calls).to.deep.equal([]);
  });

  it('takes the error action with an error that another action throws', () => {
    const boom = new Error('boom');
    const { strategy, calls } = withActions({
      success: () => {
        throw boom;
      },
    });
    new PassportActions(strategy).success({ id: 1 });
    expect(calls).to.deep.equal([
      ['success', { id: 1 }, undefined],
      ['error', boom],
    ]);
  });

  it('throws the error of the error action when `authenticate` ends, and not before', () => {
    const boom = new Error('boom');
    const throwing = (error: unknown) => {
      throw error;
    };
    const { strategy, calls } = withActions({ error: throwing, fail: () => throwing(boom) });
    const actions = new PassportActions(strategy);
    actions.fail();
    actions.error(new Error('another'));
    expect(() => actions.endOfCall()).to.throw(boom);
    expect(calls).to.deep.equal([
      ['fail', undefined, undefined],
      ['error', boom],
    ]);
  });

  for (const nothing of [undefined, null, false, '', 0]) {
    it(`takes the error action with an Error in place of ${JSON.stringify(nothing) ?? 'undefined'}, which Passport would ignore`, () => {
      const { strategy, calls } = withActions();
      new PassportActions(strategy).error(nothing);
      expect(calls[0]?.[1])
        .to.be.an('error')
        .with.property('message', 'passport-monei: the sign-in failed without saying why.');
    });
  }

  it('waits for a step, and rejects if an action was taken before the step ended', async () => {
    const { strategy } = withActions();
    const actions = new PassportActions(strategy);
    expect(await actions.until(Promise.resolve(7))).to.equal(7);
    const step = actions.until(Promise.resolve(8));
    actions.pass();
    expect(await rejection(step))
      .to.have.property('message')
      .that.includes('an action was taken');
  });

  it('stops the time limit of a function of the app when an action is taken', () => {
    const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const actions = new PassportActions(withActions().strategy);
      void actions.callApp('verify', () => {});
      expect(clock.countTimers()).to.equal(1);
      actions.redirect('/');
      expect(clock.countTimers()).to.equal(0);
    } finally {
      clock.uninstall();
    }
  });
});
