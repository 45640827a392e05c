import { expect } from 'chai';
import { readCallback } from '../../src/strategy/callback.js';

describe('readCallback', () => {
  const denial = { kind: 'error', error: 'access_denied', description: undefined, uri: undefined };
  const cases: [name: string, query: Record<string, unknown>, expected: object][] = [
    ['an empty query', {}, { kind: 'none' }],
    ['parameters that are undefined', { code: undefined, state: undefined }, { kind: 'none' }],
    ['parameters of the app', { returnTo: '/', utm: ['a', 'b'] }, { kind: 'none' }],
    ['a code and a state', { code: 'c', state: 's' }, { kind: 'code', code: 'c', state: 's' }],
    ['a code without a state', { code: 'c' }, { kind: 'code', code: 'c', state: undefined }],
    ['a code with an empty state', { code: 'c', state: '' }, { kind: 'code', code: 'c', state: undefined }],
    [
      'a code of 2,048 characters',
      { code: ' ~'.repeat(1024), state: 's' },
      { kind: 'code', code: ' ~'.repeat(1024), state: 's' },
    ],
    ['a denial', { error: 'access_denied', state: 's' }, { ...denial, state: 's' }],
    [
      'a denial with details',
      { error: 'access_denied', error_description: 'No', error_uri: 'https://example.com', state: 's' },
      { ...denial, description: 'No', uri: 'https://example.com', state: 's' },
    ],
    ...['http://example.com/', `https:${'x'.repeat(994)}`].map(
      (uri): [string, Record<string, unknown>, object] => [
        `a denial with the address ${uri.slice(0, 20)}`,
        { error: 'access_denied', error_uri: uri, state: 's' },
        { ...denial, uri, state: 's' },
      ],
    ),
    ...[
      'javascript:alert(1)',
      'xhttps://example.com',
      'https://example.com/ x',
      `https:${'x'.repeat(995)}`,
    ].map((uri): [string, Record<string, unknown>, object] => [
      `a denial with an invalid address: ${uri.slice(0, 24)}`,
      { error: 'access_denied', error_uri: uri, state: 's' },
      { ...denial, state: 's' },
    ]),
    [
      'parameters beside a code',
      { code: 'c', state: 's', utm: ['a'] },
      { kind: 'code', code: 'c', state: 's' },
    ],
  ];
  for (const [name, query, expected] of cases) {
    it(`understands ${name}`, () => expect(readCallback(query)).to.deep.equal(expected));
  }

  const NEITHER = 'This callback has neither a code nor an error.';
  const BOTH = 'This callback has both a code and an error.';
  const STRANGE = 'The code of this callback is too long, or has characters that Monei does not send.';
  const odd = (name: string) => `The parameter ${name} of this callback is not a single string.`;
  const invalid: [name: string, query: Record<string, unknown>, message: string][] = [
    ['a repeated code', { code: ['a', 'b'], state: 's' }, odd('code')],
    ['a repeated state', { code: 'c', state: ['a', 'b'] }, odd('state')],
    ['a repeated error', { error: ['access_denied', 'x'], state: 's' }, odd('error')],
    [
      'a repeated description',
      { error: 'access_denied', error_description: ['a', 'b'], state: 's' },
      odd('error_description'),
    ],
    ['a code that is an object', { code: { a: 'b' }, state: 's' }, odd('code')],
    ['a state that is null', { code: 'c', state: null }, odd('state')],
    ['a code and an error', { code: 'c', error: 'access_denied', state: 's' }, BOTH],
    ['an empty code and an error', { code: '', error: 'access_denied', state: 's' }, BOTH],
    ['a state alone', { state: 's' }, NEITHER],
    ['an empty state alone', { state: '' }, NEITHER],
    ['an empty code', { code: '', state: 's' }, NEITHER],
    ['a code of 2,049 characters', { code: 'c'.repeat(2049), state: 's' }, STRANGE],
    ['a code with a line break', { code: 'c\n', state: 's' }, STRANGE],
    ['a code with an accent', { code: 'é', state: 's' }, STRANGE],
    ['an empty error', { error: '', state: 's' }, NEITHER],
    ['a description alone', { error_description: 'Call this number' }, NEITHER],
  ];
  for (const [name, query, message] of invalid) {
    it(`refuses ${name}, and says why`, () => {
      expect(readCallback(query)).to.deep.equal({ kind: 'invalid', message });
    });
  }

  it('does not quote the query in its messages', () => {
    for (const [, query] of invalid) {
      const callback = readCallback({ ...query, error_description: ['ATTACKER', 'ATTACKER'] });
      expect(JSON.stringify(callback)).to.not.include('ATTACKER');
    }
  });

  it('ignores inherited properties', () => {
    const query = Object.create({ code: 'inherited', state: 'inherited' });
    expect(readCallback(query)).to.deep.equal({ kind: 'none' });
  });

  it('reads a query without a prototype', () => {
    const query = Object.assign(Object.create(null), { code: 'c', state: '__proto__' });
    expect(readCallback(query)).to.deep.equal({ kind: 'code', code: 'c', state: '__proto__' });
  });
});
