import { createCipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { TokenSealer } from '../../src/tokens/encryption.js';
import { everythingIn } from '../helpers/everything-in.js';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const tokens = {
  accessToken: 'mct_access',
  refreshToken: 'mcr_refresh',
  expiresAt: 1_900_000_000_000,
  life: 3_600_000,
  scopes: ['profile:read', 'wallet:read'],
};

function failure(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}

describe('sealed tokens', () => {
  it('open to what was sealed', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    for (const given of [tokens, { ...tokens, refreshedAt: 1_899_999_999_999 }]) {
      expect(sealer.open('ada', sealer.seal('ada', given)).tokens).to.deep.equal(given);
    }
  });

  it('show nothing of the tokens, and never look the same twice', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    const [one, other] = [sealer.seal('ada', tokens), sealer.seal('ada', tokens)];
    expect(one).to.not.equal(other);
    expect(one.slice(0, 18)).to.not.equal(other.slice(0, 18));
    for (const text of [one, Buffer.from(one.slice(2), 'base64url').toString('latin1')]) {
      expect(text).to.not.match(/mc[rt]_|access|wallet/);
    }
  });

  it('open with any of the keys, and are sealed with the first', () => {
    const before = new TokenSealer([oldKey], 'mc_client').seal('ada', tokens);
    const rotated = new TokenSealer([newKey, oldKey], 'mc_client');
    expect(rotated.open('ada', before).tokens).to.deep.equal(tokens);
    const after = rotated.seal('ada', tokens);
    expect(new TokenSealer([newKey], 'mc_client').open('ada', after).tokens).to.deep.equal(tokens);
    expect(failure(() => new TokenSealer([oldKey], 'mc_client').open('ada', after))).to.be.an('error');
  });

  it('say when they were sealed with a key that is not the first any more', () => {
    const before = new TokenSealer([oldKey], 'mc_client').seal('ada', tokens);
    for (const [keys, outdated] of [
      [[oldKey], false],
      [[oldKey, newKey], false],
      [[newKey, oldKey], true],
    ] as const) {
      expect(new TokenSealer(keys, 'mc_client').open('ada', before)).to.deep.equal({ tokens, outdated });
    }
  });

  it('open also when the app has wiped its own copy of the key', () => {
    const key = randomBytes(32);
    const copy = Buffer.from(key);
    const sealer = new TokenSealer([key], 'mc_client');
    key.fill(0);
    expect(new TokenSealer([copy], 'mc_client').open('ada', sealer.seal('ada', tokens)).tokens).to.deep.equal(
      tokens,
    );
  });

  it('[S30] do not open for another user', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    const error = failure(() => sealer.open('bob', sealer.seal('ada', tokens)));
    expect(error).to.be.an('error').with.property('message').that.includes('none of the `keys` opens them');
  });

  it('do not open for another app that has the same keys', () => {
    const sealed = new TokenSealer([newKey], 'mc_client').seal('ada', tokens);
    const error = failure(() => new TokenSealer([newKey], 'mc_other').open('ada', sealed));
    expect(error).to.be.an('error').with.property('code', 'unreadable_tokens');
  });

  it('do not open with any bit of them changed, or with a part of them missing', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    const bytes = Buffer.from(sealer.seal('ada', tokens).slice(2), 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (bytes[index] ?? 0) ^ 1;
      const text = `1.${changed.toString('base64url')}`;
      expect(
        failure(() => sealer.open('ada', text)),
        `byte ${index}`,
      ).to.be.an('error');
    }
    for (const length of [0, 5, 12, 27, 28, bytes.length - 1]) {
      const text = `1.${bytes.subarray(0, length).toString('base64url')}`;
      expect(
        failure(() => sealer.open('ada', text)),
        `${length} bytes`,
      ).to.be.an('error');
    }
  });

  it('are plain text without keys, and are not mistaken for it with keys, or the other way round', () => {
    const plain = new TokenSealer(false, undefined);
    const text = plain.seal('ada', tokens);
    expect(JSON.parse(text)).to.deep.equal(tokens);
    expect(plain.open('ada', text).tokens).to.deep.equal(tokens);
    const sealer = new TokenSealer([newKey], 'mc_client');
    const planted = failure(() => sealer.open('ada', text));
    expect(planted).to.be.an('error').with.property('message').that.includes('not encrypted, although');
    const unopened = failure(() => plain.open('ada', sealer.seal('ada', tokens)));
    expect(unopened).to.be.an('error').with.property('message').that.includes('there are no `keys`');
  });

  it('do not open with a part of their seal', () => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', newKey, iv);
    cipher.setAAD(Buffer.from('["mc_client","ada"]')).final();
    for (const length of [4, 8, 12, 15]) {
      const text = `1.${Buffer.concat([iv, cipher.getAuthTag().subarray(0, length)]).toString('base64url')}`;
      const error = failure(() => new TokenSealer([newKey], 'mc_client').open('ada', text));
      expect(error).to.be.an('error').with.property('message').that.includes('none of the `keys` opens them');
    }
  });

  it('are a text, whatever a store may give', () => {
    for (const keys of [false, [newKey]]) {
      const error = failure(() => new TokenSealer(keys, 'mc_client').open('ada', { ...tokens } as never));
      expect(error).to.be.an('error').with.property('code', 'unreadable_tokens');
    }
  });

  const odd: [string, string][] = [
    ['nothing', ''],
    ['no JSON', 'mcr_refresh'],
    ['a list', '["mcr_refresh"]'],
    ['null', 'null'],
    ['no refresh token', JSON.stringify({ ...tokens, refreshToken: undefined })],
    ['no time', JSON.stringify({ ...tokens, expiresAt: 'mcr_refresh' })],
    ['a life that is missing', JSON.stringify({ ...tokens, life: undefined })],
    ['a refresh at no time', JSON.stringify({ ...tokens, refreshedAt: 'mcr_refresh' })],
    ['a life that is no number', JSON.stringify({ ...tokens, life: 'mcr_refresh' })],
    ['scopes that are none', JSON.stringify({ ...tokens, scopes: [1] })],
  ];
  for (const [what, text] of odd) {
    it(`refuses ${what}, without a word of it`, () => {
      const error = failure(() => new TokenSealer(false, undefined).open('ada', text));
      expect(error)
        .to.be.an('error')
        .that.includes({
          code: 'unreadable_tokens',
          message:
            "passport-monei: the tokens that are stored for this user can't be read: what is stored is no pair of tokens. " +
            'They are replaced when the user signs in with Monei again.',
        });
      expect(everythingIn(error)).to.not.include('mcr_');
    });
  }

  const wrongKeys: [string, unknown][] = [
    ['none', undefined],
    ['null', null],
    ['true', true],
    ['an empty list', []],
    ['one that is too short', [randomBytes(16)]],
    ['a text in a list', ['k'.repeat(32)]],
    ['a text', 'k'.repeat(32)],
    ['a buffer without a list', newKey],
    ['nothing after a good one', [newKey, null]],
    ['a short one after a good one', [newKey, randomBytes(16)]],
  ];
  for (const [what, keys] of wrongKeys) {
    it(`refuses keys that are none: ${what}`, () => {
      const error = failure(() => new TokenSealer(keys, 'mc_client'));
      expect(error)
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.matches(
          /buffers of 32 bytes .*or false to store tokens unencrypted.*randomBytes\(32\), and keep it where you keep other secrets\.$/,
        );
      expect(everythingIn(error)).to.not.include('kkk');
    });
  }

  for (const clientID of [undefined, '', 7]) {
    it(`refuses ${inspect(clientID)} for the client ID that they are bound to, if there are keys`, () => {
      expect(() => new TokenSealer([newKey], clientID)).to.throw(
        TypeError,
        '`connect.clientID` must be a string',
      );
      expect(new TokenSealer(false, clientID).open('ada', JSON.stringify(tokens)).tokens).to.deep.equal(
        tokens,
      );
    });
  }
});
