import { inspect } from 'node:util';
import { expect } from 'chai';
import type { MoneiUser } from '../../src/connect/responses.js';
import { grantOf } from '../../src/scopes/grant.js';
import { moneiProfile } from '../../src/strategy/profile.js';

const grant = grantOf(['profile:read'], ['profile:read']);
const normalize = (user: MoneiUser) => moneiProfile(user, JSON.stringify(user), grant);

describe('moneiProfile', () => {
  const cases: { name: string; user: MoneiUser; expected: object }[] = [
    {
      name: 'everything',
      user: {
        id: 'u1',
        firstName: 'Adébáyọ̀',
        lastName: 'Ọlá',
        name: 'Adébáyọ̀ Ọlá',
        email: 'a@example.com',
        phone: '+2348012345678',
        resetToken: 'personal',
      },
      expected: {
        id: 'u1',
        displayName: 'Adébáyọ̀ Ọlá',
        name: { givenName: 'Adébáyọ̀', familyName: 'Ọlá' },
        emails: [{ value: 'a@example.com' }],
        phoneNumbers: [{ value: '+2348012345678' }],
      },
    },
    { name: 'nothing but the id', user: { id: 'u1' }, expected: { id: 'u1' } },
    {
      name: 'nulls and empty texts',
      user: { id: 'u1', firstName: null, lastName: '', name: null, email: '', phone: null },
      expected: { id: 'u1' },
    },
    {
      name: 'white space around, or alone',
      user: { id: 'u1', firstName: ' Ada ', lastName: '  ', name: ' ', email: ' a@example.com\n' },
      expected: {
        id: 'u1',
        displayName: 'Ada',
        name: { givenName: 'Ada' },
        emails: [{ value: 'a@example.com' }],
      },
    },
    {
      name: 'no name, but its parts',
      user: { id: 'u1', firstName: 'Ada', lastName: 'Obi' },
      expected: { id: 'u1', displayName: 'Ada Obi', name: { givenName: 'Ada', familyName: 'Obi' } },
    },
    {
      name: 'one part of the name',
      user: { id: 'u1', lastName: 'Obi' },
      expected: { id: 'u1', displayName: 'Obi', name: { familyName: 'Obi' } },
    },
  ];
  for (const { name, user, expected } of cases) {
    it(`normalizes a user with ${name}`, () => {
      expect({ ...normalize(user) }).to.deep.equal({ provider: 'monei', ...expected, grant });
    });
  }

  it('keeps the raw answer and the user at hand, but out of sessions, logs and JSON', () => {
    const profile = moneiProfile({ id: 'u1', resetToken: 'personal' }, '{"raw":"personal"}', grant);
    expect(profile._raw).to.equal('{"raw":"personal"}');
    expect(profile._json).to.deep.equal({ id: 'u1', resetToken: 'personal' });
    expect(Object.keys(profile)).to.not.include.members(['_raw', '_json']);
    const open = { enumerable: false, writable: true, configurable: true };
    for (const name of ['_raw', '_json']) {
      expect(Object.getOwnPropertyDescriptor(profile, name)).to.include(open);
    }
    for (const copy of [JSON.stringify(profile), inspect(profile), JSON.stringify({ ...profile })]) {
      expect(copy).to.not.include('personal');
    }
  });
});
