import { expect } from 'chai';
import { signInScopes } from '../../src/strategy/sign-in-scopes.js';

const strategy = {
  requested: ['profile:read', 'wallet:read', 'wallet:send'],
  required: ['profile:read', 'wallet:read'],
};

describe('signInScopes', () => {
  const cases: [name: string, options: object, expected: object][] = [
    ['the strategy’s scopes, without options', {}, strategy],
    [
      'other scopes, after those that the strategy requires',
      { scope: ['wallet:send', 'wallet:read'] },

      { ...strategy, requested: ['profile:read', 'wallet:read', 'wallet:send'] },
    ],
    [
      'one other scope, after those that the strategy requires',
      { scope: 'bills:pay' },

      { ...strategy, requested: ['profile:read', 'wallet:read', 'bills:pay'] },
    ],
    [
      'other required scopes, on top of those of the strategy',
      { requiredScopes: ['wallet:send'] },

      { requested: strategy.requested, required: ['profile:read', 'wallet:read', 'wallet:send'] },
    ],
    ['the strategy’s required scopes, with an empty list', { requiredScopes: [] }, strategy],
    [
      'both, given as strings, without duplicates',
      { scope: 'bills:pay kyc:read bills:pay profile:read', requiredScopes: 'kyc:read kyc:read' },

      {
        requested: ['profile:read', 'wallet:read', 'bills:pay', 'kyc:read'],
        required: ['profile:read', 'wallet:read', 'kyc:read'],
      },
    ],
    ['the strategy’s scopes, with null', { scope: null, requiredScopes: null }, strategy],
  ];
  for (const [name, options, expected] of cases) {
    it(`returns ${name}`, () => expect(signInScopes(options, false, strategy)).to.deep.equal(expected));
  }

  it('adds profile:read to a strategy, unless it skips the profile', () => {
    const profile = { requested: ['profile:read'], required: ['profile:read'] };
    expect(signInScopes({}, false)).to.deep.equal(profile);
    expect(signInScopes({}, true)).to.deep.equal({ requested: [], required: [] });
  });

  it('names all the required scopes that are not requested', () => {
    expect(() => signInScopes({ scope: 'a', requiredScopes: 'b a c' }, true)).to.throw(
      TypeError,
      'passport-monei: the option `requiredScopes` names b, c, which the option `scope` does not request.',
    );
  });

  it('does not change the strategy’s lists', () => {
    const frozen = {
      requested: Object.freeze(['a']) as string[],
      required: Object.freeze(['a']) as string[],
    };
    expect(signInScopes({ scope: ['b'], requiredScopes: ['b'] }, true, frozen)).to.deep.equal({
      requested: ['a', 'b'],
      required: ['a', 'b'],
    });
  });
});
