import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import type { StrategyCreatedStatic } from 'passport';
import { Answer } from '../../src/strategy/passport-actions.js';
import { rejection } from '../helpers/rejection.js';

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

describe('Answer', () => {
  it('takes the first action with its arguments, and no other', () => {
    const { strategy, calls } = withActions();
    const actions = new Answer(strategy);
    actions.fail({ message: 'no' }, 403);
    actions.success({ id: 1 });
    actions.error(new Error('late'));
    actions.fail();
    actions.redirect('/');
    expect(calls).to.deep.equal([['fail', { message: 'no' }, 403]]);
  });

  it('keeps the actions that were there when it was called', () => {
    const first = withActions();
    const second = withActions();
    const shared = { ...first.strategy };
    const actions = new Answer(shared);
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
    new Answer(strategy).success({ id: 1 });
    expect(calls).to.deep.equal([
      ['success', { id: 1 }],
      ['error', boom],
    ]);
  });

  it('lets what the error action throws reach the caller, also past those who would make an error of it', () => {
    const boom = new Error('boom');
    const throwing = (error: unknown) => {
      throw error;
    };
    const { strategy, calls } = withActions({ error: throwing, fail: () => throwing(boom) });
    const actions = new Answer(strategy);
    const asSignInDoes = () => {
      try {
        actions.fail();
      } catch (thrown) {
        actions.error(thrown);
      }
    };
    expect(asSignInDoes).to.throw(boom);
    expect(actions.escaped).to.deep.equal({ thrown: boom });
    expect(calls).to.deep.equal([['fail'], ['error', boom]]);
    actions.error(new Error('another'));
    expect(calls).to.have.lengthOf(2);
  });

  for (const nothing of [undefined, null, false, '', 0]) {
    it(`makes an error of ${JSON.stringify(nothing) ?? 'undefined'}: to Passport, it would be none`, () => {
      const { strategy, calls } = withActions();
      new Answer(strategy).error(nothing);
      expect(calls[0]?.[1])
        .to.be.an('error')
        .with.property('message', 'passport-monei: the sign-in failed without saying why.');
    });
  }

  it('waits for a step, and does not go on once there is an answer', async () => {
    const { strategy } = withActions();
    const answer = new Answer(strategy);
    expect(await answer.until(Promise.resolve(7))).to.equal(7);
    const step = answer.until(Promise.resolve(8));
    answer.fail();
    expect(await rejection(step))
      .to.have.property('message')
      .that.includes('answered already');
  });

  describe('with a time limit', () => {
    let clock: FakeTimers.Clock;
    beforeEach(() => {
      clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.uninstall());

    it('answers with an error when nobody else did', () => {
      const { strategy, calls } = withActions();
      const own = new Answer(strategy);
      const actions = own;
      own.expectWithin(50_000);
      clock.tick(49_999);
      expect(calls).to.deep.equal([]);
      clock.tick(1);
      expect(calls).to.have.lengthOf(1);
      expect(calls[0]?.[0]).to.equal('error');
      expect(calls[0]?.[1])
        .to.be.an('error')
        .with.property('message')
        .that.equals(
          'passport-monei: this sign-in was not answered within 50 s. Does verify call `done` or resolve on every path, ' +
            'and do the state store and overridden hooks call back?',
        );
      actions.success({ id: 1 });
      expect(calls).to.have.lengthOf(1);
    });

    it('does not fire at once when the limit is more than a timer can keep', () => {
      const { strategy, calls } = withActions();
      new Answer(strategy).expectWithin(2 * (2 ** 31 - 1) + 30_000);
      clock.tick(2 ** 31 - 2);
      expect(calls).to.deep.equal([]);
    });

    it('leaves no timer behind once there is an answer, before or after it was set', () => {
      const before = new Answer(withActions().strategy);
      before.fail();
      before.expectWithin(1000);
      const after = new Answer(withActions().strategy);
      after.expectWithin(1000);
      expect(clock.countTimers()).to.equal(1);
      after.redirect('/');
      expect(clock.countTimers()).to.equal(0);
    });
  });
});
