import { expect } from 'chai';
import { isScope, MONEI_SCOPES } from '../src/scopes.js';

describe('MONEI_SCOPES', () => {
  it('lists the nine scopes that Monei documents', () => {
    expect(Object.keys(MONEI_SCOPES)).to.have.members([
      'profile:read',
      'kyc:read',
      'wallet:read',
      'wallet:deposit',
      'wallet:send',
      'wallet:withdraw',
      'swap:execute',
      'bills:pay',
      'offramp:execute',
    ]);
  });

  it('marks those that move or convert money', () => {
    const sensitive = Object.entries(MONEI_SCOPES).filter(([, scope]) => scope.sensitive);
    expect(sensitive.map(([name]) => name)).to.have.members([
      'wallet:send',
      'wallet:withdraw',
      'swap:execute',
      'offramp:execute',
    ]);
  });

  it('describes each, and lets nobody change it', () => {
    for (const { description } of Object.values(MONEI_SCOPES))
      expect(description).to.be.a('string').and.not.empty;
    for (const frozen of [MONEI_SCOPES, ...Object.values(MONEI_SCOPES)]) {
      expect(Object.isFrozen(frozen)).to.equal(true);
    }
  });
});

describe('isScope', () => {
  for (const scope of ['wallet:read', 'a', '!', 'x.y-z_~', 'https://example.com/scope']) {
    it(`takes ${scope}`, () => expect(isScope(scope)).to.equal(true));
  }

  for (const [what, scope] of [
    ['nothing', ''],
    ['a space', 'wallet:read wallet:send'],
    ['a comma', 'wallet:read,wallet:send'],
    ['a double quote', 'wallet"read'],
    ['a backslash', 'wallet\\read'],
    ['a control character', 'wallet\u0000read'],
    ['a line break at the end', 'wallet:read\n'],
    ['a letter beyond ASCII', 'wallét:read'],
    ['DEL', 'wallet\u007f'],
    ['a number', 7],
    ['null', null],
    ['an array', ['wallet:read']],
  ] as const) {
    it(`refuses ${what}`, () => expect(isScope(scope)).to.equal(false));
  }
});
