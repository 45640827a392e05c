import { expect } from 'chai';
import { MoneiStrategy, type MoneiStrategyOptions } from '../../../src/index.js';
import { credentials } from '../../helpers/fixtures.js';

describe('strategyHash', () => {
  const base: MoneiStrategyOptions = {
    ...credentials,
    callbackURL: 'https://app.example/callback',
    scope: ['wallet:read', 'kyc:read'],
    requiredScopes: ['wallet:read'],
  };
  const hashOf = (changes: Partial<MoneiStrategyOptions> = {}, name = 'monei') => {
    const strategy = new MoneiStrategy({ ...base, ...changes }, async () => ({}));
    strategy.name = name;
    return Reflect.get(strategy, '_hash');
  };

  const others: Record<string, Partial<MoneiStrategyOptions>> = {
    'client ID': { clientID: 'mc_other' },
    callbackURL: { callbackURL: 'https://app.example/other' },
    'required scope': { requiredScopes: ['wallet:read', 'kyc:read'] },
  };
  for (const [what, changes] of Object.entries(others)) {
    it(`changes with another ${what}`, () => expect(hashOf(changes)).to.not.equal(hashOf()));
  }

  it('does not change with the order of the required scopes', () => {
    const required = ['wallet:read', 'kyc:read'];
    const reversed = [...required].reverse();
    expect(hashOf({ requiredScopes: reversed })).to.equal(hashOf({ requiredScopes: required }));
  });

  it('does not change with another name, another secret or more optional scopes', () => {
    const changes = { clientSecret: 'mcs_other', scope: ['wallet:read', 'wallet:send'] };
    expect(hashOf(changes, 'monei-lite'))
      .to.equal(hashOf())
      .and.to.match(/^[\w-]{8}$/);
  });
});
