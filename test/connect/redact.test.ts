import { expect } from 'chai';
import { redact } from '../../src/connect/redact.js';

describe('redact', () => {
  const secret = 'c0de/with+"signs"=';
  const cases: [name: string, text: string, secrets: string[], expected: string][] = [
    ['a secret as it is', `bad code ${secret}!`, [secret], 'bad code [redacted]!'],
    ['a secret in JSON', JSON.stringify({ code: secret }), [secret], '{"code":"[redacted]"}'],
    ['a secret in a URL', `?code=${encodeURIComponent(secret)}&a=b`, [secret], '?code=[redacted]&a=b'],
    ['a secret with its slashes escaped', 'c0de\\/with+\\"signs\\"=', [secret], '[redacted]'],
    ['a secret in a URL, in lower case', 'c0de%2fwith%2b%22signs%22%3d', [secret], '[redacted]'],
    ['a secret with some characters by number', 'c0de\\u002fwith\\u002B\\"signs%22=', [secret], '[redacted]'],
    ['a secret of other letters', encodeURIComponent('kọ́dù-123'), ['kọ́dù-123'], '[redacted]'],
    ['every occurrence', 'longsecret longsecret', ['longsecret'], '[redacted] [redacted]'],
    [
      'short secrets that are no words',
      'Bad code abc-1, not xabc-1 or abc-12',
      ['abc-1'],
      'Bad code [redacted], not xabc-1 or abc-12',
    ],
    ['a secret of eight characters wherever it stands', 'xabc-1234y', ['abc-1234'], 'x[redacted]y'],
    [
      'a control character by number',
      'long%09secret long\\u0009secret',
      ['long\tsecret'],
      '[redacted] [redacted]',
    ],
    ['no backslash in front of a secret', 'C:\\longsecret', ['longsecret'], 'C:\\[redacted]'],
    ['a secret in a form', 'a+b%2Bc%3D%26d', ['a b+c=&d'], '[redacted]'],
    ['all signs of a secret in HTML', 'x&lt;y&gt;z&#39;1&#039;2&apos;3', ["x<y>z'1'2'3"], '[redacted]'],
    ['a secret in HTML', 'x&lt;y&amp;z&quot;12', ['x<y&z"12'], '[redacted]'],
    ['a secret that was encoded twice', 'c0de%252Fwith%252b%2522signs%2522%253D', [secret], '[redacted]'],
    [
      'a secret that is very long',
      `bad code ${'c0de'.repeat(4000)}!`,
      ['c0de'.repeat(4000)],
      `bad code ${'[redacted]'.repeat(32)}!`,
    ],
    [
      'a secret behind another one that ends in a backslash',
      'mct-token%5Clongsecret',
      ['longsecret', 'mct-token\\'],
      '[redacted][redacted]',
    ],
    ['several secrets', 'longsecret othersecret', ['longsecret', 'othersecret'], '[redacted] [redacted]'],
    [
      'anything with the prefix of a secret',
      'mcs_a mct_b-c.d mcr_e/f== mc_public',
      [],
      '[redacted] [redacted] [redacted] mc_public',
    ],
    [
      'nothing where there is nothing',
      'Authorization code expired',
      ['longsecret'],
      'Authorization code expired',
    ],
    [
      'short secrets where they stand as values',
      '{"code":"abc"} code=abc code: abc',
      ['abc'],
      '{"code":"[redacted]"} code=[redacted] code: [redacted]',
    ],
    [
      'not the words that a short secret happens to be',
      'Authorization code expired',
      ['code', 'e', ''],
      'Authorization code expired',
    ],
    [
      'short secrets with signs that mean something in a pattern',
      'code=a.c code=abc',
      ['a.c'],
      'code=[redacted] code=abc',
    ],
  ];
  for (const [name, text, secrets, expected] of cases) {
    it(`takes out ${name}`, () => expect(redact(text, secrets)).to.equal(expected));
  }
});
