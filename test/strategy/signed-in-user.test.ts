import { expect } from 'chai';
import { isUserSignedIn, userHash } from '../../src/strategy/signed-in-user.js';

/** Returns a request as Passport leaves it, with a session in which this user is signed in. */
const requestOf = (user: unknown) => ({
  session: { passport: { user } },
  _sessionManager: { _key: 'passport' },
});
const hashOf = (user: unknown) => userHash(requestOf(user));

const cycle: Record<string, unknown> = { name: 'Ada' };
cycle.self = cycle;
class PrivateID {
  readonly #id = 'ada';
  equals(other: PrivateID) {
    return this.#id === other.#id;
  }
}
const throwing = {
  get id() {
    throw new Error('no id');
  },
};

describe('userHash', () => {
  const noUsers = [undefined, null, false, '', {}];
  for (const user of noUsers) {
    it(`finds no user if Passport has ${JSON.stringify(user)}`, () => {
      expect(hashOf(user)).to.equal('');
      expect(isUserSignedIn(requestOf(user))).to.equal(false);
    });
  }

  const requests: [name: string, req: object][] = [
    ['no session', {}],
    ['a session that is null', { session: null }],
    ['an empty session', { session: {} }],
    ['a session whose slot is a string', { session: { passport: 'ada' } }],
    [
      'a user under another key',
      { session: { passport: { user: 'ada' } }, _sessionManager: { _key: 'other' } },
    ],
    [
      'no user under the key of @fastify/passport',
      { session: { other: 'ada' }, passport: { key: 'passport' } },
    ],
  ];
  for (const [name, req] of requests) {
    it(`finds no user if there is ${name}`, () => expect(userHash(req)).to.equal(''));
  }

  const same: [name: string, one: object, other: object][] = [
    ['an app changes the user', requestOf({ id: 7, lastSeen: 1 }), requestOf({ id: 7, lastSeen: 2 })],
    ['an app changes a user with `_id`', requestOf({ _id: 'a', n: 1 }), requestOf({ _id: 'a', n: 2 })],
    ['`id` is null and `_id` is not', requestOf({ id: null, _id: 'a' }), requestOf('a')],
    [
      'a session comes back from its store',
      requestOf({ _id: { toJSON: () => 'a' } }),
      requestOf({ _id: 'a' }),
    ],
    ['a user has a cycle and an id', requestOf({ ...cycle, id: 7 }), requestOf({ id: 7 })],
    ['two users have no JSON', requestOf(7n), requestOf(cycle)],
    [
      'a user has another key',
      requestOf('ada'),
      { session: { me: { user: 'ada' } }, _sessionManager: { _key: 'me' } },
    ],
    [
      '@fastify/passport keeps the user',
      requestOf('ada'),
      { session: { me: 'ada' }, passport: { key: 'me' } },
    ],
    ['no session manager is on the request', requestOf('ada'), { session: { passport: { user: 'ada' } } }],
  ];
  for (const [name, one, other] of same) {
    it(`returns the same hash if ${name}`, () => {
      expect(userHash(one)).to.equal(userHash(other)).and.not.equal('');
    });
  }

  it('returns another hash for each user', () => {
    const users = [
      0,
      1,
      '0',
      'ada',
      'Ada',
      true,
      [],
      { id: '' },
      { id: 8 },
      { name: 'Ada' },
      { name: 'Obi' },
      cycle,
    ];
    const hashes = new Set(users.map(hashOf));
    expect(hashes.size).to.equal(users.length);
    expect(hashes).to.not.include('');
  });

  for (const [name, user] of Object.entries({
    BigInt: 7n,
    cycle,
    throwing,
    'Map as id': { id: new Map([['ada', 1]]) },
    'id with private fields': { id: new PrivateID() },
    function: () => 7,
    symbol: Symbol('ada'),
  })) {
    it(`returns one hash for all users without a JSON form: ${name}`, () => {
      expect(hashOf(user)).to.equal(hashOf(cycle)).and.not.equal('');
      expect(isUserSignedIn(requestOf(user))).to.equal(true);
    });
  }

  it('returns a short hash that does not contain the user', () => {
    expect(hashOf('ada@example.com')).to.match(/^[\w-]{12}$/);
  });
});
