import { expect } from 'chai';
import { differencesOf, type Shape } from '../../src/contract/shape.js';

describe('a shape', () => {
  const row: Shape = {
    fields: {
      id: 'string',
      status: { oneOf: { PENDING: true, SUCCESS: true } },
      amount: 'string or number',
      message: 'string or strings',
      error: 'string or object',
      meta: 'object',
      'note?': 'string',
      deleted: { nullable: 'string' },
      tags: { each: 'string' },
      raw: 'unknown',
    },
  };
  const value = {
    ...{ id: 'a', status: 'PENDING', amount: 1, message: ['a'], error: {}, meta: {} },
    ...{ deleted: null, tags: [], raw: undefined, more: 'not looked at' },
  };

  it('a shape fits a value with all of its fields', () => {
    expect(differencesOf(row, value)).to.deep.equal([]);
    expect(differencesOf(row, { ...value, note: 'a', deleted: 'a', message: 'a', error: 'a' })).to.deep.equal(
      [],
    );
  });

  const cases: [title: string, changes: object, difference: string][] = [
    ['an absent field', { id: undefined }, 'id: string, seen absent'],
    ['null', { id: null }, 'id: string, seen null'],
    ['another type', { id: 4711 }, 'id: string, seen number'],
    ['an unknown text', { status: 'secret' }, 'status: PENDING or SUCCESS, seen another string'],
    ['a number in place of a text', { status: 1 }, 'status: PENDING or SUCCESS, seen number'],
    ['neither string nor number', { amount: true }, 'amount: string or number, seen boolean'],
    ['a list of other things', { message: [1] }, 'message: string or strings, seen array'],
    ['neither string nor object', { error: [] }, 'error: string or object, seen array'],
    ['an array in place of an object', { meta: [] }, 'meta: object, seen array'],
    ['an optional field of another type', { note: 1 }, 'note: string, seen number'],
    ['another type where null is allowed', { deleted: 1 }, 'deleted: string, seen number'],
    ['an object in place of an array', { tags: {} }, 'tags: array, seen object'],
    ['wrong elements, once', { tags: [1, 2] }, 'tags[]: string, seen number'],
  ];
  for (const [title, changes, difference] of cases) {
    it(`a shape differs from ${title}, and does not quote its value`, () => {
      const found = differencesOf(row, { ...value, ...changes });
      expect(found.map(({ path, expected, seen }) => `${path}: ${expected}, seen ${seen}`)).to.deep.equal([
        difference,
      ]);
    });
  }

  it('a shape differs from a value that is not an object', () => {
    expect(differencesOf(row, [])).to.deep.equal([{ path: '', expected: 'object', seen: 'array' }]);
  });
});
