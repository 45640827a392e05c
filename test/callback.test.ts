import { expect } from 'chai';
import { readCallback } from '../src/callback.js';

describe('readCallback', () => {
  const denial = { kind: 'error', error: 'access_denied', description: undefined, uri: undefined };
  const cases: [name: string, query: Record<string, unknown>, expected: object][] = [
    ['an empty query', {}, { kind: 'none' }],
    ['parameters of the app', { returnTo: '/', utm: ['a', 'b'] }, { kind: 'none' }],
    ['a code and a state', { code: 'c', state: 's' }, { kind: 'code', code: 'c', state: 's' }],
    ['a code without a state', { code: 'c' }, { kind: 'code', code: 'c', state: undefined }],
    ['a code with an empty state', { code: 'c', state: '' }, { kind: 'code', code: 'c', state: undefined }],
    ['a denial', { error: 'access_denied', state: 's' }, { ...denial, state: 's' }],
    [
      'a denial with details',
      { error: 'access_denied', error_description: 'No', error_uri: 'https://example.com', state: 's' },
      { ...denial, description: 'No', uri: 'https://example.com', state: 's' },
    ],
    [
      'parameters beside a code',
      { code: 'c', state: 's', utm: ['a'] },
      { kind: 'code', code: 'c', state: 's' },
    ],
  ];
  for (const [name, query, expected] of cases) {
    it(`understands ${name}`, () => expect(readCallback(query)).to.deep.equal(expected));
  }

  const invalid: [name: string, query: Record<string, unknown>][] = [
    ['a repeated code', { code: ['a', 'b'], state: 's' }],
    ['a repeated state', { code: 'c', state: ['a', 'b'] }],
    ['a repeated error', { error: ['access_denied', 'x'], state: 's' }],
    ['a repeated description', { error: 'access_denied', error_description: ['a', 'b'], state: 's' }],
    ['a code that is an object', { code: { a: 'b' }, state: 's' }],
    ['a state that is null', { code: 'c', state: null }],
    ['a code and an error', { code: 'c', error: 'access_denied', state: 's' }],
    ['an empty code and an error', { code: '', error: 'access_denied', state: 's' }],
    ['a state alone', { state: 's' }],
    ['an empty state alone', { state: '' }],
    ['an empty code', { code: '', state: 's' }],
    ['an empty error', { error: '', state: 's' }],
    ['a description alone', { error_description: 'Call this number' }],
  ];
  for (const [name, query] of invalid) {
    it(`refuses ${name}`, () => expect(readCallback(query)).to.include({ kind: 'invalid' }));
  }

  it('shows none of the query in its messages', () => {
    for (const [, query] of invalid) {
      const callback = readCallback({ ...query, error_description: ['ATTACKER', 'ATTACKER'] });
      expect(JSON.stringify(callback)).to.not.include('ATTACKER');
    }
  });

  it('does not take what every object inherits for parameters', () => {
    const query = Object.create({ code: 'inherited', state: 'inherited' });
    expect(readCallback(query)).to.deep.equal({ kind: 'none' });
  });

  it('reads a query without a prototype', () => {
    const query = Object.assign(Object.create(null), { code: 'c', state: '__proto__' });
    expect(readCallback(query)).to.deep.equal({ kind: 'code', code: 'c', state: '__proto__' });
  });
});
