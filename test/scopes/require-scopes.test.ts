import { expect } from 'chai';
import { missingScopes, type RequireScopesOptions, requireScopes } from '../../src/index.js';

describe('missingScopes', () => {
  const cases: [name: string, granted: Iterable<string>, required: Iterable<string>, missing: string[]][] = [
    ['all are granted', ['a', 'b', 'c'], ['b', 'a'], []],
    ['some are missing', ['a'], ['c', 'a', 'b'], ['c', 'b']],
    ['nothing is granted', [], ['b', 'a', 'b'], ['b', 'a']],
    ['nothing is required', ['a'], [], []],
    ['the lists are sets', new Set(['a']), new Set(['a', 'b']), ['b']],
    ['the lists are strings', 'wallet:read bills:pay', 'bills:pay wallet:send', ['wallet:send']],
  ];
  for (const [name, granted, required, missing] of cases) {
    it(`returns the missing scopes if ${name}`, () =>
      expect(missingScopes(granted, required)).to.deep.equal(missing));
  }
});

describe('[S42] requireScopes', () => {
  const req = { user: 'u1' };
  const res = {};
  type Options = RequireScopesOptions<typeof req, typeof res>;

  /** The arguments of each call of `next`. */
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
    it(`calls next for a user with all scopes, from ${name}`, async () => {
      expect(await nextOf(['wallet:read', 'wallet:send'], { granted })).to.deep.equal([[]]);
    });
  }

  it('accepts any thenable from granted', async () => {
    const query = { then: (resolve: (scopes: string[]) => void) => resolve(['wallet:read']) };
    expect(await nextOf('wallet:read', { granted: () => query as Promise<string[]> })).to.deep.equal([[]]);
  });

  it('passes the request to granted', async () => {
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
    it(`passes an error to next if ${name}`, async () => {
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

  it('leaves the response to onMissing if it is set', async () => {
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

  it('does not call onMissing if no scope is missing', async () => {
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
    it(`passes to next the error that ${name}`, async () => {
      expect(await nextOf('wallet:read', options)).to.deep.equal([[boom]]);
    });
  }

  const empty: [name: string, options: Options][] = [
    ['granted returns a value that is not a collection', { granted: () => 7 as never }],
    ['granted resolves with a value that is not a collection', { granted: async () => 7 as never }],
    ['granted rejects with undefined', { granted: () => Promise.reject() }],
    [
      'granted throws null',
      {
        granted: () => {
          throw null;
        },
      },
    ],
    [
      'granted rejects with a string that Express treats as a command',
      { granted: () => Promise.reject('route') },
    ],
    [
      'onMissing rejects with undefined',
      {
        granted: () => [],
        onMissing: async () => {
          throw undefined;
        },
      },
    ],
  ];
  for (const [name, options] of empty) {
    it(`does not call next without an error if ${name}`, async () => {
      const calls = await nextOf('wallet:read', options);
      expect(calls).to.have.lengthOf(1);
      expect(calls[0]?.[0]).to.be.an('error');
    });
  }

  it('wraps a thrown value that is not an Error, and has it as cause', async () => {
    const calls = await nextOf('wallet:read', { granted: () => Promise.reject('route') });
    expect(calls[0]?.[0]).to.include({
      message: 'passport-monei: `granted` or `onMissing` failed without an error.',
      cause: 'route',
    });
  });

  const invalid: [name: string, scopes: unknown, options: unknown, message: string][] = [
    ['no scopes', [], { granted: () => [] }, 'at least one scope'],
    ['undefined as scopes', undefined, { granted: () => [] }, 'at least one scope'],
    ['null as scopes', null, { granted: () => [] }, 'at least one scope'],
    ['scopes that are not a list', {}, { granted: () => [] }, 'the option `scopes` must be an array'],
    ['scopes joined by a comma', 'a,b', { granted: () => [] }, 'the option `scopes` holds "a,b"'],
    ['no granted', ['a'], {}, '`granted`'],
    ['no options', ['a'], undefined, '`granted`'],
  ];
  for (const [name, scopes, options, message] of invalid) {
    it(`throws a TypeError for ${name}`, () => {
      expect(() => requireScopes(scopes as string, options as Options)).to.throw(TypeError, message);
    });
  }
});
