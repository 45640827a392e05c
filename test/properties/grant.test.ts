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

/** Returns the first place in `list` of each of `some`. */
const placesIn = (list: string[], some: string[]) => some.map((one) => list.indexOf(one));

/** Expects that all of `some` are in `list`, in the same order, and that none is repeated. */
const expectInOrderOf = (list: string[], some: string[]) => {
  const places = placesIn(list, some);
  expect(places).to.deep.equal([...new Set(places)].sort((a, b) => a - b));
  expect(places).to.not.include(-1);
};

describe('MoneiGrant, for any two lists of scopes', () => {
  const forAnyTwo = (check: (requested: string[], granted: string[]) => void) =>
    holds(fc.property(scopes, scopes, check), 300);

  it('each requested scope is either missing or granted, and no other scope is missing', () =>
    forAnyTwo((requestedScopes, grantedScopes) => {
      const { requested, granted, missing } = grantOf(requestedScopes, grantedScopes);
      const got = requested.filter((one) => granted.includes(one));
      expect([...missing, ...got]).to.have.members(requested);
      expect(missing.filter((one) => granted.includes(one))).to.deep.equal([]);
    }));

  it('each granted scope is either requested or unrequested', () =>
    forAnyTwo((requestedScopes, grantedScopes) => {
      const { requested, granted, unrequested } = grantOf(requestedScopes, grantedScopes);
      const expected = granted.filter((one) => requested.includes(one));
      expect([...unrequested, ...expected]).to.have.members(granted);
      expect(unrequested.filter((one) => requested.includes(one))).to.deep.equal([]);
    }));

  it('no scope is lost', () =>
    forAnyTwo((requestedScopes, grantedScopes) => {
      const { requested, granted } = grantOf(requestedScopes, grantedScopes);
      expect(requested).to.include.members(requestedScopes);
      expect(granted).to.include.members(grantedScopes);
    }));

  it('no scope is repeated, and each list keeps its order', () =>
    forAnyTwo((requestedScopes, grantedScopes) => {
      const { requested, granted, missing, unrequested } = grantOf(requestedScopes, grantedScopes);
      for (const some of [requested, missing]) expectInOrderOf(requestedScopes, some);
      for (const some of [granted, unrequested]) expectInOrderOf(grantedScopes, some);
    }));

  it('it is partial exactly if a scope is missing', () =>
    forAnyTwo((requestedScopes, grantedScopes) => {
      const { missing, partial } = grantOf(requestedScopes, grantedScopes);
      expect(partial).to.equal(missing.length > 0);
    }));

  it('it is plain data with its own lists, and a comparison of its lists gives the same grant', () =>
    forAnyTwo((requestedScopes, grantedScopes) => {
      const before = JSON.stringify([requestedScopes, grantedScopes]);
      const grant = grantOf(requestedScopes, grantedScopes);
      const stored = JSON.parse(JSON.stringify(grant));
      expect(stored).to.deep.equal(grant);
      expect(grantOf(stored.requested, stored.granted)).to.deep.equal(grant);
      for (const list of [grant.requested, grant.granted, grant.missing, grant.unrequested]) list.push('new');
      expect(JSON.stringify([requestedScopes, grantedScopes])).to.equal(before);
    }));

  it('missingScopes agrees with it for arrays and sets', () =>
    holds(
      fc.property(scopes, scopes, (requestedScopes, grantedScopes) => {
        const { missing } = grantOf(requestedScopes, grantedScopes);
        expect(missingScopes(grantedScopes, requestedScopes)).to.deep.equal(missing);
        expect(missingScopes(new Set(grantedScopes), new Set(requestedScopes))).to.deep.equal(missing);
      }),
      300,
    ));

  it('missingScopes agrees with it for space-separated strings', () => {
    const known = fc.array(fc.constantFrom(...Object.keys(MONEI_SCOPES)), { maxLength: 15 });
    return holds(
      fc.property(known, known, (requestedScopes, grantedScopes) => {
        const { missing } = grantOf(requestedScopes, grantedScopes);
        expect(missingScopes(grantedScopes.join(' '), requestedScopes.join(' '))).to.deep.equal(missing);
      }),
      300,
    );
  });
});
