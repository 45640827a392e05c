import { expect } from 'chai';
import { missingScopes, type RequireScopesOptions, requireScopes } from '../../src/index.js';

describe('missingScopes', () => {
  const cases: [name: string, granted: Iterable<string>, required: Iterable<string>, missing: string[]][] = [
    ['all are granted', ['a', 'b', 'c'], ['b', 'a'], []],
    ['some are missing', ['a'], ['c', 'a', 'b'], ['c', 'b']],
    ['nothing is granted', [], ['b', 'a', 'b'], ['b', 'a']],
    ['nothing is required', ['a'], [], []],
    ['the lists are sets', new Set(['a']), new Set(['a', 'b']), ['b']],
    ['the lists are texts', 'wallet:read bills:pay', 'bills:pay wallet:send', ['wallet:send']],
  ];
  for (const [name, granted, required, missing] of cases) {
    it(`tells what is missing when ${name}`, () =>
      expect(missingScopes(granted, required)).to.deep.equal(missing));
  }
});

describe('[S42] requireScopes', () => {
  const req = { user: 'u1' };
  const res = {};
  type Options = RequireScopesOptions<typeof req, typeof res>;

  /** What the middleware hands to `next`, call by call. */
  const nextOf = async (scopes: string | string[], options: Options) => {
    const calls: unknown[][] = [];
    requireScopes(scopes, options)(req, res, (...args) => calls.push(args));
    await new Promise(setImmediate);
    return calls;
  };

  for (const [name, granted] of Object.entries<Options['granted']>({
    'a list': () => ['wallet:read', 'wallet:send'],
    'a set': () => new Set(['wallet:read', 'wallet:send']),
    'a promise': async () => ['wallet:send', 'wallet:read'],
  })) {
    it(`lets a request pass whose scopes are all there, from ${name}`, async () => {
      expect(await nextOf(['wallet:read', 'wallet:send'], { granted })).to.deep.equal([[]]);
    });
  }

  it('takes whatever can be waited for', async () => {
    const query = { then: (resolve: (scopes: string[]) => void) => resolve(['wallet:read']) };
    expect(await nextOf('wallet:read', { granted: () => query as Promise<string[]> })).to.deep.equal([[]]);
  });

  it('asks with the request', async () => {
    const seen: unknown[] = [];
    await nextOf('wallet:read', {
      granted: (request) => {
        seen.push(request);
        return [];
      },
    });
    expect(seen).to.deep.equal([req]);
  });

  for (const [name, granted] of Object.entries<Options['granted']>({
    'some are missing': () => ['wallet:read'],
    'nothing was ever stored': () => undefined,
    'nothing is stored any more': async () => null,
  })) {
    it(`passes an error on when ${name}`, async () => {
      const [[error, ...more] = [], ...others] = await nextOf('wallet:send bills:pay', { granted });
      expect([more, others]).to.deep.equal([[], []]);
      expect(error)
        .to.be.an('error')
        .and.to.deep.include({
          name: 'MissingScopeError',
          status: 403,
          code: 'missing_scope',
          missing: ['wallet:send', 'bills:pay'],
        });
      expect((error as Error).message).to.include('wallet:send, bills:pay');
    });
  }

  it('leaves the answer to onMissing when there is one', async () => {
    const seen: unknown[][] = [];
    const calls = await nextOf(['wallet:send', 'wallet:read'], {
      granted: () => ['wallet:read'],
      onMissing: (...args) => seen.push(args),
    });
    expect(calls).to.deep.equal([]);
    expect(seen).to.have.lengthOf(1);
    expect(seen[0]?.slice(0, 2)).to.deep.equal([req, res]);
    expect(seen[0]?.[2]).to.be.a('function');
    expect(seen[0]?.[3]).to.deep.equal(['wallet:send']);
  });

  it('does not call onMissing when nothing is missing', async () => {
    const onMissing = () => expect.fail('nothing is missing');
    expect(await nextOf('wallet:read', { granted: () => ['wallet:read'], onMissing })).to.deep.equal([[]]);
  });

  const boom = new Error('boom');
  const throwing: [name: string, options: Options][] = [
    [
      'granted throws',
      {
        granted: () => {
          throw boom;
        },
      },
    ],
    [
      'granted rejects',
      {
        granted: async () => {
          throw boom;
        },
      },
    ],
    [
      'onMissing throws',
      {
        granted: () => [],
        onMissing: () => {
          throw boom;
        },
      },
    ],
    [
      'onMissing rejects',
      {
        granted: () => [],
        onMissing: async () => {
          throw boom;
        },
      },
    ],
  ];
  for (const [name, options] of throwing) {
    it(`passes on what ${name}`, async () => {
      expect(await nextOf('wallet:read', options)).to.deep.equal([[boom]]);
    });
  }

  const empty: [name: string, options: Options][] = [
    ['granted gives what is no collection', { granted: () => 7 as never }],
    ['granted resolves with what is no collection', { granted: async () => 7 as never }],
    ['granted rejects with nothing', { granted: () => Promise.reject() }],
    [
      'granted throws null',
      {
        granted: () => {
          throw null;
        },
      },
    ],
    ['granted rejects with what Express takes for an order', { granted: () => Promise.reject('route') }],
    [
      'onMissing rejects with nothing',
      {
        granted: () => [],
        onMissing: async () => {
          throw undefined;
        },
      },
    ],
  ];
  for (const [name, options] of empty) {
    it(`does not open the way when ${name}`, async () => {
      const calls = await nextOf('wallet:read', options);
      expect(calls).to.have.lengthOf(1);
      expect(calls[0]?.[0]).to.be.an('error');
    });
  }

  it('says what failed where no error was thrown, and keeps what was', async () => {
    const calls = await nextOf('wallet:read', { granted: () => Promise.reject('route') });
    expect(calls[0]?.[0]).to.include({
      message: 'passport-monei: `granted` or `onMissing` failed without an error.',
      cause: 'route',
    });
  });

  const wrong: [name: string, scopes: unknown, options: unknown, message: string][] = [
    ['no scopes', [], { granted: () => [] }, 'at least one scope'],
    ['undefined for scopes', undefined, { granted: () => [] }, 'at least one scope'],
    ['null for scopes', null, { granted: () => [] }, 'at least one scope'],
    ['scopes that are no list', {}, { granted: () => [] }, 'the option `scopes` must be an array'],
    ['scopes joined by a comma', 'a,b', { granted: () => [] }, 'the option `scopes` holds "a,b"'],
    ['no granted', ['a'], {}, '`granted`'],
    ['no options', ['a'], undefined, '`granted`'],
  ];
  for (const [name, scopes, options, message] of wrong) {
    it(`can't be made with ${name}`, () => {
      expect(() => requireScopes(scopes as string, options as Options)).to.throw(TypeError, message);
    });
  }
});
