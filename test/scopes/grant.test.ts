import { expect } from 'chai';
import { grantOf } from '../../src/scopes/grant.js';

describe('grantOf', () => {
  const cases = [
    {
      name: 'everything that was asked for',
      requested: ['profile:read', 'wallet:read'],
      granted: ['profile:read', 'wallet:read'],
      expected: { missing: [], unrequested: [], partial: false },
    },
    {
      name: 'a part of it',
      requested: ['profile:read', 'wallet:read', 'wallet:send'],
      granted: ['profile:read'],
      expected: { missing: ['wallet:read', 'wallet:send'], unrequested: [], partial: true },
    },
    {
      name: 'nothing',
      requested: ['wallet:read'],
      granted: [],
      expected: { missing: ['wallet:read'], unrequested: [], partial: true },
    },
    {
      name: 'more, from an earlier consent',
      requested: ['wallet:send'],
      granted: ['wallet:read', 'wallet:send', 'kyc:read'],
      expected: { missing: [], unrequested: ['wallet:read', 'kyc:read'], partial: false },
    },
    {
      name: 'something else altogether',
      requested: ['wallet:send'],
      granted: ['kyc:read'],
      expected: { missing: ['wallet:send'], unrequested: ['kyc:read'], partial: true },
    },
    {
      name: 'nothing asked, nothing granted',
      requested: [],
      granted: [],
      expected: { missing: [], unrequested: [], partial: false },
    },
  ];
  for (const { name, requested, granted, expected } of cases) {
    it(`lists the missing scopes: ${name}`, () => {
      expect(grantOf(requested, granted)).to.deep.equal({ requested, granted, ...expected });
    });
  }

  it('lists no scope twice, and keeps the order', () => {
    expect(grantOf(['b', 'a', 'b', 'c'], ['d', 'c', 'd', 'c'])).to.deep.equal({
      requested: ['b', 'a', 'c'],
      granted: ['d', 'c'],
      missing: ['b', 'a'],
      unrequested: ['d'],
      partial: true,
    });
  });

  it('returns plain data that JSON keeps, and does not change its arguments', () => {
    const requested = ['a'];
    const grant = grantOf(requested, ['a']);
    grant.requested.push('b');
    expect(requested).to.deep.equal(['a']);
    expect(JSON.parse(JSON.stringify(grant))).to.deep.equal(grant);
  });
});
