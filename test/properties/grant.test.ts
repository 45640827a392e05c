import { expect } from 'chai';
import fc from 'fast-check';
import { MONEI_SCOPES } from '../../src/scopes/catalogue.js';
import { grantOf, missingScopes } from '../../src/scopes/grant.js';
import { holds } from './fuzz.js';

/** From a small pool, so that two lists have something in common, and with names that objects inherit. */
const scope = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...Object.keys(MONEI_SCOPES)) },
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', ''),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const scopes = fc.array(scope, { maxLength: 15 });

/** Where each one of `some` first stands in `list`. */
const placesIn = (list: string[], some: string[]) => some.map((one) => list.indexOf(one));

/** Rising, that is: nothing twice, and in the same order. None of them is -1: nothing that is not there. */
const expectInOrderOf = (list: string[], some: string[]) => {
  const places = placesIn(list, some);
  expect(places).to.deep.equal([...new Set(places)].sort((a, b) => a - b));
  expect(places).to.not.include(-1);
};

describe('MoneiGrant, for any two lists of scopes', () => {
  const forAnyTwo = (check: (requested: string[], granted: string[]) => void) =>
    holds(fc.property(scopes, scopes, check), 300);

  it('each scope that was asked for is either missing or granted, and nothing else is missing', () =>
    forAnyTwo((asked, given) => {
      const { requested, granted, missing } = grantOf(asked, given);
      const got = requested.filter((one) => granted.includes(one));
      expect([...missing, ...got]).to.have.members(requested);
      expect(missing.filter((one) => granted.includes(one))).to.deep.equal([]);
    }));

  it('each scope that was granted was either asked for or is unrequested', () =>
    forAnyTwo((asked, given) => {
      const { requested, granted, unrequested } = grantOf(asked, given);
      const expected = granted.filter((one) => requested.includes(one));
      expect([...unrequested, ...expected]).to.have.members(granted);
      expect(unrequested.filter((one) => requested.includes(one))).to.deep.equal([]);
    }));

  it('nothing is lost', () =>
    forAnyTwo((asked, given) => {
      const { requested, granted } = grantOf(asked, given);
      expect(requested).to.include.members(asked);
      expect(granted).to.include.members(given);
    }));

  it('nothing is there twice, and everything is in the order of its list', () =>
    forAnyTwo((asked, given) => {
      const { requested, granted, missing, unrequested } = grantOf(asked, given);
      for (const some of [requested, missing]) expectInOrderOf(asked, some);
      for (const some of [granted, unrequested]) expectInOrderOf(given, some);
    }));

  it('it is partial exactly when something is missing', () =>
    forAnyTwo((asked, given) => {
      const { missing, partial } = grantOf(asked, given);
      expect(partial).to.equal(missing.length > 0);
    }));

  it('it is plain data, shares nothing with the lists, and comparing it again changes nothing', () =>
    forAnyTwo((asked, given) => {
      const before = JSON.stringify([asked, given]);
      const grant = grantOf(asked, given);
      const stored = JSON.parse(JSON.stringify(grant));
      expect(stored).to.deep.equal(grant);
      expect(grantOf(stored.requested, stored.granted)).to.deep.equal(grant);
      for (const list of [grant.requested, grant.granted, grant.missing, grant.unrequested]) list.push('new');
      expect(JSON.stringify([asked, given])).to.equal(before);
    }));

  it('missingScopes agrees with it, in whatever collection the scopes are', () =>
    holds(
      fc.property(scopes, scopes, (asked, given) => {
        const { missing } = grantOf(asked, given);
        expect(missingScopes(given, asked)).to.deep.equal(missing);
        expect(missingScopes(new Set(given), new Set(asked))).to.deep.equal(missing);
      }),
      300,
    ));

  it('missingScopes agrees with it where they are one string', () => {
    const known = fc.array(fc.constantFrom(...Object.keys(MONEI_SCOPES)), { maxLength: 15 });
    return holds(
      fc.property(known, known, (asked, given) => {
        const { missing } = grantOf(asked, given);
        expect(missingScopes(given.join(' '), asked.join(' '))).to.deep.equal(missing);
      }),
      300,
    );
  });
});
