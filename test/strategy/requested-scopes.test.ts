import { expect } from 'chai';
import { askedScopes } from '../../src/strategy/requested-scopes.js';

const strategy = {
  requested: ['profile:read', 'wallet:read', 'wallet:send'],
  required: ['profile:read', 'wallet:read'],
};

describe('askedScopes', () => {
  const cases: [name: string, options: object, skip: boolean, expected: object][] = [
    ['the strategy’s, when nothing is said', {}, false, strategy],
    [
      'other scopes, with those of the required ones that are still asked for',
      { scope: ['wallet:send', 'wallet:read'] },
      false,
      {
        requested: ['profile:read', 'wallet:send', 'wallet:read'],
        required: ['profile:read', 'wallet:read'],
      },
    ],
    [
      'one other scope, without the required ones that are not asked for',
      { scope: 'bills:pay' },
      false,
      { requested: ['profile:read', 'bills:pay'], required: ['profile:read'] },
    ],
    [
      'other required scopes',
      { requiredScopes: ['wallet:send'] },
      false,
      { requested: strategy.requested, required: ['profile:read', 'wallet:send'] },
    ],
    [
      'no required scopes but the profile',
      { requiredScopes: [] },
      false,
      { requested: strategy.requested, required: ['profile:read'] },
    ],
    [
      'both, as texts, with duplicates',
      { scope: 'bills:pay kyc:read bills:pay profile:read', requiredScopes: 'kyc:read kyc:read' },
      false,
      { requested: ['profile:read', 'bills:pay', 'kyc:read'], required: ['profile:read', 'kyc:read'] },
    ],
    ['the strategy’s, when there is null', { scope: null, requiredScopes: null }, false, strategy],
    [
      'no profile, when it is skipped',
      { scope: ['bills:pay'] },
      true,
      { requested: ['bills:pay'], required: [] },
    ],
  ];
  for (const [name, options, skip, expected] of cases) {
    it(`gives ${name}`, () => expect(askedScopes(options, skip, strategy)).to.deep.equal(expected));
  }

  it('asks for nothing where there is no strategy and nothing is said', () => {
    expect(askedScopes({}, true)).to.deep.equal({ requested: [], required: [] });
  });

  it('names all the required scopes that are not asked for', () => {
    expect(() => askedScopes({ scope: 'a', requiredScopes: 'b a c' }, true)).to.throw(
      TypeError,
      'passport-monei: the option `requiredScopes` names b, c, which the option `scope` does not ask for.',
    );
  });

  it('leaves the strategy’s lists alone', () => {
    const frozen = {
      requested: Object.freeze(['a']) as string[],
      required: Object.freeze(['a']) as string[],
    };
    expect(askedScopes({ scope: ['b'] }, true, frozen)).to.deep.equal({ requested: ['b'], required: [] });
  });
});
