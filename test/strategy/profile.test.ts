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
      user: { id: 'u1', firstName: ' Ada ', lastName: '  ', name: ' ', email: ' a@example.com ', phone: ' ' },
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
    {
      name: 'control characters in the names',
      user: { id: 'u1', firstName: 'Ada\u0000\u001b[31m', lastName: '\nObi\u009f', name: 'Ada\r\nObi\u007f' },
      expected: {
        id: 'u1',
        displayName: 'Ada  Obi',
        name: { givenName: 'Ada  [31m', familyName: 'Obi' },
      },
    },
    {
      name: 'names of more than 1,000 characters, one with a surrogate pair there',
      user: { id: 'u1', firstName: 'x'.repeat(1001), lastName: `${'x'.repeat(999)}😀` },
      expected: {
        id: 'u1',
        displayName: 'x'.repeat(1000),
        name: { givenName: 'x'.repeat(1000), familyName: 'x'.repeat(999) },
      },
    },
    {
      name: 'a name of 1,000 characters that ends with a surrogate pair',
      user: { id: 'u1', name: `${'x'.repeat(998)}😀` },
      expected: { id: 'u1', displayName: `${'x'.repeat(998)}😀` },
    },
    {
      name: 'control characters in the email address and the phone number',
      user: { id: 'u1', email: 'a\u0000@example.com', phone: '+234\n80' },
      expected: { id: 'u1' },
    },
    {
      name: 'control characters before or after the email address and the phone number',
      user: { id: 'u1', email: 'a@example.com\n', phone: '\t+234' },
      expected: { id: 'u1' },
    },
    {
      name: 'an email address and a phone number of more than 1,000 characters',
      user: { id: 'u1', email: `${'a'.repeat(990)}@example.com`, phone: '8'.repeat(1001) },
      expected: { id: 'u1' },
    },
    {
      name: 'an email address of 1,000 characters',
      user: { id: 'u1', email: `${'a'.repeat(988)}@example.com` },
      expected: { id: 'u1', emails: [{ value: `${'a'.repeat(988)}@example.com` }] },
    },
  ];
  for (const { name, user, expected } of cases) {
    it(`normalizes a user with ${name}`, () => {
      expect({ ...normalize(user) }).to.deep.equal({ provider: 'monei', ...expected, grant });
    });
  }

  it('has the raw response and the user, which are not enumerable', () => {
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
