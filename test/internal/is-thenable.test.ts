import { expect } from 'chai';
import { isThenable } from '../../src/internal/is-thenable.js';

describe('isThenable', () => {
  const then = () => {};
  const cases: [name: string, value: unknown, expected: boolean][] = [
    ['a promise', Promise.resolve(), true],
    ['an object with a method `then`', { then }, true],
    ['a function with a method `then`', Object.assign(() => {}, { then }), true],
    [
      'an object without a prototype, with a method `then`',
      Object.assign(Object.create(null), { then }),
      true,
    ],
    ['an object whose `then` is not a function', { then: true }, false],
    ['an object without one', {}, false],
    ['a function without one', then, false],
    ['a text', 'then', false],
    ['null', null, false],
    ['undefined', undefined, false],
  ];
  for (const [name, value, expected] of cases) {
    it(`returns ${expected} for ${name}`, () => {
      expect(isThenable(value)).to.equal(expected);
    });
  }
});
