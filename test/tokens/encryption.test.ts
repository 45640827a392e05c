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

describe('Encrypted tokens', () => {
  it('decrypt to the tokens that were encrypted', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    for (const given of [tokens, { ...tokens, refreshedAt: 1_899_999_999_999 }]) {
      expect(sealer.open('ada', sealer.seal('ada', given)).tokens).to.deep.equal(given);
    }
  });

  it('contain no readable part of the tokens, and differ each time', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    const [one, other] = [sealer.seal('ada', tokens), sealer.seal('ada', tokens)];
    expect(one).to.not.equal(other);
    expect(one.slice(0, 18)).to.not.equal(other.slice(0, 18));
    for (const text of [one, Buffer.from(one.slice(2), 'base64url').toString('latin1')]) {
      expect(text).to.not.match(/mc[rt]_|access|wallet/);
    }
  });

  it('decrypt with any of the keys, and are encrypted with the first', () => {
    const before = new TokenSealer([oldKey], 'mc_client').seal('ada', tokens);
    const rotated = new TokenSealer([newKey, oldKey], 'mc_client');
    expect(rotated.open('ada', before).tokens).to.deep.equal(tokens);
    const after = rotated.seal('ada', tokens);
    expect(new TokenSealer([newKey], 'mc_client').open('ada', after).tokens).to.deep.equal(tokens);
    expect(failure(() => new TokenSealer([oldKey], 'mc_client').open('ada', after))).to.be.an('error');
  });

  it('are outdated if they were encrypted with a key that is no longer the first', () => {
    const before = new TokenSealer([oldKey], 'mc_client').seal('ada', tokens);
    for (const [keys, outdated] of [
      [[oldKey], false],
      [[oldKey, newKey], false],
      [[newKey, oldKey], true],
    ] as const) {
      expect(new TokenSealer(keys, 'mc_client').open('ada', before)).to.deep.equal({ tokens, outdated });
    }
  });

  it('decrypt after the app has overwritten its own copy of the key', () => {
    const key = randomBytes(32);
    const copy = Buffer.from(key);
    const sealer = new TokenSealer([key], 'mc_client');
    key.fill(0);
    expect(new TokenSealer([copy], 'mc_client').open('ada', sealer.seal('ada', tokens)).tokens).to.deep.equal(
      tokens,
    );
  });

  it('[S30] do not decrypt for another user', () => {
    const sealer = new TokenSealer([newKey], 'mc_client');
    const error = failure(() => sealer.open('bob', sealer.seal('ada', tokens)));
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.includes('none of the `keys` decrypts them');
  });

  it('do not decrypt for another app with the same keys', () => {
    const sealed = new TokenSealer([newKey], 'mc_client').seal('ada', tokens);
    const error = failure(() => new TokenSealer([newKey], 'mc_other').open('ada', sealed));
    expect(error).to.be.an('error').with.property('code', 'unreadable_tokens');
  });

  it('do not decrypt if a byte was changed or a part is missing', () => {
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

  it('are plain text without keys. A keeper with keys refuses plain text, and one without refuses encrypted text', () => {
    const plain = new TokenSealer(false, undefined);
    const text = plain.seal('ada', tokens);
    expect(JSON.parse(text)).to.deep.equal(tokens);
    expect(plain.open('ada', text).tokens).to.deep.equal(tokens);
    const sealer = new TokenSealer([newKey], 'mc_client');
    const planted = failure(() => sealer.open('ada', text));
    expect(planted).to.be.an('error').with.property('message').that.includes('not encrypted, although');
    const encrypted = failure(() => plain.open('ada', sealer.seal('ada', tokens)));
    expect(encrypted).to.be.an('error').with.property('message').that.includes('there are no `keys`');
  });

  it('do not decrypt with a shortened authentication tag', () => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', newKey, iv);
    cipher.setAAD(Buffer.from('["mc_client","ada"]')).final();
    for (const length of [4, 8, 12, 15]) {
      const text = `1.${Buffer.concat([iv, cipher.getAuthTag().subarray(0, length)]).toString('base64url')}`;
      const error = failure(() => new TokenSealer([newKey], 'mc_client').open('ada', text));
      expect(error)
        .to.be.an('error')
        .with.property('message')
        .that.includes('none of the `keys` decrypts them');
    }
  });

  it('are refused if the store returns an object instead of a text', () => {
    for (const keys of [false, [newKey]]) {
      const error = failure(() => new TokenSealer(keys, 'mc_client').open('ada', { ...tokens } as never));
      expect(error).to.be.an('error').with.property('code', 'unreadable_tokens');
    }
  });

  const invalid: [string, string][] = [
    ['an empty text', ''],
    ['a text that is not JSON', 'mcr_refresh'],
    ['a list', '["mcr_refresh"]'],
    ['null', 'null'],
    ['no refresh token', JSON.stringify({ ...tokens, refreshToken: undefined })],
    ['a time that is not a number', JSON.stringify({ ...tokens, expiresAt: 'mcr_refresh' })],
    ['a lifetime that is missing', JSON.stringify({ ...tokens, life: undefined })],
    ['a time of the refresh that is not a number', JSON.stringify({ ...tokens, refreshedAt: 'mcr_refresh' })],
    ['a lifetime that is not a number', JSON.stringify({ ...tokens, life: 'mcr_refresh' })],
    ['scopes that are not strings', JSON.stringify({ ...tokens, scopes: [1] })],
  ];
  for (const [what, text] of invalid) {
    it(`refuse ${what}, without quoting it`, () => {
      const error = failure(() => new TokenSealer(false, undefined).open('ada', text));
      expect(error)
        .to.be.an('error')
        .that.includes({
          code: 'unreadable_tokens',
          message:
            'passport-monei: the stored tokens of this user cannot be read: the text does not have the fields of tokens. ' +
            'They are replaced when the user signs in with Monei again.',
        });
      expect(everythingIn(error)).to.not.include('mcr_');
    });
  }

  const invalidKeys: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['true', true],
    ['an empty list', []],
    ['a key that is too short', [randomBytes(16)]],
    ['a text in a list', ['k'.repeat(32)]],
    ['a text', 'k'.repeat(32)],
    ['a buffer that is not in a list', newKey],
    ['null after a valid key', [newKey, null]],
    ['a short key after a valid one', [newKey, randomBytes(16)]],
  ];
  for (const [what, keys] of invalidKeys) {
    it(`refuse invalid keys: ${what}`, () => {
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
    it(`refuse ${inspect(clientID)} as the client ID that they are bound to, if there are keys`, () => {
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
