import { expect } from 'chai';
import { callAppFunction } from '../../src/strategy/app-function.js';
import { callVerify } from '../../src/strategy/verify.js';

const given = {
  accessToken: 'token',
  refreshToken: 'refresh',
  params: { expires_in: 3600 },
  profile: { id: 'u1' },
};
const user = { id: 1 };
const req = { url: '/callback' };

/** Calls verify, and returns all results that it has given after two turns of the event loop. */
async function resultsOf(verify: (...args: never[]) => unknown, request?: object): Promise<unknown[][]> {
  const results: unknown[][] = [];
  const strategy = { _verify: verify, _passReqToCallback: request !== undefined };
  callVerify(strategy, { callApp: callAppFunction }, request as never, given, given.profile).then(
    ({ user, info }) => results.push([null, user, info]),
    (error) => results.push([error, undefined, undefined]),
  );
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  return results;
}

/** Returns a result with all three fields. */
function completeResult([error, user, info]: unknown[]): unknown[] {
  return [error, user, info];
}

type Done = (...result: unknown[]) => void;

describe('callVerify', () => {
  describe('passes arguments by the number of declared parameters:', () => {
    const seen: unknown[][] = [];
    const short = ['token', 'refresh', given.profile];
    const long = ['token', 'refresh', given.params, given.profile];
    const cases: [
      name: string,
      verify: (...args: never[]) => unknown,
      request: object | undefined,
      expected: unknown[],
    ][] = [
      ['none', (...args) => seen.push(args), undefined, short],
      ['three', (a, r, p) => seen.push([a, r, p]), undefined, short],
      ['four', (a, r, p, done: Done) => seen.push([a, r, p, done]), undefined, short],
      ['five', (a, r, params, p, done: Done) => seen.push([a, r, params, p, done]), undefined, long],
      ['none, with the request', (...args) => seen.push(args), req, [req, ...short]],
      [
        'five, with the request',
        (q, a, r, p, done: Done) => seen.push([q, a, r, p, done]),
        req,
        [req, ...short],
      ],
      [
        'six, with the request',
        (q, a, r, params, p, done: Done) => seen.push([q, a, r, params, p, done]),
        req,
        [req, ...long],
      ],
    ];
    for (const [name, verify, request, expected] of cases) {
      it(name, async () => {
        seen.length = 0;
        await resultsOf(verify, request);
        expect(seen).to.have.lengthOf(1);
        const args = seen[0] ?? [];
        expect(args.slice(0, expected.length)).to.deep.equal(expected);
        if (args.length > expected.length) expect(args.at(-1)).to.be.a('function');
      });
    }
  });

  const boom = new Error('boom');
  const info = { message: 'hi' };
  const cases: [name: string, verify: (...args: never[]) => unknown, expected: unknown[]][] = [
    ['done with a user', (_a, _r, _p, done: Done) => done(null, user, info), [null, user, info]],
    ['done with no user', (_a, _r, _p, done: Done) => done(null, false, info), [null, false, info]],
    ['done with an error', (_a, _r, _p, done: Done) => done(boom), [boom]],
    ['done, later', (_a, _r, _p, done: Done) => void setImmediate(done, null, user), [null, user]],
    [
      'a throw',
      () => {
        throw boom;
      },
      [boom],
    ],
    ['a promise of a user', async () => user, [null, user]],
    ['a promise of null', async () => null, [null, null]],
    ['a promise of false', async () => false, [null, false]],
    ['a promise of undefined, with three parameters', async (_a, _r, _p) => undefined, [null, undefined]],
    [
      'a promise of undefined, with four parameters',
      async (_a, _r, _p, _done) => undefined,
      [null, undefined],
    ],
    [
      'a promise of undefined, with five parameters',
      async (_a, _r, _params, _p, _done) => undefined,
      [null, undefined],
    ],
    ['a promise of undefined, without parameters', async () => undefined, [null, undefined]],
    [
      'a rejection',
      async () => {
        throw boom;
      },
      [boom],
    ],
    ['done in an async function', async (_a, _r, _p, done: Done) => done(null, user), [null, user]],
    [
      'done in an async function without declared parameters',
      async (...args) => (args.at(-1) as unknown as Done)(null, user),
      [null, user],
    ],
    [
      'done, later, and not the value that was returned before',
      (_a, _r, _p, done: Done) => setImmediate(done, null, user),
      [null, user],
    ],
    ['a thenable', () => ({ then: (resolve: Done) => resolve(user) }), [null, user]],
    [
      'a thenable that throws',
      () => ({
        then: () => {
          throw boom;
        },
      }),
      [boom],
    ],
  ];
  for (const [name, verify, expected] of cases) {
    it(`accepts as a result: ${name}`, async () => {
      expect(await resultsOf(verify)).to.deep.equal([completeResult(expected)]);
    });
  }

  for (const [name, verify] of [
    [
      'thrown',
      () => {
        throw undefined;
      },
    ],
    ['rejected', () => Promise.reject(null)],
  ] as const) {
    it(`rejects with an error if a falsy value was ${name}`, async () => {
      const results = await resultsOf(verify);
      expect(results).to.have.lengthOf(1);
      expect(results[0]?.[0])
        .to.be.an('error')
        .with.property('message', 'passport-monei: verify failed without saying why.');
    });
  }

  const repeated: [name: string, verify: (...args: never[]) => unknown, expected: unknown[]][] = [
    [
      'done twice',
      (_a, _r, _p, done: Done) => {
        done(null, user);
        done(boom);
      },
      [null, user],
    ],
    [
      'done, then a throw',
      (_a, _r, _p, done: Done) => {
        done(null, user);
        throw boom;
      },
      [null, user],
    ],
    [
      'done, then a rejection',
      async (_a, _r, _p, done: Done) => {
        done(null, user);
        throw boom;
      },
      [null, user],
    ],
    [
      'done, then another user',
      async (_a, _r, _p, done: Done) => {
        done(null, user);
        return { id: 2 };
      },
      [null, user],
    ],
    [
      'a user, then done',
      async (_a, _r, _p, done: Done) => {
        setImmediate(done, boom);
        return user;
      },
      [null, user],
    ],
  ];
  for (const [name, verify, expected] of repeated) {
    it(`uses only the first result: ${name}`, async () => {
      const results = await resultsOf(verify);
      await new Promise(setImmediate);
      expect(results).to.deep.equal([completeResult(expected)]);
    });
  }
});
