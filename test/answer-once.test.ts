import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type { StrategyCreatedStatic } from 'passport';
import { answerOnce } from '../src/answer-once.js';

type Name = keyof StrategyCreatedStatic;

/** A strategy that Passport put actions on, which record what they are called with. */
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

describe('answerOnce', () => {
  it('takes the first action with its arguments, and no other', () => {
    const { strategy, calls } = withActions();
    const { actions } = answerOnce(strategy);
    actions.fail({ message: 'no' }, 403);
    actions.success({ id: 1 });
    actions.error(new Error('late'));
    actions.fail();
    actions.redirect('/');
    actions.pass();
    expect(calls).to.deep.equal([['fail', { message: 'no' }, 403]]);
  });

  it('keeps the actions that were there when it was called', () => {
    const first = withActions();
    const second = withActions();
    const shared = { ...first.strategy };
    const { actions } = answerOnce(shared);
    Object.assign(shared, second.strategy);
    actions.success({ id: 1 });
    expect(first.calls).to.deep.equal([['success', { id: 1 }]]);
    expect(second.calls).to.deep.equal([]);
  });

  it('hands what an action throws to the error action', () => {
    const boom = new Error('boom');
    const { strategy, calls } = withActions({
      success: () => {
        throw boom;
      },
    });
    answerOnce(strategy).actions.success({ id: 1 });
    expect(calls).to.deep.equal([
      ['success', { id: 1 }],
      ['error', boom],
    ]);
  });

  it('lets the caller see what the error action itself throws, and calls it once', () => {
    const boom = new Error('boom');
    const { strategy, calls } = withActions({
      error: (error) => {
        throw error;
      },
    });
    expect(() => answerOnce(strategy).actions.error(boom)).to.throw(boom);
    expect(calls).to.deep.equal([['error', boom]]);
  });

  describe('with a time limit', () => {
    let clock: FakeTimers.Clock;
    beforeEach(() => {
      clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.uninstall());

    it('answers with an error when nobody else did', () => {
      const { strategy, calls } = withActions();
      const { actions, expectWithin } = answerOnce(strategy);
      expectWithin(50_000);
      clock.tick(49_999);
      expect(calls).to.deep.equal([]);
      clock.tick(1);
      expect(calls).to.have.lengthOf(1);
      expect(calls[0]?.[0]).to.equal('error');
      expect(calls[0]?.[1])
        .to.be.an('error')
        .with.property('message')
        .that.includes('50 s')
        .and.includes('verify');
      actions.success({ id: 1 });
      expect(calls).to.have.lengthOf(1);
    });

    it('leaves no timer behind once there is an answer, before or after it was set', () => {
      const before = answerOnce(withActions().strategy);
      before.actions.pass();
      before.expectWithin(1000);
      const after = answerOnce(withActions().strategy);
      after.expectWithin(1000);
      expect(clock.countTimers()).to.equal(1);
      after.actions.redirect('/');
      expect(clock.countTimers()).to.equal(0);
    });
  });
});
